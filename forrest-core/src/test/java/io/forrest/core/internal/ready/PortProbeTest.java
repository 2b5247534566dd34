package io.forrest.core.internal.ready;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forrest.Endpoint;
import io.forrest.ProbeResult;
import io.forrest.ProbeResult.Verdict;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PortProbeTest {

    /** Waits for a peer that closes late because its thread gets no time. */
    private static final PortProbe PATIENT = new PortProbe(Duration.ofSeconds(20));

    private final PortProbe probe = new PortProbe();

    @Test
    void probe_acceptsAndHolds_ready() throws Exception {
        try (Peer peer = Peer.that((connection, self) -> {})) {
            long start = TimeSource.system().nanoTime();

            assertThat(probe.probe(peer.endpoint())).isEqualTo(ProbeResult.ready());

            assertThat(Duration.ofNanos(TimeSource.system().nanoTime() - start))
                    .as("a proxy in between needs time to find that nothing listens behind it")
                    .isGreaterThanOrEqualTo(PortProbe.HOLD.minusMillis(10));
        }
    }

    @Test
    void probe_speaksFirst_readyAtOnce() throws Exception {
        try (Peer peer = Peer.that((connection, self) -> Peer.write(connection, "220 ready\r\n"))) {
            assertThat(probe.probe(peer.endpoint())).isEqualTo(ProbeResult.ready());
        }
    }

    /** As Docker's proxy does while nothing listens in the container. */
    @Test
    void probe_acceptsAndCloses_notYet() throws Exception {
        try (Peer peer = Peer.that((connection, self) -> connection.close())) {
            ProbeResult result = PATIENT.probe(peer.endpoint());

            assertThat(result.verdict()).isEqualTo(Verdict.NOT_YET);
            assertThat(result.detail()).contains(peer.endpoint().toString(), "closes at once");
        }
    }

    @Test
    void probe_acceptsAndClosesInAMoment_notYet() throws Exception {
        try (Peer peer = Peer.that((connection, self) -> {
            assertThat(self.pause(10)).isFalse();
            connection.close();
        })) {
            assertThat(PATIENT.probe(peer.endpoint()).verdict()).isEqualTo(Verdict.NOT_YET);
        }
    }

    @Test
    void probe_acceptsAndResets_notYet() throws Exception {
        try (Peer peer = Peer.that((connection, self) -> Peer.reset(connection))) {
            ProbeResult result = PATIENT.probe(peer.endpoint());

            assertThat(result.verdict()).isEqualTo(Verdict.NOT_YET);
            assertThat(result.detail()).contains(peer.endpoint().toString());
        }
    }

    @Test
    void probe_refused_notYet() throws Exception {
        Endpoint nobody = Peer.nobody();

        ProbeResult result = probe.probe(nobody);

        assertThat(result.verdict()).isEqualTo(Verdict.NOT_YET);
        assertThat(result.detail()).contains(nobody.toString(), "refused");
    }

    @Test
    void probe_ended_leavesNoConnection() throws Exception {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        try (Peer peer = Peer.that((connection, self) -> end.complete(read(connection)))) {
            assertThat(probe.probe(peer.endpoint())).isEqualTo(ProbeResult.ready());

            assertThat(end.get(10, TimeUnit.SECONDS)).as("what the peer reads").isNegative();
        }
    }

    private static int read(Socket connection) throws IOException {
        return connection.getInputStream().read();
    }

    @Test
    void probe_alreadyInterrupted_throws() throws Exception {
        try (Peer peer = Peer.that((connection, self) -> {})) {
            Thread.currentThread().interrupt();

            assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> probe.probe(peer.endpoint()));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    @Test
    void probe_interruptedWhileConnecting_throws() throws Exception {
        try (Peer peer = Peer.deaf()) {
            Thread.currentThread().interrupt();

            assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> probe.probe(peer.endpoint()));
        }
    }

    @Test
    void probe_interruptedWhileHolding_throws() throws Exception {
        Thread prober = Thread.currentThread();
        try (Peer peer = Peer.that((connection, self) -> prober.interrupt())) {
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> probe.probe(peer.endpoint()));
        }
    }
}
