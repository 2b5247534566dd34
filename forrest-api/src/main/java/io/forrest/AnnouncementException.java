package io.forrest;

import org.jspecify.annotations.Nullable;

/**
 * Says that a ready instance could not be announced, or not withdrawn: the registry refused, did not answer, another process
 * retired the instance meanwhile, or no balancer, or not every one that can be reached, served it in time.
 */
public class AnnouncementException extends ForrestException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on what, in which state, and what to do next; never a secret
     * @param cause what it failed of, or null
     * @param failure the facts
     */
    public AnnouncementException(String message, @Nullable Throwable cause, Failure failure) {
        super(message, cause, failure);
    }
}
