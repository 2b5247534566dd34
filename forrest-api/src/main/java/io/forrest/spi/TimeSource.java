package io.forrest.spi;

import java.time.Duration;
import java.time.Instant;

/**
 * The time as the engine room sees it: the system's, or a test's own. Thread-safe.
 */
public interface TimeSource {

    /**
     * Returns the system's time.
     *
     * @return the time source that is used by default
     */
    static TimeSource system() {
        return SystemTime.INSTANCE;
    }

    /**
     * Returns the time of day, for a person and for records.
     *
     * @return the time of day
     */
    Instant now();

    /**
     * Returns a count of nanoseconds from an arbitrary start, which never goes back.
     *
     * @return the count
     */
    long nanoTime();

    /**
     * Waits.
     *
     * @param time how long; nothing happens for zero or less
     * @throws InterruptedException if interrupted before or meanwhile
     */
    void sleep(Duration time) throws InterruptedException;
}
