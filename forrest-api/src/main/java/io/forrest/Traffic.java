package io.forrest;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a balancer sends to one instance, over all of the balancers that can be reached. The counts begin when the balancer
 * first saw the instance and never go back, so that the difference of two says what happened between them. Immutable and
 * thread-safe.
 *
 * @param serving whether every balancer that can be reached sends it new requests
 * @param state what the balancers call its state, in their words: {@code UP}, {@code DRAIN} say; where they differ, each once
 *     with a slash between
 * @param sessions how many sessions it has now
 * @param requests how many requests, or connections where the balancer does not look into them, it was sent
 * @param errors how many of them it answered with a 5xx, not at all, or not in time
 * @param responseTime how long it takes to answer, the mean of its last requests; zero before the first
 */
public record Traffic(boolean serving, String state, int sessions, long requests, long errors, Duration responseTime) {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a count or the time is negative
     */
    public Traffic {
        requireNonNull(state, "state");
        requireNonNull(responseTime, "responseTime");
        if (sessions < 0 || requests < 0 || errors < 0 || responseTime.isNegative()) {
            throw new IllegalArgumentException("traffic cannot be negative, was " + sessions + " sessions, " + requests
                    + " requests, " + errors + " errors, " + responseTime);
        }
    }
}
