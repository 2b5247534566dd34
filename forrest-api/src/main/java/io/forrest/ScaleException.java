package io.forrest;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says that a fleet was not brought to the size that was asked for. What was launched stays; the rest was undone. */
public class ScaleException extends ForrestException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Scaling reached;

    /**
     * Creates the exception.
     *
     * @param message what failed, on what, and what to do next; never a secret
     * @param cause the first failure of a member, or null
     * @param reached what was done
     * @param failure the facts
     */
    public ScaleException(String message, @Nullable Throwable cause, Scaling reached, Failure failure) {
        super(message, cause, failure);
        this.reached = reached;
    }

    /**
     * Returns what was reached: how many members there are, and what was launched and retired for it.
     *
     * @return what was done; empty only in an exception that was serialized
     */
    public Optional<Scaling> reached() {
        return Optional.ofNullable(reached);
    }
}
