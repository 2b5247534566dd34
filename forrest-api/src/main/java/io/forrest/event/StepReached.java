package io.forrest.event;

import static java.util.Objects.requireNonNull;

import io.forrest.Step;
import java.time.Instant;

/**
 * An instance has reached a step of the order. Immutable and thread-safe.
 *
 * @param at when
 * @param app the instance's app
 * @param instance the instance's name
 * @param step the step
 */
public record StepReached(Instant at, String app, String instance, Step step) implements InstanceEvent {

    /** Checks that nothing is null. */
    public StepReached {
        requireNonNull(at, "at");
        requireNonNull(app, "app");
        requireNonNull(instance, "instance");
        requireNonNull(step, "step");
    }
}
