package io.forrest;

import static java.util.Objects.requireNonNull;

/**
 * How a launch tells that its application answers. By default an image that has a HEALTHCHECK is asked by it, and any
 * other by {@link #port()}. Whatever is tried over the network is tried on the very endpoint that will be announced.
 * Immutable and thread-safe.
 */
public sealed interface Readiness {

    /**
     * Ready when the published port accepts a connection and holds it. Accepting alone proves nothing: Docker's proxy
     * accepts before the application listens, and then closes at once.
     *
     * @return the readiness
     */
    static Readiness.Port port() {
        return new Port();
    }

    /**
     * Ready when a GET of the path is answered with the status 200, or the one set by {@link Http#status(int)}.
     *
     * @param path the request target, from its leading {@code /} on
     * @return the readiness
     * @throws IllegalArgumentException if the path does not start with {@code /}, or has white space or control
     *     characters in it
     */
    static Readiness.Http http(String path) {
        return new Http(path, Http.DEFAULT_STATUS, "");
    }

    /**
     * Ready when the engine says that the image's own HEALTHCHECK passed. Forrest has the engine run the check at a short
     * interval. The launch fails if the image has none.
     *
     * @return the readiness
     */
    static Readiness.Healthcheck healthcheck() {
        return new Healthcheck();
    }

    /**
     * Ready when the function says so.
     *
     * @param probe the function; called on a thread of Forrest's
     * @return the readiness
     */
    static Readiness.Custom probe(Probe probe) {
        return new Custom(probe);
    }

    /** Asks for a held connection. Immutable and thread-safe. */
    record Port() implements Readiness {}

    /** Asks for the engine's view of the image's HEALTHCHECK. Immutable and thread-safe. */
    record Healthcheck() implements Readiness {}

    /**
     * Asks a function. Thread-safe if the function is.
     *
     * @param probe the function
     */
    record Custom(Probe probe) implements Readiness {
        /** Checks that nothing is null. */
        public Custom {
            requireNonNull(probe, "probe");
        }
    }

    /**
     * Asks for an HTTP status. Immutable and thread-safe.
     *
     * @param path the request target
     * @param status the status that means ready, 100 to 599
     * @param host the Host header to send; empty: the endpoint
     */
    record Http(String path, int status, String host) implements Readiness {

        static final int DEFAULT_STATUS = 200;
        private static final int MIN_STATUS = 100;
        private static final int MAX_STATUS = 599;

        /**
         * Checks the parts.
         *
         * @throws IllegalArgumentException if one could not stand in a request
         */
        public Http {
            requireNonNull(path, "path");
            requireNonNull(host, "host");
            if (!path.matches("/[\\x21-\\x7e]*")) {
                throw new IllegalArgumentException(
                        "a path must start with '/' and consist of printable ASCII without blanks, was \""
                                + Printable.of(path) + "\"");
            }
            if (status < MIN_STATUS || status > MAX_STATUS) {
                throw new IllegalArgumentException("an HTTP status must be from 100 to 599, was " + status);
            }
            if (!host.matches("[A-Za-z0-9._:\\[\\]-]*")) {
                throw new IllegalArgumentException("not a host: \"" + Printable.of(host) + "\"");
            }
        }

        /**
         * Returns this readiness, waiting for another status. By default 200.
         *
         * @param expected 100 to 599
         * @return the readiness
         * @throws IllegalArgumentException if the status is out of range
         */
        public Http status(int expected) {
            return new Http(path, expected, host);
        }

        /**
         * Returns this readiness, sending another Host header. By default the endpoint.
         *
         * @param name a host name, with or without port
         * @return the readiness
         * @throws IllegalArgumentException if the name is not one
         */
        public Http host(String name) {
            return new Http(path, status, name);
        }
    }
}
