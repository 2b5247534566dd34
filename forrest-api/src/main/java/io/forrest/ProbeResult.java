package io.forrest;

import static java.util.Objects.requireNonNull;

/**
 * What one try of an application showed. Immutable and thread-safe.
 *
 * @param verdict what it means for the launch
 * @param detail what the application said or did, in a few words for a person
 */
public record ProbeResult(Verdict verdict, String detail) {

    /** What one try of an application means for its launch. Immutable and thread-safe. */
    public enum Verdict {
        /** It answers. */
        READY,
        /** It does not answer, and may later. */
        NOT_YET,
        /** It will never answer: the launch fails at once and not by its timeout. */
        NEVER
    }

    /** Checks that nothing is null. */
    public ProbeResult {
        requireNonNull(verdict, "verdict");
        requireNonNull(detail, "detail");
    }

    /**
     * Returns the result that lets the launch go on.
     *
     * @return the result
     */
    public static ProbeResult ready() {
        return new ProbeResult(Verdict.READY, "ready");
    }

    /**
     * Returns the result that has the probe tried again.
     *
     * @param detail what the application said or did
     * @return the result
     */
    public static ProbeResult notYet(String detail) {
        return new ProbeResult(Verdict.NOT_YET, detail);
    }

    /**
     * Returns the result that fails the launch at once.
     *
     * @param detail why waiting is of no use
     * @return the result
     */
    public static ProbeResult never(String detail) {
        return new ProbeResult(Verdict.NEVER, detail);
    }
}
