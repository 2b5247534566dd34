package io.forrest.core.internal.ready;

import io.forrest.Endpoint;
import io.forrest.Probe;
import io.forrest.ProbeResult;
import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Ready when a connection is accepted and held. Docker's proxy accepts at once and closes as soon as it finds that nothing
 * listens behind it; that takes it a few milliseconds, so a connection that lives for {@link #HOLD} has an application at
 * its other end.
 */
final class PortProbe implements Probe {

    static final Duration CONNECT = Duration.ofSeconds(2);
    static final Duration HOLD = Duration.ofMillis(300);

    private final Duration hold;

    PortProbe() {
        this(HOLD);
    }

    /** Creates a probe that takes a connection for one that lives once it has lived for a while. */
    PortProbe(Duration hold) {
        this.hold = hold;
    }

    @Override
    public ProbeResult probe(Endpoint endpoint) throws InterruptedException {
        try (TimedSocket socket = TimedSocket.connect(endpoint, Deadline.in(CONNECT, TimeSource.system()))) {
            return holds(socket)
                    ? ProbeResult.ready()
                    : ProbeResult.notYet(
                            endpoint + " accepts and closes at once: nothing listens in the container yet");
        } catch (IOException e) {
            return ProbeResult.notYet(endpoint + ": " + e.getMessage());
        }
    }

    private boolean holds(TimedSocket socket) throws IOException, InterruptedException {
        try {
            return socket.read(ByteBuffer.allocate(1), Deadline.in(hold, TimeSource.system())) >= 0;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }
}
