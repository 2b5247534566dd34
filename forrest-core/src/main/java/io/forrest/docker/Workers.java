package io.forrest.docker;

import io.forrest.spi.TimeSource;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one runtime. They exist because a blocking read can be bounded and interrupted only from another thread:
 * socket timeouts do nothing on Unix sockets, and interrupts nothing on TCP. Thread-safe.
 */
final class Workers implements AutoCloseable {

    private static final Duration KEEP_IDLE = Duration.ofSeconds(10);

    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger lastingCount = new AtomicInteger();
    private final TimeSource time;
    private final ThreadPoolExecutor executor = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, KEEP_IDLE.toMillis(), TimeUnit.MILLISECONDS, new SynchronousQueue<>(), this::thread);

    Workers(TimeSource time) {
        this.time = time;
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, "forrest-docker-" + count.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** Returns a thread of its own, not yet started, for what lasts; whoever asks for it ends it. */
    Thread lasting(String role, Runnable task) {
        Thread thread = new Thread(task, "forrest-docker-" + role + "-" + lastingCount.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    <T> Future<T> submit(Callable<T> task) {
        try {
            return executor.submit(task);
        } catch (RejectedExecutionException e) {
            RuntimeClosedException closed = new RuntimeClosedException();
            closed.addSuppressed(e);
            throw closed;
        }
    }

    /** Runs a task that nobody waits for: on a worker, or here if there are none any more. */
    void run(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    /**
     * Runs a task that must come to an end even if the caller is interrupted, and waits for it. An interrupt only shortens
     * the wait; the interrupted status is set on return.
     */
    <T> T settle(Callable<T> task, Duration within, Duration afterInterrupt) {
        boolean interrupted = Thread.interrupted();
        long end = time.nanoTime() + (interrupted ? afterInterrupt : within).toNanos();
        try {
            Future<T> future = submit(task);
            while (true) {
                try {
                    return future.get(end - time.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                    end = Math.min(end, time.nanoTime() + afterInterrupt.toNanos());
                } catch (TimeoutException e) {
                    future.cancel(true);
                    throw new UncheckedIOException(new CallTimeoutException(interrupted ? afterInterrupt : within));
                } catch (ExecutionException e) {
                    throw rethrown(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns what a task threw, as something that can be thrown on. */
    static RuntimeException rethrown(ExecutionException failure) {
        Throwable cause = failure.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(cause);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
