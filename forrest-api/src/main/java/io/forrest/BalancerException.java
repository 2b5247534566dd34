package io.forrest;

import org.jspecify.annotations.Nullable;

/**
 * Says that a balancer could not be asked, or cannot do what it is there for as it is configured.
 */
public class BalancerException extends ForrestException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what failed, on which balancer, what it says, and what to do next; never a secret
     * @param cause what it failed of, or null
     */
    public BalancerException(String message, @Nullable Throwable cause) {
        super(message, cause, Failure.unspecified());
    }
}
