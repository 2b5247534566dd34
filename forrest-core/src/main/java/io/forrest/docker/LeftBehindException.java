package io.forrest.docker;

/** Carries a failure together with what it left, on its way to the caller, who gets both in one. */
final class LeftBehindException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final RuntimeException failure;
    private final String thing;

    LeftBehindException(RuntimeException failure, String thing) {
        super(failure);
        this.failure = failure;
        this.thing = thing;
    }

    RuntimeException failure() {
        return failure;
    }

    String thing() {
        return thing;
    }
}
