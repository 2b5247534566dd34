package io.forrest.haproxy;

/** What the driver does to one server in one backend of one HAProxy. */
sealed interface Action {

    /** Returns the instance that the server stands for. */
    String instance();

    /** Makes it, checked and without traffic until a check has passed. */
    record Add(String instance, Target target) implements Action {}

    /** Takes it out of maintenance: checked, and without traffic until a check has passed. */
    record Check(String instance) implements Action {}

    /** Gives it traffic. */
    record Open(String instance, int weight) implements Action {}

    /** Gives it another share of the traffic. */
    record Weigh(String instance, int weight) implements Action {}

    /** Gives it no new requests. */
    record Drain(String instance) implements Action {}

    /** Deletes it; what it still does is cut if that is said. */
    record Remove(String instance, boolean cutting) implements Action {}
}
