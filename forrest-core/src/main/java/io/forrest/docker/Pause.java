package io.forrest.docker;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next try: a time that doubles up to a limit, of which between half and all is waited, so that
 * many processes do not come back in step. Not thread-safe; confine it to one thread.
 */
final class Pause {

    static final Duration FIRST = Duration.ofMillis(100);
    static final Duration MAX = Duration.ofSeconds(5);

    private Duration next = FIRST;

    Duration next() {
        Duration time = Duration.ofNanos(
                (long) (next.toNanos() * (1 + ThreadLocalRandom.current().nextDouble()) / 2));
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(MAX) < 0 ? doubled : MAX;
        return time;
    }

    void reset() {
        next = FIRST;
    }
}
