package io.forrest;

import java.time.Instant;

/**
 * Something that a {@link Scaler} did or saw. The kinds stand in {@code io.forrest.event}; more may be added, so a
 * listener ignores those it does not know. Immutable and thread-safe.
 */
public interface ForrestEvent {

    /**
     * Returns when it happened, by the clock of the scaler's process.
     *
     * @return the time
     */
    Instant at();
}
