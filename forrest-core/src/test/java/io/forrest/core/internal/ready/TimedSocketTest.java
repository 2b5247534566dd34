package io.forrest.core.internal.ready;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.UnixOperatingSystemMXBean;
import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimedSocketTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final int MORE_THAN_THE_BUFFERS = 64 * 1024 * 1024;

    private static Deadline in(Duration limit) {
        return Deadline.in(limit, TimeSource.system());
    }

    @Test
    void connect_neverAccepted_timesOut() throws Exception {
        try (Peer peer = Peer.deaf()) {
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> TimedSocket.connect(peer.endpoint(), in(SHORT)))
                    .withMessageContaining("100 ms");
        }
    }

    @Test
    void connect_refused_throwsAtOnce() {
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> TimedSocket.connect(Peer.nobody(), in(LONG)));
    }

    @Test
    void read_answer_returnsItAndThenTheEnd() throws Exception {
        try (Peer peer = Peer.that((connection, self) -> {
                    Peer.write(connection, "hello");
                    connection.close();
                });
                TimedSocket socket = TimedSocket.connect(peer.endpoint(), in(LONG))) {
            ByteBuffer bytes = ByteBuffer.allocate(100);
            Deadline deadline = in(LONG);
            int last = 0;
            while (last >= 0) {
                last = socket.read(bytes, deadline);
            }

            assertThat(new String(bytes.array(), 0, bytes.position(), ISO_8859_1))
                    .isEqualTo("hello");
        }
    }

    @Test
    void read_nothingComes_timesOut() throws Exception {
        try (Peer peer = Peer.that((connection, self) -> {});
                TimedSocket socket = TimedSocket.connect(peer.endpoint(), in(LONG))) {
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> socket.read(ByteBuffer.allocate(1), in(SHORT)));
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .as("a deadline that has passed")
                    .isThrownBy(() -> socket.read(ByteBuffer.allocate(1), in(Duration.ZERO)));
        }
    }

    @Test
    void write_peerDoesNotRead_timesOut() throws Exception {
        try (Peer peer = Peer.that((connection, self) -> {});
                TimedSocket socket = TimedSocket.connect(peer.endpoint(), in(LONG))) {
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> socket.write(ByteBuffer.allocate(MORE_THAN_THE_BUFFERS), in(SHORT)));
        }
    }

    @Test
    void write_interrupted_throws() throws Exception {
        Thread writer = Thread.currentThread();
        try (Peer peer = Peer.that((connection, self) -> writer.interrupt())) {
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> {
                try (TimedSocket socket = TimedSocket.connect(peer.endpoint(), in(LONG))) {
                    socket.write(ByteBuffer.allocate(MORE_THAN_THE_BUFFERS), in(LONG));
                }
            });
        }
    }

    @Test
    void close_threeTimes_isAsOnce() throws Exception {
        try (Peer peer = Peer.that((connection, self) -> {})) {
            TimedSocket socket = TimedSocket.connect(peer.endpoint(), in(LONG));
            socket.close();
            socket.close();
            socket.close();

            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> socket.read(ByteBuffer.allocate(1), in(LONG)));
        }
    }

    /** A launch may try hundreds of times. */
    @Test
    void connect_failedOften_leavesNoDescriptorOpen() throws Exception {
        try (Peer deaf = Peer.deaf()) {
            fail(deaf);
            long before = descriptors();

            for (int i = 0; i < 100; i++) {
                fail(deaf);
            }

            assertThat(descriptors() - before).isLessThan(50);
        }
    }

    private static void fail(Peer deaf) {
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> TimedSocket.connect(Peer.nobody(), in(LONG)));
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> TimedSocket.connect(deaf.endpoint(), in(Duration.ZERO)));
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> TimedSocket.connect(deaf.endpoint(), in(LONG)));
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }
}
