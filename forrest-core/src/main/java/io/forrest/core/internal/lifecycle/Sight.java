package io.forrest.core.internal.lifecycle;

import io.forrest.Endpoint;
import io.forrest.Readiness;
import io.forrest.spi.Container;
import org.jspecify.annotations.Nullable;

/**
 * A container of an instance as it was seen. Immutable and thread-safe.
 *
 * @param container the container's id
 * @param app its app
 * @param launch what tells its launch from every other
 * @param image its image
 * @param port its container's port
 * @param readiness how it is told that it answers
 * @param status whether it runs
 * @param health what its HEALTHCHECK says, where readiness is told by that
 * @param endpoint where it answers; null while nobody knows
 */
public record Sight(
        String container,
        String app,
        String launch,
        String image,
        int port,
        Readiness readiness,
        Container.Status status,
        Container.Health health,
        @Nullable Endpoint endpoint) {

    /** Returns whether its process runs. */
    public boolean runs() {
        return status == Container.Status.RUNNING;
    }

    /** Returns whether the HEALTHCHECK that its readiness is told by has failed. */
    public boolean isUnhealthy() {
        return readiness instanceof Readiness.Healthcheck && health == Container.Health.UNHEALTHY;
    }

    /** Returns whether it may answer, as far as the engine tells: it is worth the while to try. */
    public boolean mayAnswer() {
        return runs()
                && endpoint != null
                && !(readiness instanceof Readiness.Healthcheck && health != Container.Health.HEALTHY);
    }
}
