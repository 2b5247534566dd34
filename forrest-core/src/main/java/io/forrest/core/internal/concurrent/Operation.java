package io.forrest.core.internal.concurrent;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Work on a thread of Forrest's that can be stopped until it commits itself. Between its acknowledgement and that, it cannot be
 * cancelled by whoever holds the future, but stopped for any other reason. Stopping interrupts it; what it then undoes is not
 * interrupted again. Thread-safe; the lock guards the phase alone.
 *
 * @param <T> what comes of it
 */
public final class Operation<T> extends CompletableFuture<T> implements Runnable {

    private enum Phase {
        RUNNING,
        ACKNOWLEDGED,
        STOPPED,
        COMMITTED
    }

    /** The work, given the operation that it belongs to. */
    public interface Work<T> {
        /** Does the work. */
        T run(Operation<T> operation) throws Exception;
    }

    private final Work<T> work;
    private final CountDownLatch finished = new CountDownLatch(1);
    private Phase phase = Phase.RUNNING;
    private @Nullable Stop reason;
    private @Nullable Thread worker;

    /** Creates the operation; {@link #run()} begins it. */
    public Operation(Work<T> work) {
        this.work = work;
    }

    /** Does the work on this thread. */
    @Override
    public void run() {
        synchronized (this) {
            worker = Thread.currentThread();
            if (phase == Phase.STOPPED) {
                worker.interrupt();
            }
        }
        try {
            T value = work.run(this);
            end();
            super.complete(value);
        } catch (Throwable e) {
            end();
            super.completeExceptionally(outcome(e));
        }
    }

    /** A cancelled future is completed by whoever comes first, its canceller or the work that was interrupted. */
    private Throwable outcome(Throwable e) {
        return stopped().equals(Optional.of(Stop.CANCELLED)) ? new CancellationException().initCause(e) : e;
    }

    /** Lets nobody interrupt this thread any more, and those go on who waited, before dependents run. */
    private void end() {
        synchronized (this) {
            worker = null;
            Thread.interrupted();
        }
        finished.countDown();
    }

    /**
     * Has the operation stop, unless it has committed itself or was stopped before, or it is only cancelled and acknowledged
     * already.
     */
    public synchronized boolean stop(Stop why) {
        boolean tooLate = phase == Phase.ACKNOWLEDGED ? why == Stop.CANCELLED : phase != Phase.RUNNING;
        if (tooLate) {
            return false;
        }
        phase = Phase.STOPPED;
        reason = why;
        if (worker != null) {
            worker.interrupt();
        }
        return true;
    }

    /** Returns whether a thread is the one that does the work, and so cannot wait for its end. */
    public synchronized boolean isDoneBy(Thread thread) {
        return worker == thread;
    }

    /** Passes the point from which on it cannot be cancelled; false if the operation was stopped before. */
    public synchronized boolean acknowledge() {
        if (phase == Phase.RUNNING) {
            phase = Phase.ACKNOWLEDGED;
        }
        return phase != Phase.STOPPED;
    }

    /** Passes the point of no return; false if the operation was stopped before. */
    public synchronized boolean commit() {
        if (phase == Phase.STOPPED) {
            return false;
        }
        phase = Phase.COMMITTED;
        return true;
    }

    /** Does what undoes the work, on the worker's thread, without being interrupted. */
    public void undo(Runnable undoing) {
        synchronized (this) {
            if (phase != Phase.COMMITTED) {
                phase = Phase.STOPPED;
            }
            Thread.interrupted();
        }
        undoing.run();
    }

    /** Returns why the operation was told to stop; empty if it was not. */
    public synchronized Optional<Stop> stopped() {
        return Optional.ofNullable(reason);
    }

    /** Returns what the work ended with, if it did not end well. Only for an operation that has ended. */
    public Optional<Throwable> failure() {
        return handle((value, failure) -> Optional.ofNullable(failure)).join();
    }

    /** Cancels the operation unless it is acknowledged or has committed itself; what it did is undone in the background. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return stoppedByUser() ? super.cancel(mayInterruptIfRunning) : isCancelled();
    }

    /** Does what {@link #cancel} does: a timeout of the future's, say, undoes the operation. */
    @Override
    public boolean completeExceptionally(Throwable failure) {
        return stoppedByUser() && super.completeExceptionally(failure);
    }

    /** Does what {@link #cancel} does. */
    @Override
    public boolean complete(T value) {
        return stoppedByUser() && super.complete(value);
    }

    private synchronized boolean stoppedByUser() {
        stop(Stop.CANCELLED);
        return phase == Phase.STOPPED;
    }

    /** Waits until the operation has ended, what it had to undo included, and this future is done. */
    public void awaitFinished() throws InterruptedException {
        finished.await();
        awaitDone();
    }

    /** Waits as {@link #awaitFinished()} does, for a while; false if it has not ended by then. */
    public boolean awaitFinished(long nanos) throws InterruptedException {
        boolean ended = finished.await(nanos, TimeUnit.NANOSECONDS);
        if (ended) {
            awaitDone();
        }
        return ended;
    }

    /**
     * Waits for the worker's very next step, which makes this future done before any dependent runs. Waiting for the future
     * itself instead could mean to wait for a dependent of a user's, and that one for whoever waits here.
     */
    private void awaitDone() {
        while (!isDone()) {
            Thread.onSpinWait();
        }
    }
}
