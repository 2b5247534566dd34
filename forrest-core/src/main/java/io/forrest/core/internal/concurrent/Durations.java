package io.forrest.core.internal.concurrent;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** Checks the times that users give. */
public final class Durations {

    private static final Duration LONGEST = Duration.ofDays(1);

    private Durations() {}

    /** Checks a time that may be zero. */
    public static void requireTime(Duration time, String what) {
        requireNonNull(time, what);
        if (time.isNegative() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + " must be from zero to a day, was " + time);
        }
    }

    /** Checks a time that may not be zero. */
    public static void requireLimit(Duration limit, String what) {
        requireTime(limit, what);
        if (limit.isZero()) {
            throw new IllegalArgumentException(what + " must be above zero");
        }
    }

    /** Returns the shorter one. */
    public static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
