package io.forrest.core.internal.ready;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.forrest.Endpoint;
import io.forrest.ProbeResult;
import io.forrest.ProbeResult.Verdict;
import io.forrest.Readiness;
import io.forrest.spi.Container;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksTest {

    private static final Endpoint ENDPOINT = Endpoint.parse("127.0.0.1:1");
    private static final Container CONTAINER = Containers.of(Container.Health.NONE);

    @ParameterizedTest
    @CsvSource({"HEALTHY, READY", "STARTING, NOT_YET", "UNHEALTHY, NOT_YET", "NONE, NEVER"})
    void check_healthcheck_isTheEnginesWord(Container.Health health, Verdict verdict) throws Exception {
        Check check = Checks.of(Readiness.healthcheck());

        ProbeResult result = check.check(Containers.of(health), ENDPOINT);

        assertThat(result.verdict()).isEqualTo(verdict);
        if (verdict != Verdict.READY) {
            assertThat(result.detail()).contains("HEALTHCHECK");
        }
    }

    @Test
    void check_custom_asksTheFunctionAboutTheEndpoint() throws Exception {
        AtomicReference<Endpoint> asked = new AtomicReference<>();
        ProbeResult answer = ProbeResult.never("no luck");
        Check check = Checks.of(Readiness.probe(endpoint -> {
            asked.set(endpoint);
            return answer;
        }));

        assertThat(check.check(CONTAINER, ENDPOINT)).isSameAs(answer);
        assertThat(asked).hasValue(ENDPOINT);
    }

    @Test
    void check_customThrows_passesItOn() {
        Check check = Checks.of(Readiness.probe(endpoint -> {
            throw new IOException("no luck");
        }));

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> check.check(CONTAINER, ENDPOINT));
    }

    @Test
    void check_port_triesTheEndpoint() throws Exception {
        try (Peer peer = Peer.that((connection, self) -> {})) {
            Check check = Checks.of(Readiness.port());

            await().untilAsserted(() ->
                    assertThat(check.check(CONTAINER, peer.endpoint())).isEqualTo(ProbeResult.ready()));
            assertThat(check.check(CONTAINER, Peer.nobody()).verdict()).isEqualTo(Verdict.NOT_YET);
        }
    }

    @Test
    void check_http_asksTheEndpoint() throws Exception {
        try (Peer peer = Peer.answering("HTTP/1.1 204 No Content\r\n\r\n")) {
            Check check = Checks.of(Readiness.http("/healthz").status(204));

            await().untilAsserted(() ->
                    assertThat(check.check(CONTAINER, peer.endpoint())).isEqualTo(ProbeResult.ready()));
            assertThat(peer.request()).startsWith("GET /healthz HTTP/1.1");
        }
    }
}
