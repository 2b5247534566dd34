package io.forrest.spi;

import java.util.List;

/**
 * What an image that is present says of itself. Immutable and thread-safe.
 *
 * @param exposedPorts the TCP ports that it exposes, ascending
 * @param hasHealthcheck whether it has a HEALTHCHECK of its own
 */
public record ImageInfo(List<Integer> exposedPorts, boolean hasHealthcheck) {

    /** Copies the list. */
    public ImageInfo {
        exposedPorts = List.copyOf(exposedPorts);
    }
}
