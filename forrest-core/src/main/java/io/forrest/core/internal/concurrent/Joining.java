package io.forrest.core.internal.concurrent;

import java.util.concurrent.CompletionException;

/** The one place where a blocking verb waits for its operation. */
public final class Joining {

    private Joining() {}

    /** Marks, in the trace of an exception of another thread, the call that it came out of. */
    private static final class CalledHere extends Exception {
        private static final long serialVersionUID = 1L;

        CalledHere() {
            super("the operation was called here");
        }
    }

    /**
     * Waits for an operation and returns what came of it. An interrupt stops the operation; what it did is undone before
     * this throws, with the interrupted status set.
     */
    public static <T> T join(Operation<T> operation) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    operation.awaitFinished();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                    operation.stop(Stop.INTERRUPTED);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return result(operation);
    }

    private static <T> T result(Operation<T> operation) {
        try {
            return operation.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            cause.addSuppressed(new CalledHere());
            throw unchecked(cause);
        }
    }

    private static RuntimeException unchecked(Throwable cause) {
        if (cause instanceof RuntimeException runtime) {
            return runtime;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new CompletionException(cause);
    }
}
