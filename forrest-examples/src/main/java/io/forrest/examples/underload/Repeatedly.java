package io.forrest.examples.underload;

import io.forrest.spi.TimeSource;
import java.time.Duration;

/** Something that is done again and again on a thread of its own until it is ended. Thread-safe. */
final class Repeatedly implements AutoCloseable {

    private final Thread thread;

    private Repeatedly(Thread thread) {
        this.thread = thread;
    }

    static Repeatedly start(String role, Duration interval, Runnable action) {
        Thread thread = new Thread(() -> run(interval, action), "forrest-" + role + "-1");
        thread.setDaemon(true);
        thread.start();
        return new Repeatedly(thread);
    }

    private static void run(Duration interval, Runnable action) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                action.run();
                TimeSource.system().sleep(interval);
            }
        } catch (InterruptedException e) {
            // ended
        }
    }

    /** Ends it, and returns once it is not being done any more. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
