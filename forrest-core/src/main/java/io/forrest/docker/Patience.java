package io.forrest.docker;

import java.time.Duration;

/**
 * How long an answer may take: in all, or from one sign of life to the next. Immutable and thread-safe.
 *
 * @param limit how long
 * @param restarts whether each piece of the answer starts the time anew
 */
record Patience(Duration limit, boolean restarts) {

    static Patience inAll(Duration limit) {
        return new Patience(limit, false);
    }

    static Patience idle(Duration limit) {
        return new Patience(limit, true);
    }
}
