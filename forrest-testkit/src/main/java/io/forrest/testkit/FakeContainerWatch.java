package io.forrest.testkit;

import static java.lang.System.Logger.Level.WARNING;

import io.forrest.ContainerRuntimeException;
import io.forrest.Subscription;
import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.ContainerListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A watch of a {@link FakeContainerRuntime}: it hears what happens on the engine, and a thread tells the listener. Thread-safe;
 * the lock is never held while the listener runs.
 */
final class FakeContainerWatch implements Subscription {

    /** How many events are kept for a listener that is busy, as the Docker runtime does. */
    static final int MAX_KEPT = 4096;

    private static final System.Logger LOGGER = System.getLogger(FakeContainerWatch.class.getName());

    /** How soon it is noticed, in the system's time, that a fault came or went, or a listener threw. */
    private static final long PAUSE_MILLIS = 20;

    private final Link link;
    private final FakeEvents events;
    private final Map<String, String> labels;
    private final ContainerListener listener;
    private final Consumer<FakeContainerWatch> onClose;
    private final Thread thread;
    private final FakeEvents.Ear ear = this::hear;

    /** Guarded by the lock of this, as all below. */
    private final Deque<Consumer<ContainerListener>> kept = new ArrayDeque<>();

    private boolean stands;
    private boolean gapDue;
    private boolean looking;
    private volatile boolean closed;

    /** Whether the listener knows of no outage; the thread's own. */
    private boolean connected = true;

    /** The way to the engine. */
    interface Link {

        /** Throws if the engine cannot be reached. */
        void look();

        /** Returns whether it may be that it cannot, so that it is worth looking. */
        boolean isAtRisk();
    }

    FakeContainerWatch(
            Link link,
            FakeEvents events,
            Map<String, String> labels,
            ContainerListener listener,
            ThreadFactory threads,
            Consumer<FakeContainerWatch> onClose) {
        this.link = link;
        this.events = events;
        this.labels = labels;
        this.listener = listener;
        this.onClose = onClose;
        this.thread = threads.newThread(this::run);
    }

    void begin() {
        events.add(ear);
        thread.start();
    }

    private synchronized void hear(Map<String, String> carried, Consumer<ContainerListener> event) {
        if (!stands || closed || !carried.entrySet().containsAll(labels.entrySet())) {
            return;
        }
        if (kept.size() < MAX_KEPT) {
            kept.add(event);
        } else {
            forget();
        }
        notifyAll();
    }

    private synchronized void forget() {
        kept.clear();
        gapDue = true;
    }

    /** Interrupts the thread if it looks, which may hang, but never the listener. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (looking) {
                thread.interrupt();
            }
            notifyAll();
        }
        events.remove(ear);
        onClose.accept(this);
    }

    private void run() {
        try {
            while (!closed) {
                if (isConnected()) {
                    tellAll();
                }
                awaitReason();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOGGER.log(
                    WARNING, "a watch of containers was interrupted by a stranger; its listener is told nothing more");
        }
    }

    private synchronized void awaitReason() throws InterruptedException {
        if (!closed && kept.isEmpty()) {
            TimeUnit.MILLISECONDS.timedWait(this, PAUSE_MILLIS);
        }
    }

    /** Returns whether the engine can be reached, after having told the listener if that is news. */
    private boolean isConnected() {
        if (isStanding() && !link.isAtRisk()) {
            return true;
        }
        if (!startLooking()) {
            return false;
        }
        try {
            link.look();
        } catch (ContainerRuntimeException e) {
            lose(String.valueOf(e.getMessage()));
            return false;
        } catch (IllegalStateException e) {
            // The runtime was closed, and closes its watches
            return false;
        } finally {
            endLooking();
        }
        if (!connected) {
            connected = true;
            tell(ContainerListener::reconnected);
        }
        stand();
        return true;
    }

    private synchronized boolean startLooking() {
        looking = !closed;
        return looking;
    }

    private synchronized void endLooking() {
        looking = false;
        boolean unused = Thread.interrupted();
    }

    private synchronized boolean isStanding() {
        return stands;
    }

    private synchronized void stand() {
        if (!stands) {
            stands = true;
            forget();
        }
    }

    /** Loses what happened and was not told, and all that happens until it stands again. */
    private void lose(String why) {
        synchronized (this) {
            stands = false;
            kept.clear();
        }
        if (connected && !closed) {
            connected = false;
            tell(listening -> listening.disconnected(why));
        }
    }

    private void tellAll() {
        for (Consumer<ContainerListener> next = next(); next != null; next = next()) {
            if (!tell(next)) {
                return;
            }
        }
    }

    private synchronized @Nullable Consumer<ContainerListener> next() {
        if (gapDue) {
            gapDue = false;
            return ContainerListener::gap;
        }
        return kept.poll();
    }

    /** Returns whether the listener took it. */
    @CanIgnoreReturnValue
    private boolean tell(Consumer<ContainerListener> call) {
        if (closed) {
            return false;
        }
        try {
            call.accept(listener);
            return true;
        } catch (RuntimeException | Error e) {
            forget();
            LOGGER.log(WARNING, "a listener of containers threw; it is told to list them anew", e);
            return false;
        } finally {
            // The listener may have interrupted its own thread.
            boolean unused = Thread.interrupted();
        }
    }
}
