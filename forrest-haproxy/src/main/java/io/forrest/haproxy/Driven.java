package io.forrest.haproxy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * An HAProxy that this process drives, and of which it knows more than the statistics show: in which process an instance was
 * first given a server, and what was refused. Thread-safe.
 */
final class Driven implements StatsSource {

    private final StatsSocket socket;
    private final DriverLoop loop;

    Driven(DriverLoop loop) {
        this.loop = loop;
        HaproxyInstance haproxy = loop.haproxy();
        this.socket = new StatsSocket(
                haproxy.socket(), haproxy.master().map(MasterSocket::new).orElse(null));
    }

    @Override
    public Reading read() throws IOException {
        return socket.read();
    }

    /**
     * A process that a reload has put aside before the instance came has never known it. An instance that this process still
     * wants served may come again, and one whose sessions were cut is drained in a manner of speaking alone.
     */
    @Override
    public Optional<String> blindSpot(String instance, Reading current) {
        if (loop.wants(instance)) {
            return Optional.of("the driver has not heard yet that " + instance + " is withdrawn");
        }
        if (loop.hasCut(instance)) {
            return Optional.of("sessions of " + instance + " were cut, for the driver's drainWithin was over");
        }
        return loop.wasServedOnlyBy(current.process(), instance)
                ? Optional.empty()
                : socket.blindSpot(instance, current);
    }

    @Override
    public Optional<String> trouble() {
        return loop.refusals().isEmpty() ? Optional.empty() : Optional.of(String.join(", and ", loop.refusals()));
    }

    @Override
    public List<OldWorker> oldWorkers(Reading current) throws IOException {
        return socket.oldWorkers(current);
    }

    @Override
    public String showsAddresses() {
        return socket.showsAddresses();
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
