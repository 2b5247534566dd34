package io.forrest.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The container of a supervised instance ended, and Forrest did not stop it. Told before anything is done about it, and once
 * for each time that the container ends: by the scaler that supervises the instance, as soon as the engine tells, or once it is
 * seen where that could not be heard; one that ended and ran again while the engine could not be heard is told by nobody. A
 * container that dies while it is launched is told as {@link StepFailed}. Immutable and thread-safe.
 *
 * @param at when the scaler heard of it, or first saw it
 * @param app the instance's app
 * @param instance the instance's name
 * @param exitCode what it exited with; null if its container was gone or ran again before that could be asked, or the engine
 *     does not tell
 * @param outOfMemory whether the engine told that memory ran out in it while it ran, most likely the reason
 */
public record InstanceDied(
        Instant at, String app, String instance, @Nullable Integer exitCode, boolean outOfMemory)
        implements InstanceEvent {

    /** Checks that nothing is null that must not be. */
    public InstanceDied {
        requireNonNull(at, "at");
        requireNonNull(app, "app");
        requireNonNull(instance, "instance");
    }
}
