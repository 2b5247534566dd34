package io.forrest;

import static java.util.Objects.requireNonNull;

/**
 * What a {@link Judge} says of a wave. Immutable and thread-safe.
 *
 * @param what whether to go on
 * @param why why, in words; empty for a promotion that needs none
 */
public record Verdict(Decision what, String why) {

    /** Whether a rollout goes on. Immutable and thread-safe. */
    public enum Decision {
        /** As many of the old members are retired, and the next wave begins. */
        PROMOTE,
        /** The wave is observed for as long again, and judged anew. */
        EXTEND,
        /** All new members are taken back. */
        ROLL_BACK
    }

    /** Checks that nothing is null. */
    public Verdict {
        requireNonNull(what, "what");
        requireNonNull(why, "why");
    }

    /**
     * Returns the verdict that the rollout goes on.
     *
     * @return the verdict
     */
    public static Verdict promote() {
        return new Verdict(Decision.PROMOTE, "");
    }

    /**
     * Returns the verdict that the wave is to be observed once more. A rollout does so a bounded number of times, see {@link
     * Rollout#extendAtMost(int)}, and rolls back then.
     *
     * @param why what is missing for a verdict
     * @return the verdict
     */
    public static Verdict extend(String why) {
        return new Verdict(Decision.EXTEND, why);
    }

    /**
     * Returns the verdict that the rollout is to be rolled back.
     *
     * @param why what is wrong with the new members
     * @return the verdict
     */
    public static Verdict rollBack(String why) {
        return new Verdict(Decision.ROLL_BACK, why);
    }

    /** Returns the decision and why. */
    @Override
    public String toString() {
        return what + (why.isEmpty() ? "" : ": " + why);
    }
}
