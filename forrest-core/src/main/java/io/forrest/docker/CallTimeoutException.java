package io.forrest.docker;

import java.io.IOException;
import java.time.Duration;

/** Says that the engine did not answer within the deadline; what it was asked may still happen. */
final class CallTimeoutException extends IOException {

    private static final long serialVersionUID = 1L;

    CallTimeoutException(Duration deadline) {
        super("no answer within " + deadline.toMillis() + " ms");
    }
}
