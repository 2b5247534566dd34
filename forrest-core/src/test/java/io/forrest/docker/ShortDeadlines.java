package io.forrest.docker;

import java.time.Duration;

/** Deadlines that a test can wait out. */
final class ShortDeadlines {

    static final Duration SHORT = Duration.ofMillis(500);

    private ShortDeadlines() {}

    static Deadlines all() {
        return new Deadlines(SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT);
    }

    static Deadlines ofSeconds(int count) {
        Duration each = Duration.ofSeconds(count);
        return new Deadlines(each, each, each, each, each, each, each);
    }
}
