package io.forrest.spi;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an engine says of a container at one moment. Immutable and thread-safe.
 *
 * @param id the engine's full id
 * @param name the container's name, without a leading slash
 * @param image the image, as it was named when the container was created
 * @param labels the container's labels
 * @param status whether it runs
 * @param exitCode its exit code; null unless it exited, and in a list, which need not know
 * @param outOfMemory whether it exited and memory had run out in it, most likely the reason; false in a list, which need not
 *     know
 * @param health what the image's HEALTHCHECK says; {@link Health#NONE} in a list that does not know
 * @param ports its published TCP ports, in no order; empty once it has exited
 * @param created when it was created, by the engine's clock
 */
public record Container(
        String id,
        String name,
        String image,
        Map<String, String> labels,
        Status status,
        @Nullable Integer exitCode,
        boolean outOfMemory,
        Health health,
        List<PublishedPort> ports,
        Instant created) {

    /** Whether a container runs. Immutable and thread-safe. */
    public enum Status {
        /** Made, and not started yet. */
        CREATED,
        /** Its process runs, paused or not. */
        RUNNING,
        /** Its process has ended, or never came to be. */
        EXITED
    }

    /** What an image's HEALTHCHECK says of a container. Immutable and thread-safe. */
    public enum Health {
        /** There is no check. */
        NONE,
        /** The check has not passed yet, nor failed often enough. */
        STARTING,
        /** The check passed. */
        HEALTHY,
        /** The check failed as often as its retries allow. */
        UNHEALTHY
    }

    /** Copies the collections. */
    public Container {
        requireNonNull(id, "id");
        requireNonNull(name, "name");
        requireNonNull(image, "image");
        labels = Map.copyOf(labels);
        requireNonNull(status, "status");
        requireNonNull(health, "health");
        ports = List.copyOf(ports);
        requireNonNull(created, "created");
    }
}
