package io.forrest.event;

import static java.util.Objects.requireNonNull;

import io.forrest.Retirement;
import java.time.Instant;

/**
 * An instance was taken back to the end, by a user or by supervision. A launch that failed and was undone is told as {@link
 * StepFailed}. Immutable and thread-safe.
 *
 * @param at when
 * @param app the instance's app
 * @param retirement what it came to
 */
public record InstanceRetired(Instant at, String app, Retirement retirement) implements InstanceEvent {

    /** Checks that nothing is null. */
    public InstanceRetired {
        requireNonNull(at, "at");
        requireNonNull(app, "app");
        requireNonNull(retirement, "retirement");
    }

    @Override
    public String instance() {
        return retirement.name();
    }
}
