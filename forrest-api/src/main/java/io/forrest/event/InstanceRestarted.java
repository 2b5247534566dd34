package io.forrest.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A container that was told to have died runs again, whoever started it. Whether its application answers is not known yet.
 * Immutable and thread-safe.
 *
 * @param at when the scaler saw it
 * @param app the instance's app
 * @param instance the instance's name
 */
public record InstanceRestarted(Instant at, String app, String instance) implements InstanceEvent {

    /** Checks that nothing is null. */
    public InstanceRestarted {
        requireNonNull(at, "at");
        requireNonNull(app, "app");
        requireNonNull(instance, "instance");
    }
}
