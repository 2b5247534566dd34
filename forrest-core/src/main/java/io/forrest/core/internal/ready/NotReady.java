package io.forrest.core.internal.ready;

import org.jspecify.annotations.Nullable;

/** Says that an application does not answer; what it means for the launch is for the launch to say. */
public final class NotReady extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean never;
    private final @Nullable Integer exitCode;

    NotReady(String lastAnswer, boolean never, @Nullable Integer exitCode) {
        super(lastAnswer);
        this.never = never;
        this.exitCode = exitCode;
    }

    /** Returns what the last try showed. */
    public String lastAnswer() {
        return String.valueOf(getMessage());
    }

    /** Returns whether waiting longer would be of no use. */
    public boolean never() {
        return never;
    }

    /** Returns the container's exit code, or null if it did not exit. */
    public @Nullable Integer exitCode() {
        return exitCode;
    }
}
