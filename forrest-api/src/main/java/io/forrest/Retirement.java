package io.forrest;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What taking an instance back came to. Immutable and thread-safe.
 *
 * @param name the instance's name
 * @param found whether there was anything to take back; false for an instance that was gone already
 * @param withdrawn whether this call took its key from the registry; false if the key was gone already
 * @param drained how long its work was given to end between the withdrawal and the stop
 */
public record Retirement(String name, boolean found, boolean withdrawn, Duration drained) {

    /** Checks that nothing is null. */
    public Retirement {
        requireNonNull(name, "name");
        requireNonNull(drained, "drained");
    }
}
