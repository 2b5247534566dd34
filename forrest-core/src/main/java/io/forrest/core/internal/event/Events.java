package io.forrest.core.internal.event;

import io.forrest.ForrestEvent;
import io.forrest.Subscription;
import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells every listener every event, each on a thread of its own. Thread-safe; publishing never blocks. */
public final class Events implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Events.class);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final List<EventOutlet> outlets = new CopyOnWriteArrayList<>();
    private final Duration lastWords;
    private boolean closed;

    /** Creates what tells of events, to nobody yet. */
    public Events() {
        this(LAST_WORDS);
    }

    /** Creates what has its listeners hear the rest for so long when it is closed. */
    Events(Duration lastWords) {
        this.lastWords = lastWords;
    }

    /** Adds a listener. */
    public synchronized Subscription subscribe(Consumer<? super ForrestEvent> listener) {
        if (closed) {
            throw new IllegalStateException("the scaler is closed");
        }
        EventOutlet outlet = new EventOutlet(listener, outlets::remove);
        outlets.add(outlet);
        outlet.begin();
        return outlet;
    }

    /** Queues an event for every listener. */
    public void publish(ForrestEvent event) {
        outlets.forEach(outlet -> outlet.offer(event));
    }

    /** Has the listeners hear what is queued, for a short while at most, and lets them go. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        List<EventOutlet> ending = List.copyOf(outlets);
        ending.forEach(EventOutlet::end);
        Deadline deadline = Deadline.in(lastWords, TimeSource.system());
        for (EventOutlet outlet : ending) {
            try {
                if (!outlet.awaitEnd(deadline.remaining().toMillis())) {
                    LOGGER.warn("a listener was still busy when its scaler was closed; events for it are dropped");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            outlet.close();
        }
    }
}
