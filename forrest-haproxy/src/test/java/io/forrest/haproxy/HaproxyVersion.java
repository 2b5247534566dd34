package io.forrest.haproxy;

import static java.util.Objects.requireNonNull;

/**
 * The HAProxy versions that the tests run on, for {@code @EnumSource}. Which they are exactly is for the build to say, by a
 * system property each that names an image. Immutable and thread-safe.
 */
public enum HaproxyVersion {
    /** The one of this machine's own release, 2.6 at the time of writing. */
    DEFAULT("forrest.test.image.haproxy"),

    /** A later one, 3.0 at the time of writing. */
    NEWER("forrest.test.image.haproxy-newer");

    private final String property;

    HaproxyVersion(String property) {
        this.property = property;
    }

    String image() {
        return requireNonNull(System.getProperty(property), "the system property " + property);
    }
}
