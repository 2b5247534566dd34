package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forrest.ContainerRuntimeException;
import io.forrest.Endpoint;
import io.forrest.RegistryException;
import io.forrest.Subscription;
import io.forrest.spi.Announcement;
import io.forrest.spi.EngineInfo;
import io.forrest.spi.Records;
import io.forrest.spi.Registry;
import io.forrest.spi.RegistryListener;
import io.forrest.testkit.FakeContainerRuntime;
import io.forrest.testkit.FakeEngine;
import io.forrest.testkit.Faults;
import io.forrest.testkit.InMemoryRegistry;
import io.forrest.testkit.Operation;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdvertisingTest {

    private static final InetAddress PRIVATE = Endpoint.address("10.10.10.10");
    private static final InetAddress OTHER = Endpoint.address("10.10.10.99");
    private static final InetAddress LOOPBACK = Endpoint.address("127.0.0.1");
    private static final EngineInfo HERE = new EngineInfo("e", "host", "1", null, null);
    private static final EngineInfo REMOTE = new EngineInfo("e", "host", "1", OTHER, null);

    private final Advertising outside = new Advertising(surroundings(false));
    private final Advertising inside = new Advertising(surroundings(true));

    private static Advertising.Surroundings surroundings(boolean insideContainer) {
        return new Advertising.Surroundings() {
            @Override
            public boolean isLocal(InetAddress address) {
                return address.equals(PRIVATE) || address.equals(LOOPBACK);
            }

            @Override
            public boolean insideContainer(String engineHostName) {
                return insideContainer;
            }
        };
    }

    /** A registry that is reached from an address, and does nothing else. */
    private record ReachedFrom(InetAddress localAddress) implements Registry {
        @Override
        public void announce(Announcement announcement) {
            throw new AssertionError("not asked for");
        }

        @Override
        public boolean withdraw(Announcement announcement) {
            throw new AssertionError("not asked for");
        }

        @Override
        public List<Announcement> announcements() {
            throw new AssertionError("not asked for");
        }

        @Override
        public Subscription watch(RegistryListener listener) {
            throw new AssertionError("not asked for");
        }

        @Override
        public Records records() {
            throw new AssertionError("not asked for");
        }

        @Override
        public String prefix() {
            return "/servers";
        }

        @Override
        public void close() {}
    }

    @Test
    void address_given_isThat() {
        assertThat(outside.address(OTHER, REMOTE, new ReachedFrom(PRIVATE))).isEqualTo(OTHER);
        assertThat(inside.address(OTHER, HERE, new ReachedFrom(PRIVATE))).isEqualTo(OTHER);
    }

    @Test
    void address_remoteEngine_isTheEngines() {
        assertThat(outside.address(null, REMOTE, new ReachedFrom(PRIVATE))).isEqualTo(OTHER);
        assertThat(inside.address(null, REMOTE, new ReachedFrom(PRIVATE))).isEqualTo(OTHER);
    }

    @Test
    void address_engineHere_isTheOneThatReachesTheRegistry() {
        assertThat(outside.address(null, HERE, new ReachedFrom(PRIVATE))).isEqualTo(PRIVATE);
        assertThat(outside.address(null, HERE, new ReachedFrom(LOOPBACK))).isEqualTo(LOOPBACK);
    }

    @Test
    void address_insideAContainer_mustBeGiven() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> inside.address(null, HERE, new ReachedFrom(PRIVATE)))
                .withMessageContaining("inside a container")
                .withMessageContaining("advertise(...)");
    }

    @Test
    void address_loopbackWithARegistryElsewhere_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> outside.address(LOOPBACK, HERE, new ReachedFrom(PRIVATE)))
                .withMessageContaining("loopback");
        assertThat(outside.address(LOOPBACK, HERE, new ReachedFrom(LOOPBACK))).isEqualTo(LOOPBACK);
    }

    @Test
    void publishOn_notGiven_isTheAdvertisedAddressWhereTheEnginesHostHasIt() {
        assertThat(outside.publishOn(null, PRIVATE, HERE)).isEqualTo(PRIVATE);
        assertThat(outside.publishOn(null, OTHER, HERE)).isNull();
        assertThat(outside.publishOn(null, OTHER, REMOTE)).isEqualTo(OTHER);
        assertThat(outside.publishOn(null, PRIVATE, REMOTE)).isNull();
        assertThat(inside.publishOn(null, PRIVATE, HERE)).isNull();
        assertThat(inside.publishOn(OTHER, PRIVATE, HERE)).isEqualTo(OTHER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "example.com", "", "0.0.0.0", "::", "224.0.0.1", "10.0.0", "10.0.0.1:80"})
    void advertise_noAddressOfOneHost_isRefused(String address) {
        try (FakeEngine engine = new FakeEngine()) {
            var builder = Forrest.builder(new FakeContainerRuntime(engine), new InMemoryRegistry());

            assertThatIllegalArgumentException().isThrownBy(() -> builder.advertise(address));
        }
    }

    @Test
    void build_engineOrRegistryGone_saysWhich() {
        try (FakeEngine engine = new FakeEngine()) {
            Faults faults = new Faults();
            var builder = Forrest.builder(
                    new FakeContainerRuntime(engine, faults),
                    new InMemoryRegistry(new InMemoryRegistry.Store(), "/servers", faults));
            faults.on(Operation.ENGINE).once().fail();

            assertThatThrownBy(builder::build).isInstanceOf(ContainerRuntimeException.class);
            faults.on(Operation.RECORD_GET).once().fail();
            assertThatThrownBy(builder::build).isInstanceOf(RegistryException.class);
        }
    }
}
