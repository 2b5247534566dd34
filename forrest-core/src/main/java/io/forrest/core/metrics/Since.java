package io.forrest.core.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Since when something is so of instances, for which the event that ends it may never come: of many, the oldest are forgotten.
 * Not thread-safe; confine it to one thread.
 */
final class Since {

    static final int MOST = 10_000;

    private final Map<String, Instant> begun = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MOST;
        }
    };

    void begin(String instance, Instant at) {
        begun.remove(instance); // so that it counts as the youngest
        begun.put(instance, at);
    }

    /** Returns how long it has been so; empty if that is not known. A clock that was put back makes it zero. */
    Optional<Duration> until(String instance, Instant at) {
        return Optional.ofNullable(begun.get(instance))
                .map(since -> Duration.between(since, at))
                .map(time -> time.isNegative() ? Duration.ZERO : time);
    }

    void end(String instance) {
        begun.remove(instance);
    }
}
