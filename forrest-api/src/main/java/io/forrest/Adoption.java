package io.forrest;

/** Whose instances an open {@link Scaler} supervises. Immutable and thread-safe. */
public enum Adoption {
    /** Those that it launched itself. */
    OWN,
    /** All of its engine under its registry's prefix, whoever launched them. */
    ALL
}
