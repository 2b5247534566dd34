package io.forrest;

/** What a rollout is doing. Immutable and thread-safe. */
public enum RolloutPhase {
    /** The new members of a wave are launched, and become ready, announced and served. */
    LAUNCHING,
    /** The wave is observed. */
    OBSERVING,
    /** As many old members are retired as new ones have proven themselves. */
    RETIRING,
    /** The new members are taken back, and the old ones brought back to full size. Once begun, it never turns forward. */
    ROLLING_BACK,
    /** All members have the new template. */
    PROMOTED,
    /** All members have the old template. */
    ROLLED_BACK;

    /**
     * Returns whether a rollout ends there.
     *
     * @return true for {@link #PROMOTED} and {@link #ROLLED_BACK}
     */
    public boolean isEnd() {
        return this == PROMOTED || this == ROLLED_BACK;
    }
}
