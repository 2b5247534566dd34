package io.forrest;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says that an operation of Forrest's failed. What failed is undone, unless {@link #leftBehind()} lists it. A subclass
 * exists only where a caller would act differently. Immutable and thread-safe, as far as a {@link Throwable} is.
 *
 * <p>When the reason is an interrupt, the thread's interrupted status is set.
 */
public class ForrestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Failure failure;

    /**
     * Creates the exception.
     *
     * @param message what failed, on what, in which state, and what to do next; never a secret
     * @param cause what it failed of, or null
     * @param failure the facts
     */
    public ForrestException(String message, @Nullable Throwable cause, Failure failure) {
        super(
                failure.leftBehind().isEmpty() ? message : message + "; may be left behind: " + failure.leftBehind(),
                cause);
        this.failure = failure;
    }

    /**
     * Returns the step that was not reached.
     *
     * @return the step; empty where the operation has no steps
     */
    public Optional<Step> step() {
        return Optional.ofNullable(failure.step());
    }

    /**
     * Returns the name of the instance.
     *
     * @return the name; empty where there was none
     */
    public Optional<String> instance() {
        return Optional.ofNullable(failure.instance());
    }

    /**
     * Returns what may still exist in the engine or the registry, because the world did not let Forrest undo it.
     *
     * @return the things, in words a person can look for; empty when nothing is left
     */
    public List<String> leftBehind() {
        return failure.leftBehind();
    }

    /**
     * Returns the last lines that the container logged.
     *
     * @return the lines, oldest first; empty where there are none
     */
    public List<String> logTail() {
        return failure.logTail();
    }
}
