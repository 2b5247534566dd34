package io.forrest.event;

import static java.util.Objects.requireNonNull;

import io.forrest.Stage;
import java.time.Instant;

/**
 * A launch ended well, and its instance is its caller's. Immutable and thread-safe.
 *
 * @param at when
 * @param app the instance's app
 * @param instance the instance's name
 * @param stage what the launch ended in: {@link Stage#ANNOUNCED}, {@link Stage#SERVING} where the scaler was given a balancer,
 *     or {@link Stage#HELD}
 */
public record InstanceLaunched(Instant at, String app, String instance, Stage stage) implements InstanceEvent {

    /** Checks that nothing is null. */
    public InstanceLaunched {
        requireNonNull(at, "at");
        requireNonNull(app, "app");
        requireNonNull(instance, "instance");
        requireNonNull(stage, "stage");
    }
}
