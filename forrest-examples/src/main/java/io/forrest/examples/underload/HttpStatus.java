package io.forrest.examples.underload;

/** What the numbers of HTTP's answers mean. */
final class HttpStatus {

    static final int OK = 200;
    private static final int FIRST_FAILURE = 300;
    private static final int FIRST_SERVER_ERROR = 500;

    private HttpStatus() {}

    /** Returns whether a client got what it asked for. */
    static boolean isGood(int status) {
        return status >= OK && status < FIRST_FAILURE;
    }

    static boolean isServerError(int status) {
        return status >= FIRST_SERVER_ERROR;
    }
}
