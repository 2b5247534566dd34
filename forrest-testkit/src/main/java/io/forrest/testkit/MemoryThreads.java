package io.forrest.testkit;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the threads of one registry or runtime in memory: daemons named {@code forrest-memory-n}. Thread-safe. */
final class MemoryThreads implements ThreadFactory {

    private final AtomicInteger count = new AtomicInteger();

    @Override
    public Thread newThread(Runnable work) {
        Thread thread = new Thread(work, "forrest-memory-" + count.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }
}
