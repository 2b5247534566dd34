package io.forrest.core.internal.event;

import io.forrest.ForrestEvent;
import io.forrest.Subscription;
import io.forrest.core.internal.concurrent.Threads;
import io.forrest.event.EventsLost;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener, its bounded queue and its thread. What does not fit is counted, and the listener told. Thread-safe; the
 * lock guards the queue and is never held while the listener runs.
 */
final class EventOutlet implements Subscription {

    private static final Logger LOGGER = LoggerFactory.getLogger(EventOutlet.class);
    private static final ThreadFactory THREADS = Threads.named("events");
    static final int CAPACITY = 4096;

    private final Consumer<? super ForrestEvent> listener;
    private final Queue<ForrestEvent> queue = new ArrayDeque<>();
    private final Consumer<EventOutlet> onEnd;
    private final Thread thread;
    private long lost;
    private @Nullable Instant lastLost;
    private boolean closed;
    private boolean ending;

    EventOutlet(Consumer<? super ForrestEvent> listener, Consumer<EventOutlet> onEnd) {
        this.listener = listener;
        this.onEnd = onEnd;
        this.thread = THREADS.newThread(this::deliver);
    }

    void begin() {
        thread.start();
    }

    synchronized void offer(ForrestEvent event) {
        if (ending || closed) {
            return;
        }
        if (lastLost != null && queue.size() < CAPACITY - 1) {
            queue.add(takeLoss(lastLost));
        }
        if (lastLost != null || queue.size() >= CAPACITY) {
            lost++;
            lastLost = event.at();
        } else {
            queue.add(event);
        }
        notifyAll();
    }

    /** Takes no more events; those that wait are still delivered. */
    synchronized void end() {
        ending = true;
        notifyAll();
    }

    /** Waits until the thread has ended; true if it has, or if it is this one. */
    boolean awaitEnd(long millis) throws InterruptedException {
        if (thread != Thread.currentThread()) {
            thread.join(Math.max(1, millis));
            return !thread.isAlive();
        }
        return true;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            queue.clear();
            notifyAll();
        }
        onEnd.accept(this);
    }

    private void deliver() {
        try {
            for (ForrestEvent event = next(); event != null; event = next()) {
                tell(event);
            }
        } finally {
            onEnd.accept(this);
        }
    }

    private void tell(ForrestEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException | Error e) {
            LOGGER.warn("a listener threw on {}; it is told the next event all the same", event, e);
        }
        // A listener may leave its thread interrupted; that is not for the next event to find
        boolean unused = Thread.interrupted();
    }

    private synchronized @Nullable ForrestEvent next() {
        while (queue.isEmpty() && lastLost == null && !ending && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                // Only the listener's own code interrupts this thread, and what it meant was over with its call
                LOGGER.debug("a listener's thread was interrupted; it goes on waiting", e);
            }
        }
        if (closed) {
            return null;
        }
        ForrestEvent waiting = queue.poll();
        return waiting == null && lastLost != null ? takeLoss(lastLost) : waiting;
    }

    private EventsLost takeLoss(Instant last) {
        EventsLost event = new EventsLost(last, lost);
        lost = 0;
        lastLost = null;
        return event;
    }
}
