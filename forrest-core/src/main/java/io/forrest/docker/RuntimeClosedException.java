package io.forrest.docker;

/** Says that a runtime was used after it was closed. */
final class RuntimeClosedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    RuntimeClosedException() {
        super("this Docker runtime is closed");
    }
}
