package io.forrest.event;

import static java.util.Objects.requireNonNull;

import io.forrest.Repair;
import java.time.Instant;

/**
 * A scaler put something right, or could not: on its own, or when it was told to reconcile. Immutable and thread-safe.
 *
 * @param at when
 * @param repair what and why, and the failure if it failed
 */
public record Repaired(Instant at, Repair repair) implements InstanceEvent {

    /** Checks that nothing is null. */
    public Repaired {
        requireNonNull(at, "at");
        requireNonNull(repair, "repair");
    }

    @Override
    public String app() {
        return repair.app();
    }

    @Override
    public String instance() {
        return repair.instance();
    }
}
