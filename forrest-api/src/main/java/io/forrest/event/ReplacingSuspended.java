package io.forrest.event;

import static java.util.Objects.requireNonNull;

import io.forrest.ForrestEvent;
import java.time.Duration;
import java.time.Instant;

/**
 * An app's instances die faster than {@link io.forrest.Supervision#replace} may replace them: nothing is launched until there is room
 * in the budget again. Told once, and again only after a successor has lived for the budget's whole time. Immutable and thread-safe.
 *
 * @param at when
 * @param app the app
 * @param replaced how many successors were launched, or tried to be
 * @param per within how long
 * @param missing how many instances are missing now
 * @param lastFailure why the last successor could not be launched, in words; empty if it could, and died then
 */
public record ReplacingSuspended(Instant at, String app, int replaced, Duration per, int missing, String lastFailure)
        implements ForrestEvent {

    /** Checks that nothing is null. */
    public ReplacingSuspended {
        requireNonNull(at, "at");
        requireNonNull(app, "app");
        requireNonNull(per, "per");
        requireNonNull(lastFailure, "lastFailure");
    }
}
