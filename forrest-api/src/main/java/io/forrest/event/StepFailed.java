package io.forrest.event;

import static java.util.Objects.requireNonNull;

import io.forrest.Step;
import java.time.Instant;

/**
 * An instance did not reach a step of the order. A launch has been undone by then. Immutable and thread-safe.
 *
 * @param at when
 * @param app the instance's app
 * @param instance the instance's name
 * @param step the step that was not reached
 * @param reason why, in words; never a secret
 */
public record StepFailed(Instant at, String app, String instance, Step step, String reason) implements InstanceEvent {

    /** Checks that nothing is null. */
    public StepFailed {
        requireNonNull(at, "at");
        requireNonNull(app, "app");
        requireNonNull(instance, "instance");
        requireNonNull(step, "step");
        requireNonNull(reason, "reason");
    }
}
