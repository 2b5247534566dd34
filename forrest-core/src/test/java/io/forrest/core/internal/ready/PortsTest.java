package io.forrest.core.internal.ready;

import static io.forrest.core.internal.ready.Containers.port;
import static io.forrest.core.internal.ready.Containers.publishing;
import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Endpoint;
import io.forrest.spi.PublishedPort;
import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PortsTest {

    private static final InetAddress V4 = Endpoint.address("10.0.0.5");
    private static final InetAddress V6 = Endpoint.address("fd00::5");

    private static Optional<Endpoint> endpoint(InetAddress advertised, PublishedPort... ports) {
        return Ports.endpoint(publishing(ports), 8080, advertised);
    }

    private static Endpoint at(String text) {
        return Endpoint.parse(text);
    }

    @Test
    void endpoint_wildcard_isTheAdvertisedAddress() {
        assertThat(endpoint(V4, port(8080, "0.0.0.0", 32768))).contains(at("10.0.0.5:32768"));
        assertThat(endpoint(V6, port(8080, "::", 32768))).contains(at("[fd00::5]:32768"));
    }

    /** Docker picks the port of each family by itself, so they may differ. */
    @Test
    void endpoint_familiesDiffer_takesTheAdvertisedOne() {
        PublishedPort v4 = port(8080, "0.0.0.0", 32768);
        PublishedPort v6 = port(8080, "::", 32769);

        assertThat(endpoint(V4, v4, v6)).contains(at("10.0.0.5:32768"));
        assertThat(endpoint(V4, v6, v4)).contains(at("10.0.0.5:32768"));
        assertThat(endpoint(V6, v4, v6)).contains(at("[fd00::5]:32769"));
        assertThat(endpoint(V6, v6, v4)).contains(at("[fd00::5]:32769"));
    }

    @Test
    void endpoint_onlyTheOtherFamily_isEmpty() {
        assertThat(endpoint(V4, port(8080, "::", 32768))).isEmpty();
        assertThat(endpoint(V6, port(8080, "0.0.0.0", 32768))).isEmpty();
    }

    @Test
    void endpoint_exactAndWildcardAndOther_takesTheNearest() {
        PublishedPort exact = port(8080, "10.0.0.5", 1);
        PublishedPort wildcard = port(8080, "0.0.0.0", 2);
        PublishedPort other = port(8080, "127.0.0.1", 3);

        assertThat(endpoint(V4, other, wildcard, exact)).contains(at("10.0.0.5:1"));
        assertThat(endpoint(V4, exact, wildcard, other)).contains(at("10.0.0.5:1"));
        assertThat(endpoint(V4, other, wildcard)).contains(at("10.0.0.5:2"));
        assertThat(endpoint(V4, other)).contains(at("10.0.0.5:3"));
    }

    @Test
    void endpoint_notPickedYet_isEmpty() {
        assertThat(endpoint(V4, port(8080, "0.0.0.0", 0))).isEmpty();
        assertThat(endpoint(V4, port(8080, "10.0.0.5", 0), port(8080, "0.0.0.0", 32768)))
                .contains(at("10.0.0.5:32768"));
    }

    @Test
    void endpoint_otherContainerPort_isEmpty() {
        assertThat(endpoint(V4, port(80, "0.0.0.0", 8080))).isEmpty();
        assertThat(endpoint(V4)).isEmpty();
    }
}
