package io.forrest.testkit;

import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs what a fake planned: by a {@link FakeTime} on the thread that makes the time pass, else on a thread of its
 * own, made when first needed. Thread-safe.
 */
final class Alarms implements AutoCloseable {

    private final @Nullable FakeTime fake;
    private final ThreadFactory threads;
    private @Nullable ScheduledThreadPoolExecutor scheduler;
    private boolean closed;

    private Alarms(@Nullable FakeTime fake, ThreadFactory threads) {
        this.fake = fake;
        this.threads = threads;
    }

    static Alarms by(TimeSource time, ThreadFactory threads) {
        return new Alarms(time instanceof FakeTime fake ? fake : null, threads);
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
            executor = new ScheduledThreadPoolExecutor(1, threads);
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
