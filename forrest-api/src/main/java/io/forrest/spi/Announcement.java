package io.forrest.spi;

import static java.util.Objects.requireNonNull;

import io.forrest.Endpoint;
import io.forrest.Names;

/**
 * A name and the endpoint that stands under it in a registry. Immutable and thread-safe.
 *
 * @param name the instance's name
 * @param app the app that it belongs to; empty where a registry lists what it cannot tell the app of
 * @param endpoint where it answers
 */
public record Announcement(String name, String app, Endpoint endpoint) {

    /**
     * Checks the names.
     *
     * @throws IllegalArgumentException if the name, or an app that is not empty, cannot be one
     */
    public Announcement {
        Names.require(name, "name");
        if (!requireNonNull(app, "app").isEmpty()) {
            Names.require(app, "app");
        }
        requireNonNull(endpoint, "endpoint");
    }
}
