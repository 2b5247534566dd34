package io.forrest.testkit;

import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs what a fake engine planned: by a {@link FakeTime} on the thread that makes the time pass, else on a thread of its
 * own, made when first needed. Thread-safe.
 */
final class Alarms implements AutoCloseable {

    private final @Nullable FakeTime fake;
    private @Nullable ScheduledThreadPoolExecutor scheduler;
    private boolean closed;

    private Alarms(@Nullable FakeTime fake) {
        this.fake = fake;
    }

    static Alarms by(TimeSource time) {
        return new Alarms(time instanceof FakeTime fake ? fake : null);
    }

    void after(Duration delay, Runnable action) {
        if (fake != null) {
            fake.after(delay, action);
        } else {
            schedule(delay, action);
        }
    }

    private synchronized void schedule(Duration delay, Runnable action) {
        if (closed) {
            return;
        }
        ScheduledThreadPoolExecutor executor = scheduler;
        if (executor == null) {
            // Not named forrest-: it plays a part of the world outside, which leftover checks leave alone.
            executor = new ScheduledThreadPoolExecutor(1, task -> {
                Thread thread = new Thread(task, "fake-engine-1");
                thread.setDaemon(true);
                return thread;
            });
            scheduler = executor;
        }
        var unused = executor.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (scheduler != null) {
            scheduler.shutdownNow();
        }
    }
}
