package io.forrest.etcd;

import java.time.Duration;

/**
 * How long a key stands unless it is renewed. etcd counts whole seconds, and takes a number too large for no ttl at all
 * without a word. Immutable and thread-safe.
 *
 * @param seconds 1 to 86,400
 */
record Ttl(int seconds) {

    private static final Duration MAX = Duration.ofDays(1);

    /**
     * Checks a time.
     *
     * @throws IllegalArgumentException if it is no whole number of seconds from 1 second to 1 day
     */
    static Ttl of(Duration time) {
        if (time.isNegative()
                || time.isZero()
                || time.compareTo(MAX) > 0
                || !time.equals(Duration.ofSeconds(time.toSeconds()))) {
            throw new IllegalArgumentException("a ttl must be whole seconds, 1 second to 1 day, was " + time);
        }
        return new Ttl((int) time.toSeconds());
    }

    Duration time() {
        return Duration.ofSeconds(seconds);
    }
}
