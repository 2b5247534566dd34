package io.forrest.testkit;

import static java.time.temporal.ChronoUnit.SECONDS;

import io.forrest.annotation.CanIgnoreReturnValue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The times for which something can stand. Immutable and thread-safe. */
final class Ttl {

    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofDays(1);

    private Ttl() {}

    /** Returns the ttl if it is null or in range. */
    @CanIgnoreReturnValue
    static @Nullable Duration require(@Nullable Duration ttl) {
        if (ttl != null
                && (ttl.compareTo(LEAST) < 0 || ttl.compareTo(MOST) > 0 || !ttl.equals(ttl.truncatedTo(SECONDS)))) {
            throw new IllegalArgumentException("a ttl is in whole seconds, 1 second to 1 day, was " + ttl);
        }
        return ttl;
    }
}
