package io.forrest;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * What taking an instance back came to. Immutable and thread-safe.
 *
 * @param name the instance's name
 * @param found whether there was anything to take back; false for an instance that was gone already
 * @param withdrawn whether this call took its key from the registry; false if the key was gone already
 * @param drained how long its work was given to end between the withdrawal and the stop
 * @param sessionsCut how many sessions the balancer still held to it when the drain time was over, and which the stop cut;
 *     0 where there is no balancer
 * @param blindSpots what the balancer could not tell of its drain, in words; empty where it saw all, or there is none
 */
public record Retirement(
        String name, boolean found, boolean withdrawn, Duration drained, int sessionsCut, List<String> blindSpots) {

    /**
     * Checks that nothing is null, and copies the list.
     *
     * @throws IllegalArgumentException if the count is negative
     */
    public Retirement {
        requireNonNull(name, "name");
        requireNonNull(drained, "drained");
        if (sessionsCut < 0) {
            throw new IllegalArgumentException("sessionsCut must not be negative, was " + sessionsCut);
        }
        blindSpots = List.copyOf(blindSpots);
    }

    /**
     * Returns what came of an instance that was not there.
     *
     * @param name the instance's name
     * @return the retirement of nothing
     */
    public static Retirement ofNothing(String name) {
        return new Retirement(name, false, false, Duration.ZERO, 0, List.of());
    }
}
