package io.forrest.core.internal.lifecycle;

import io.forrest.spi.ImageInfo;
import org.jspecify.annotations.Nullable;

/** Decides which port of a container is published. */
final class PortChoice {

    private PortChoice() {}

    /**
     * Returns the port that was asked for, else the only one that the image exposes.
     *
     * @throws IllegalArgumentException if that leaves none or several
     */
    static int of(@Nullable Integer wanted, ImageInfo image) {
        if (wanted != null) {
            return wanted;
        }
        if (image.exposedPorts().isEmpty()) {
            throw new IllegalArgumentException("the image exposes no TCP port: choose one by port(...)");
        }
        if (image.exposedPorts().size() > 1) {
            throw new IllegalArgumentException(
                    "the image exposes several ports, " + image.exposedPorts() + ": choose one by port(...)");
        }
        return image.exposedPorts().get(0);
    }
}
