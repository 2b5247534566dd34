package io.forrest;

/** What closing a {@link Scaler} does to the instances that it launched. Immutable and thread-safe. */
public enum OnClose {
    /** They go on running and stay announced: the control plane's end takes no traffic down. This is the default. */
    LEAVE,
    /** They are retired in the safe order. For tests, and for programs that own their backends. */
    RETIRE_ALL
}
