package io.forrest.docker;

import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * How long an answer may take: in all, or from one sign of life to the next. Immutable and thread-safe.
 *
 * @param limit how long
 * @param restarts whether each piece of the answer starts the time anew
 * @param silence asked, on the caller's thread, whether an answer that has begun and then paused for that long is still
 *     worth waiting for
 */
record Patience(Duration limit, boolean restarts, Silence silence) {

    /** What to do about an answer that pauses. */
    interface Silence {

        /** Gives it up, by throwing, or starts the time anew. */
        void endure();
    }

    static Patience inAll(Duration limit) {
        return new Patience(limit, false, givenUpAfter(limit));
    }

    static Patience idle(Duration limit) {
        return new Patience(limit, true, givenUpAfter(limit));
    }

    /** Waits for an answer without end. It has to begin within the limit; its pauses are for the silence to judge. */
    static Patience endless(Duration limit, Silence silence) {
        return new Patience(limit, true, silence);
    }

    private static Silence givenUpAfter(Duration limit) {
        return () -> {
            throw timeout(limit);
        };
    }

    static UncheckedIOException timeout(Duration limit) {
        return new UncheckedIOException(new CallTimeoutException(limit));
    }
}
