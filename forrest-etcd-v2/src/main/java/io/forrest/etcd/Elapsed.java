package io.forrest.etcd;

import io.forrest.spi.TimeSource;
import java.time.Duration;

/**
 * How much time has passed since a moment. A clock that is put back, which none should be, lengthens nothing by more than the
 * step that it was put back in. Not thread-safe; confine it to one thread.
 */
final class Elapsed {

    private final TimeSource time;
    /** When the clock was last looked at. */
    private long seen;

    private Duration passed = Duration.ZERO;

    private Elapsed(TimeSource time) {
        this.time = time;
        this.seen = time.nanoTime();
    }

    static Elapsed sinceNow(TimeSource time) {
        return new Elapsed(time);
    }

    /** Returns what is left of a duration that began with this; negative when it is over. */
    Duration leftOf(Duration duration) {
        long now = time.nanoTime();
        passed = passed.plusNanos(Math.max(0, now - seen));
        seen = now;
        return duration.minus(passed);
    }

    boolean isOver(Duration duration) {
        Duration left = leftOf(duration);
        return left.isNegative() || left.isZero();
    }
}
