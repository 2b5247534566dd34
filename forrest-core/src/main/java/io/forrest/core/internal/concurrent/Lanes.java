package io.forrest.core.internal.concurrent;

import io.forrest.annotation.CanIgnoreReturnValue;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Works through items side by side, on a bounded number of threads. Thread-safe. */
public final class Lanes<T> {

    /** How many items are worked on at one time, at most. */
    public static final int COUNT = 32;

    private final Queue<T> waiting;
    private final CountDownLatch ended;

    private Lanes(Collection<T> items, int lanes) {
        this.waiting = new ConcurrentLinkedQueue<>(items);
        this.ended = new CountDownLatch(lanes);
    }

    /** Begins to work through the items; the work must not throw. */
    public static <T> Lanes<T> begin(Collection<T> items, Executor executor, Consumer<T> work) {
        int count = Math.min(COUNT, items.size());
        Lanes<T> lanes = new Lanes<>(items, count);
        for (int i = 0; i < count; i++) {
            try {
                executor.execute(() -> lanes.drive(work));
            } catch (RejectedExecutionException e) {
                lanes.drive(work); // the scaler was closed meanwhile, and the work must be done all the same
            }
        }
        return lanes;
    }

    private void drive(Consumer<T> work) {
        try {
            for (T item = waiting.poll(); item != null; item = waiting.poll()) {
                work.accept(item);
            }
        } finally {
            ended.countDown();
        }
    }

    /** Forgets the items whose turn has not come. */
    public void skipRest() {
        waiting.clear();
    }

    /** Waits until every item is done or skipped. */
    public void await() throws InterruptedException {
        ended.await();
    }

    /** Waits as {@link #awaitRegardless()} does, for a while; false if not every item is done or skipped by then. */
    @CanIgnoreReturnValue
    public boolean awaitRegardless(Deadline deadline) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return ended.await(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits as {@link #await()} does, whatever happens; an interrupt is kept for afterwards. */
    public void awaitRegardless() {
        boolean interrupted = false;
        while (true) {
            try {
                ended.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
