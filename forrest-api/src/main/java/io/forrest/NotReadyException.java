package io.forrest;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Says that an application did not answer: within its time ("not yet"), or that it never will, because its container
 * exited or its probe said so. The container is gone by then; its last words are in {@link #logTail()}.
 */
public class NotReadyException extends ForrestException {

    private static final long serialVersionUID = 1L;

    private final boolean never;
    private final String lastAnswer;
    private final @Nullable Integer exitCode;

    /**
     * Creates the exception.
     *
     * @param message what failed, on what, in which state, and what to do next; never a secret
     * @param lastAnswer what the last try showed
     * @param never whether waiting longer would have been of no use
     * @param exitCode the container's exit code, or null if it did not exit
     * @param failure the facts
     */
    public NotReadyException(
            String message, String lastAnswer, boolean never, @Nullable Integer exitCode, Failure failure) {
        super(message, null, failure);
        this.lastAnswer = requireNonNull(lastAnswer, "lastAnswer");
        this.never = never;
        this.exitCode = exitCode;
    }

    /**
     * Returns whether waiting longer would have been of no use.
     *
     * @return true if the container exited or the probe said never; false if the time was up
     */
    public boolean never() {
        return never;
    }

    /**
     * Returns what the last try of the application showed.
     *
     * @return the answer in a few words
     */
    public String lastAnswer() {
        return lastAnswer;
    }

    /**
     * Returns the exit code of the container.
     *
     * @return the code; empty if the container had not exited
     */
    public OptionalInt exitCode() {
        return exitCode == null ? OptionalInt.empty() : OptionalInt.of(exitCode);
    }
}
