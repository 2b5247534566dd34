package io.forrest.testkit;

import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Looks again and again, in the system's time, until something is as it should be. Immutable and thread-safe. */
final class Eventually {

    private static final Duration INTERVAL = Duration.ofMillis(20);

    private Eventually() {}

    /** Returns the first look that is as it should be, or the last one when the time is over. */
    static <T> T look(Duration within, Supplier<T> look, Predicate<? super T> good) {
        TimeSource time = TimeSource.system();
        long start = time.nanoTime();
        T seen = look.get();
        while (!good.test(seen) && time.nanoTime() - start < within.toNanos()) {
            try {
                time.sleep(INTERVAL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return seen;
            }
            seen = look.get();
        }
        return seen;
    }
}
