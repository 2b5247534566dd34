package io.forrest.docker;

import io.forrest.spi.ContainerListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls one listener on a thread of its own, with what one stream after another tells. Whatever comes of a stream that was
 * given up, and may still be read for a moment, is dropped. Thread-safe.
 */
final class EventDelivery implements AutoCloseable {

    /** How many calls are kept for a listener that is busy. */
    static final int MAX_KEPT = 4096;

    private static final Logger LOG = LoggerFactory.getLogger(DockerRuntime.class);

    /** What to tell, and whether the listener then knows of an outage. */
    private record Call(Consumer<ContainerListener> what, boolean outage) {}

    private static final Call GAP = new Call(ContainerListener::gap, false);

    private final ContainerListener listener;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** What is to be told, guarded by the lock as all below. */
    private final Deque<Call> calls = new ArrayDeque<>();

    private @Nullable Object stream;
    private boolean stands;
    private @Nullable String outage;
    private boolean toldOutage;
    private boolean closed;

    /** Confined to the thread. */
    private final Pause afterThrow = new Pause();

    EventDelivery(ContainerListener listener, Workers workers) {
        this.listener = listener;
        this.thread = workers.lasting("listener", this::run);
    }

    void start() {
        thread.start();
    }

    /** Has a stream tried for, the only one that is heeded from now on. */
    void begin(Object next) {
        change(() -> {
            stream = next;
            stands = false;
        });
    }

    /**
     * Notes that a stream stands.
     *
     * @return whether that ended an outage
     */
    boolean stands(Object standing) {
        lock.lock();
        try {
            if (stream != standing) {
                return false;
            }
            stands = true;
            boolean over = outage != null;
            outage = null;
            if (over) {
                add(new Call(ContainerListener::reconnected, false));
            }
            add(GAP);
            return over;
        } finally {
            lock.unlock();
        }
    }

    /** Tells what happened, if the stream that says so is the one that is heeded. */
    void tell(Object by, Consumer<ContainerListener> what) {
        change(() -> {
            if (stream == by) {
                add(new Call(what, false));
            }
        });
    }

    /**
     * Heeds the stream no more, for the engine cannot be reached by it.
     *
     * @return whether that began an outage
     */
    boolean broke(String why) {
        lock.lock();
        try {
            stream = null;
            stands = false;
            boolean begun = outage == null;
            if (begun) {
                outage = why;
                add(disconnected(why));
            }
            return begun;
        } finally {
            lock.unlock();
        }
    }

    private static Call disconnected(String why) {
        return new Call(listener -> listener.disconnected(why), true);
    }

    private void add(Call call) {
        if (calls.size() < MAX_KEPT) {
            calls.add(call);
        } else {
            beginAnew();
        }
        changed.signal();
    }

    /** Drops what is to be told for what a listener needs that lists anew. */
    private void beginAnew() {
        calls.clear();
        String why = outage;
        if (toldOutage && why == null) {
            calls.add(new Call(ContainerListener::reconnected, false));
        } else if (!toldOutage && why != null) {
            calls.add(disconnected(why));
        }
        if (stands) {
            calls.add(GAP);
        }
    }

    private void change(Runnable assignments) {
        lock.lock();
        try {
            assignments.run();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (true) {
            Call call = await();
            if (call == null) {
                return;
            }
            try {
                call.what().accept(listener);
                afterThrow.reset();
            } catch (RuntimeException | Error e) {
                LOG.warn("a listener of containers threw; it is told to list them anew", e);
                change(this::beginAnew);
                pause(afterThrow.next());
            }
            // A listener may leave its thread interrupted; that is not for the next call to find
            boolean unused = Thread.interrupted();
        }
    }

    /** Waits for the next call to make; null when closed. */
    private @Nullable Call await() {
        lock.lock();
        try {
            while (!closed) {
                Call call = calls.poll();
                if (call != null) {
                    toldOutage = call.outage();
                    return call;
                }
                changed.awaitUninterruptibly();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void pause(Duration time) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            // Only the listener's own code interrupts this thread: the pause is over, and so is the matter
            LOG.debug("a pause was cut short", e);
        } finally {
            lock.unlock();
        }
    }

    /** Has no further call begin. One under way goes on, and is not interrupted. Does not block. */
    @Override
    public void close() {
        change(() -> {
            closed = true;
            calls.clear();
            changed.signalAll();
        });
    }
}
