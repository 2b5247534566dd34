package io.forrest.core.internal.concurrent;

/** Why an operation was told to stop. */
public enum Stop {
    /** Its caller was interrupted. */
    INTERRUPTED("the calling thread was interrupted"),
    /** Its future was cancelled. */
    CANCELLED("it was cancelled"),
    /** Its scaler was closed. */
    CLOSED("the scaler was closed"),
    /** Another of the same group failed. */
    GROUP_FAILED("another launch of the same call failed"),
    /** The deadline over all of it has passed. */
    DEADLINE("its time was up"),
    /** The fleet's lease went to another. */
    LEASE_LOST("the fleet's lease was lost: the registry did not renew it in time"),
    /** The time to get ready has passed. */
    NOT_READY("it was not ready in time");

    private final String words;

    Stop(String words) {
        this.words = words;
    }

    /** Returns the reason in words that follow "because". */
    public String words() {
        return words;
    }
}
