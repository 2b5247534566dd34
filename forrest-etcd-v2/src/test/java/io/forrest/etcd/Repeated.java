package io.forrest.etcd;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A step that is taken again and again, one at a time, on a thread of its own, until it fails or is closed; so that
 * something is in flight whenever the world changes. Thread-safe.
 */
final class Repeated implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Thread thread;
    private volatile State state = new State(0, null);
    private volatile boolean closed;

    /** One step; the first has the number 0. */
    @FunctionalInterface
    interface Step {
        void take(int number) throws Exception;
    }

    /** How many steps have ended, and what the present one failed of. */
    private record State(int ended, @Nullable Throwable failure) {}

    private Repeated(Step step) {
        thread = new Thread(() -> run(step), "repeated");
        thread.setDaemon(true);
    }

    static Repeated start(Step step) {
        Repeated repeated = new Repeated(step);
        repeated.thread.start();
        return repeated;
    }

    private void run(Step step) {
        for (int number = 0; !closed; number++) {
            state = new State(number, null);
            try {
                step.take(number);
            } catch (Throwable e) {
                state = new State(number, e);
                return;
            }
        }
    }

    /** Returns how many steps have ended well; that is the number of the one that is being taken. */
    int ended() {
        return state.ended();
    }

    /** Waits until so many more steps have ended well; throws what a step failed of. */
    void awaitMore(int count) {
        int goal = ended() + count;
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> {
            rethrow();
            return ended() >= goal;
        });
    }

    /** Throws what a step failed of. */
    private void rethrow() {
        Throwable failure = state.failure();
        if (failure != null) {
            throw new AssertionError("step " + state.ended() + ": " + failure.getMessage(), failure);
        }
    }

    /** Lets the present step end; returns how many have ended well, and throws what one failed of. */
    int finish() {
        closed = true;
        awaitThread();
        rethrow();
        return ended() + 1;
    }

    /** Interrupts the present step. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        awaitThread();
    }

    private void awaitThread() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> !thread.isAlive());
    }
}
