package io.forrest.haproxy;

import static java.util.Objects.requireNonNull;

import io.forrest.Endpoint;

/**
 * What a server shall be. Immutable and thread-safe.
 *
 * @param endpoint where it answers
 * @param weight its share of the traffic, 0 to 256
 */
record Target(Endpoint endpoint, int weight) {

    static final int MAX_WEIGHT = 256;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the weight is out of range
     */
    Target {
        requireNonNull(endpoint, "endpoint");
        if (weight < 0 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("a weight must be from 0 to 256, was " + weight);
        }
    }

    Target weighing(int newWeight) {
        return new Target(endpoint, newWeight);
    }
}
