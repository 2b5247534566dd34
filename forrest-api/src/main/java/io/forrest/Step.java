package io.forrest;

/**
 * One step of the order in which an instance comes and goes. The order is the product: nothing is announced before it
 * answers, and nothing is stopped while it is still announced. Immutable and thread-safe.
 */
public enum Step {
    /** The name is taken by creating its record, before any container exists. */
    RESERVE,
    /** The image is made present, and the container created and started. */
    LAUNCH,
    /** The application answers on the endpoint that will be announced. */
    READY,
    /** The endpoint stands in the registry under the instance's name. */
    ANNOUNCE,
    /** Every balancer that can be reached sends traffic to it. Only where the scaler was given a balancer. */
    SERVE,
    /** The record says that the instance shall go, so that nobody announces it again. */
    RETIRE,
    /** The endpoint is gone from the registry. */
    WITHDRAW,
    /** What was under way when the endpoint was withdrawn has had its time to end. */
    DRAIN,
    /** The container no longer runs. */
    STOP,
    /** The container is gone from the engine, and the record from the registry. */
    REMOVE
}
