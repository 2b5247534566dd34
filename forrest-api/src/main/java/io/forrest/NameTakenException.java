package io.forrest;

import org.jspecify.annotations.Nullable;

/**
 * Says that a name is in use by something that is not the caller's: a container of the engine, or a key or record of the
 * registry. Another name will do.
 */
public class NameTakenException extends ForrestException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on what, in which state, and what to do next; never a secret
     * @param cause what it failed of, or null
     * @param failure the facts
     */
    public NameTakenException(String message, @Nullable Throwable cause, Failure failure) {
        super(message, cause, failure);
    }
}
