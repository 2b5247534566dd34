package io.forrest;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Says that the container engine did not do what it was asked, and whether asking again may help.
 */
public class ContainerRuntimeException extends ForrestException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Why an engine did not do what it was asked. Immutable and thread-safe. */
    public enum Reason {
        /** It could not be reached, did not answer in time, or the caller was interrupted. Trying again may help. */
        UNAVAILABLE,
        /** The image is neither there nor to be had. */
        IMAGE_MISSING,
        /** It understood and refused. Trying the same again does not help. */
        REFUSED
    }

    /**
     * Creates the exception.
     *
     * @param reason why
     * @param message what failed, on what engine, and what to do next; never a secret
     * @param cause what it failed of, or null
     * @param failure the facts
     */
    public ContainerRuntimeException(Reason reason, String message, @Nullable Throwable cause, Failure failure) {
        super(message, cause, failure);
        this.reason = requireNonNull(reason, "reason");
    }

    /**
     * Creates the exception of an operation that left nothing behind.
     *
     * @param reason why
     * @param message what failed, on what engine, and what to do next; never a secret
     * @param cause what it failed of, or null
     */
    public ContainerRuntimeException(Reason reason, String message, @Nullable Throwable cause) {
        this(reason, message, cause, Failure.unspecified());
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
