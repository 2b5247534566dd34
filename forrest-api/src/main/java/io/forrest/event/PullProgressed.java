package io.forrest.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * The image of an instance is being fetched. Told at every change of a layer's state, and at most a few times a second.
 * Immutable and thread-safe.
 *
 * @param at when
 * @param app the instance's app
 * @param instance the instance's name
 * @param image the image
 * @param layer the layer's id; empty where the image registry speaks of the whole image
 * @param status what is being done, in the engine's words
 * @param current how many bytes of the layer are done, 0 where the engine does not say
 * @param total how many bytes the layer has, 0 where the engine does not say
 */
public record PullProgressed(
        Instant at, String app, String instance, String image, String layer, String status, long current, long total)
        implements InstanceEvent {

    /** Checks that nothing is null. */
    public PullProgressed {
        requireNonNull(at, "at");
        requireNonNull(app, "app");
        requireNonNull(instance, "instance");
        requireNonNull(image, "image");
        requireNonNull(layer, "layer");
        requireNonNull(status, "status");
    }
}
