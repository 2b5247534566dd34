package io.forrest.event;

import static java.util.Objects.requireNonNull;

import io.forrest.ForrestEvent;
import java.time.Instant;

/**
 * A listener was too slow, and events were dropped before this one. Immutable and thread-safe.
 *
 * @param at when the last of them was dropped
 * @param count how many
 */
public record EventsLost(Instant at, long count) implements ForrestEvent {

    /** Checks that nothing is null. */
    public EventsLost {
        requireNonNull(at, "at");
    }
}
