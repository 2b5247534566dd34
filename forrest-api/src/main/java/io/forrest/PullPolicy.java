package io.forrest;

/** When an image is fetched from its image registry before a launch. Immutable and thread-safe. */
public enum PullPolicy {
    /** Fetched if the engine does not have it. This is the default. */
    IF_MISSING,
    /** Fetched before each launch, so that a moving tag is followed. */
    ALWAYS,
    /** Never fetched: an image that the engine does not have fails the launch. */
    NEVER
}
