package io.forrest.spi;

import static java.util.Objects.requireNonNull;

/**
 * How far the fetching of an image has come. Immutable and thread-safe.
 *
 * @param layer the layer's id; empty where the image registry speaks of the whole image
 * @param status what is being done, in the engine's words
 * @param current how many bytes of the layer are done, 0 where unknown
 * @param total how many bytes the layer has, 0 where unknown
 */
public record PullProgress(String layer, String status, long current, long total) {

    /** Checks that nothing is null. */
    public PullProgress {
        requireNonNull(layer, "layer");
        requireNonNull(status, "status");
    }
}
