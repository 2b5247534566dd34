package io.forrest.etcd;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the threads that carry a client's bytes: daemons, named {@code forrest-etcd-<n>}. */
final class EtcdThreads {

    private static final int IDLE_SECONDS = 5;

    private EtcdThreads() {}

    /**
     * Starts none yet. Once shut down, the executor lets the submitter run what remains: the HTTP client's selector, which
     * closes the connections of exchanges that were broken off.
     */
    static ExecutorService start() {
        AtomicInteger count = new AtomicInteger();
        ThreadFactory factory = task -> {
            Thread thread = new Thread(task, "forrest-etcd-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                factory,
                (task, executor) -> task.run());
    }
}
