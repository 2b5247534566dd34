package io.forrest;

/**
 * Where an instance stands, told from the engine, the registry, the instance's record and the balancer together. Immutable and
 * thread-safe.
 */
public enum Stage {
    /** Being launched: reserved, created or not ready yet, or left in that state by a process that died. */
    LAUNCHING,
    /** Runs, and is deliberately not announced. */
    HELD,
    /** Stands in the registry under its name; whether traffic reaches it is not known, or not so. */
    ANNOUNCED,
    /** Stands in the registry, and every balancer that can be reached serves it. Only where the scaler was given a balancer. */
    SERVING,
    /** Is meant to be announced and runs, but its key is not in the registry. */
    UNANNOUNCED,
    /** Is being taken back, or was left half taken back by a process that died. */
    RETIRING,
    /** The container is there but no longer runs. */
    EXITED,
    /** The container is gone from the engine, and the record still stands. */
    GONE,
    /** The registry could not be asked. */
    UNKNOWN
}
