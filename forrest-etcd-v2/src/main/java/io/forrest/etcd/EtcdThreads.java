package io.forrest.etcd;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the registry's threads: daemons, named {@code forrest-etcd-<role>-<n>}. */
final class EtcdThreads {

    private static final int IDLE_SECONDS = 5;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private EtcdThreads() {}

    /** Returns a thread, not yet started. */
    static Thread create(String role, Runnable task) {
        Thread thread = new Thread(task, "forrest-etcd-" + role + "-" + COUNT.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** Returns threads that come when needed and go soon after. Once shut down, a task runs on the thread that submits it. */
    static ExecutorService pool(String role) {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> create(role, task),
                (task, executor) -> task.run());
    }
}
