package io.forrest.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A successor was launched for an instance that had died. Immutable and thread-safe.
 *
 * @param at when
 * @param app the app of both
 * @param instance the successor's name
 */
public record InstanceReplaced(Instant at, String app, String instance) implements InstanceEvent {

    /** Checks that nothing is null. */
    public InstanceReplaced {
        requireNonNull(at, "at");
        requireNonNull(app, "app");
        requireNonNull(instance, "instance");
    }
}
