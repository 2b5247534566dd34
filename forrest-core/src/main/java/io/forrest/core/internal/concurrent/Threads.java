package io.forrest.core.internal.concurrent;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;

/** Makes every thread of the engine room: a daemon with a telling name. */
public final class Threads {

    private Threads() {}

    /** Returns a factory of daemons named {@code forrest-<role>-<n>}. */
    public static ThreadFactory named(String role) {
        AtomicLong count = new AtomicLong();
        return work -> {
            Thread thread = new Thread(work, "forrest-" + role + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Returns a pool that grows as needed and forgets idle threads. */
    public static ExecutorService pool(String role) {
        return Executors.newCachedThreadPool(named(role));
    }

    /** Returns a timer of one thread, whose tasks must not block. */
    public static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named("timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
    }
}
