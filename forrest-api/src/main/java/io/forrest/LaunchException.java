package io.forrest;

import org.jspecify.annotations.Nullable;

/**
 * Says that an instance could not be launched: no image, no port to publish, an engine that refused or went away, a
 * registry that did not take the record, a time that was up, an interrupt.
 */
public class LaunchException extends ForrestException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on what, in which state, and what to do next; never a secret
     * @param cause what it failed of, or null
     * @param failure the facts
     */
    public LaunchException(String message, @Nullable Throwable cause, Failure failure) {
        super(message, cause, failure);
    }
}
