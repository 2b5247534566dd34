package io.forrest.docker;

import io.forrest.Subscription;
import io.forrest.spi.ContainerListener;
import io.forrest.spi.TimeSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The watches of one runtime that are open. Thread-safe. */
final class EventWatches implements AutoCloseable {

    private final Engine engine;
    private final TimeSource time;
    private final Set<EventWatch> open = new HashSet<>();
    private boolean closed;

    EventWatches(Engine engine, TimeSource time) {
        this.engine = engine;
        this.time = time;
    }

    Subscription open(Map<String, String> labels, ContainerListener listener) {
        EventWatch watch = new EventWatch(engine, time, labels, listener, this::forget);
        synchronized (this) {
            if (closed) {
                throw new RuntimeClosedException();
            }
            open.add(watch);
            watch.start();
        }
        return watch;
    }

    private synchronized void forget(EventWatch watch) {
        open.remove(watch);
    }

    @Override
    public void close() {
        List<EventWatch> watches;
        synchronized (this) {
            closed = true;
            watches = List.copyOf(open);
        }
        watches.forEach(EventWatch::close);
    }
}
