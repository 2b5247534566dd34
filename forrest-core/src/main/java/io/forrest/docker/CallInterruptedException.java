package io.forrest.docker;

import java.io.IOException;

/** Says that the caller was interrupted while it waited for the engine; what it was asked may still happen. */
final class CallInterruptedException extends IOException {

    private static final long serialVersionUID = 1L;

    CallInterruptedException() {
        super("interrupted");
    }
}
