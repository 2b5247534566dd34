package io.forrest;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Says that the registry did not do what it was asked, and whether asking again may help.
 */
public class RegistryException extends ForrestException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Why a registry did not do what it was asked. Immutable and thread-safe. */
    public enum Reason {
        /** No endpoint of it could be reached: what was asked has certainly not happened. Trying again may help. */
        UNAVAILABLE,
        /**
         * It was reached and did not answer in time, or the caller was interrupted: what was asked may have happened.
         * Trying again may help.
         */
        UNKNOWN_OUTCOME,
        /** It understood and refused. Trying the same again does not help. */
        REFUSED
    }

    /**
     * Creates the exception.
     *
     * @param reason why
     * @param message what failed, on which endpoints, and what to do next; never a secret
     * @param cause what it failed of, or null
     */
    public RegistryException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause, Failure.unspecified());
        this.reason = requireNonNull(reason, "reason");
    }

    /**
     * Returns why.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
