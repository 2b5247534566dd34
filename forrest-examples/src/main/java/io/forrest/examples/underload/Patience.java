package io.forrest.examples.underload;

import io.forrest.spi.TimeSource;
import java.time.Duration;

/** Waits for what only looking can tell. */
final class Patience {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration INTERVAL = Duration.ofMillis(50);

    private Patience() {}

    /** A question. */
    interface Condition {
        boolean holds() throws InterruptedException;
    }

    /**
     * Returns once it is so.
     *
     * @param what what shall be so, in words
     * @throws IllegalStateException if it is not so after half a minute
     */
    static void until(String what, Condition condition) throws InterruptedException {
        TimeSource time = TimeSource.system();
        long start = time.nanoTime();
        while (!condition.holds()) {
            if (time.nanoTime() - start > LIMIT.toNanos()) {
                throw new IllegalStateException("not so after " + LIMIT.toSeconds() + " s: " + what);
            }
            time.sleep(INTERVAL);
        }
    }
}
