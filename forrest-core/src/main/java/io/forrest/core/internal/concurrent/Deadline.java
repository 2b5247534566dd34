package io.forrest.core.internal.concurrent;

import io.forrest.spi.TimeSource;
import java.time.Duration;

/** A moment by which something must be done. Immutable and thread-safe. */
public final class Deadline {

    private final TimeSource time;
    private final Duration limit;
    private final long end;

    private Deadline(TimeSource time, Duration limit, long end) {
        this.time = time;
        this.limit = limit;
        this.end = end;
    }

    /** Returns the deadline that is a given time from now. */
    public static Deadline in(Duration limit, TimeSource time) {
        return new Deadline(time, limit, time.nanoTime() + limit.toNanos());
    }

    /** Returns the time that the deadline was set for. */
    public Duration limit() {
        return limit;
    }

    /** Returns the time that is left, zero at the least. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - time.nanoTime()));
    }

    /** Returns whether no time is left. */
    public boolean passed() {
        return end - time.nanoTime() <= 0;
    }
}
