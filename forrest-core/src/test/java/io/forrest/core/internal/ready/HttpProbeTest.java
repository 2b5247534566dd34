package io.forrest.core.internal.ready;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forrest.Endpoint;
import io.forrest.ProbeResult;
import io.forrest.ProbeResult.Verdict;
import io.forrest.Readiness;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpProbeTest {

    /** Longer than any answer takes. */
    private static final Duration PATIENT = Duration.ofSeconds(20);

    private static final Readiness.Http ROOT = Readiness.http("/");

    private static ProbeResult probe(Readiness.Http wanted, Peer peer) throws InterruptedException {
        return new HttpProbe(wanted, PATIENT).probe(peer.endpoint());
    }

    private static void assertNotYet(ProbeResult result, Peer peer, String... words) {
        assertThat(result.verdict()).isEqualTo(Verdict.NOT_YET);
        assertThat(result.detail()).contains("GET http://" + peer.endpoint()).contains(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.0 200 OK\r\n\r\nhello",
                "HTTP/1.1 200 \r\n\r\n",
                "HTTP/1.1 200\r\n\r\n",
                "HTTP/1.1 200 OK\n\n",
                "HTTP/1.1 200 It's \u00fc\r\n\r\n",
            })
    void probe_expectedStatus_ready(String answer) throws Exception {
        try (Peer peer = Peer.answering(answer)) {
            assertThat(probe(ROOT, peer)).isEqualTo(ProbeResult.ready());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 204, 301, 404, 500, 503})
    void probe_otherStatus_notYet(int status) throws Exception {
        try (Peer peer = Peer.answering("HTTP/1.1 " + status + " Whatever\r\n\r\n")) {
            assertNotYet(probe(ROOT, peer), peer, Integer.toString(status), "200");
        }
    }

    @Test
    void probe_otherStatusExpected_readyByThatAlone() throws Exception {
        try (Peer peer = Peer.answering("HTTP/1.1 401 Unauthorized\r\n\r\n")) {
            assertThat(probe(ROOT.status(401), peer)).isEqualTo(ProbeResult.ready());
        }
        try (Peer peer = Peer.answering("HTTP/1.1 200 OK\r\n\r\n")) {
            assertNotYet(probe(ROOT.status(401), peer), peer, "200", "401");
        }
    }

    @Test
    void probe_request_asksForThePathAtTheEndpoint() throws Exception {
        try (Peer peer = Peer.answering("HTTP/1.1 200 OK\r\n\r\n")) {
            assertThat(probe(Readiness.http("/healthz?deep=1"), peer)).isEqualTo(ProbeResult.ready());

            assertThat(peer.request())
                    .startsWith("GET /healthz?deep=1 HTTP/1.1")
                    .containsOnlyOnce("Host: " + peer.endpoint())
                    .contains("Connection: close");
        }
    }

    @Test
    void probe_hostGiven_isSentInstead() throws Exception {
        try (Peer peer = Peer.answering("HTTP/1.1 200 OK\r\n\r\n")) {
            assertThat(probe(ROOT.host("shop.example.com"), peer)).isEqualTo(ProbeResult.ready());

            assertThat(peer.request())
                    .contains("Host: shop.example.com")
                    .filteredOn(line -> line.startsWith("Host:"))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-ERR what?\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/2 200\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1  200 OK\r\n\r\n",
                "HTTP/1.1 200OK\r\n\r\n",
                "HTTP/1.1\r\n200\r\n\r\n",
                " HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK",
                "\u0000\u0001\u0016\u0003",
            })
    void probe_noHttp_notYet(String answer) throws Exception {
        try (Peer peer = Peer.answering(answer)) {
            assertNotYet(probe(ROOT, peer), peer, "not answered with HTTP");
        }
    }

    @Test
    void probe_endlessLine_notYet() throws Exception {
        try (Peer peer = Peer.that((connection, self) -> {
            self.readRequest(connection);
            while (true) {
                Peer.write(connection, "HTTP/1.1 200 ".repeat(1_000));
            }
        })) {
            assertNotYet(probe(ROOT, peer), peer, "not answered with HTTP");
        }
    }

    @Test
    void probe_closedWithoutAnswer_notYet() throws Exception {
        try (Peer peer = Peer.answering("")) {
            assertNotYet(probe(ROOT, peer), peer, "closed without an answer");
        }
    }

    @Test
    void probe_reset_notYet() throws Exception {
        try (Peer peer = Peer.that((connection, self) -> Peer.reset(connection))) {
            assertNotYet(probe(ROOT, peer), peer, ": ");
        }
    }

    @Test
    void probe_refused_notYet() throws Exception {
        Endpoint nobody = Peer.nobody();

        ProbeResult result = new HttpProbe(ROOT).probe(nobody);

        assertThat(result.verdict()).isEqualTo(Verdict.NOT_YET);
        assertThat(result.detail()).contains(nobody.toString(), "refused");
    }

    @Test
    void probe_answerInPieces_ready() throws Exception {
        try (Peer peer = Peer.that((connection, self) -> {
            self.readRequest(connection);
            for (String piece : "HTTP/1.1 200 OK\r\n".split("(?<=[ /])", -1)) {
                assertThat(self.pause(20)).isFalse();
                Peer.write(connection, piece);
            }
        })) {
            assertThat(probe(ROOT, peer)).isEqualTo(ProbeResult.ready());
        }
    }

    /** Byte by byte a status line could keep a launch far beyond its {@code readyWithin}. */
    @Test
    void probe_answerDrips_endsInTime() throws Exception {
        try (Peer peer = Peer.that((connection, self) -> {
            self.readRequest(connection);
            while (!self.pause(100)) {
                Peer.write(connection, "H");
            }
        })) {
            long start = TimeSource.system().nanoTime();

            assertNotYet(new HttpProbe(ROOT).probe(peer.endpoint()), peer, "no answer within 2000 ms");

            assertThat(Duration.ofNanos(TimeSource.system().nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        }
    }

    @Test
    void probe_interruptedWhileWaiting_throws() throws Exception {
        Thread prober = Thread.currentThread();
        try (Peer peer = Peer.that((connection, self) -> {
            self.readRequest(connection);
            prober.interrupt();
        })) {
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> probe(ROOT, peer));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    @Test
    void probe_interruptedWhileConnecting_throws() throws Exception {
        try (Peer peer = Peer.deaf()) {
            Thread.currentThread().interrupt();

            assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> probe(ROOT, peer));
        }
    }
}
