package io.forrest.event;

import static java.util.Objects.requireNonNull;

import io.forrest.ForrestEvent;
import io.forrest.RolloutState;
import io.forrest.WaveFacts;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A rollout came to another phase, or a wave of it was judged. Immutable and thread-safe.
 *
 * @param at when
 * @param app the fleet's app
 * @param state where the rollout stands
 * @param facts what was judged, if a wave was; else null. The verdict is the last of the state's
 * @param reason why it is rolled back, in words; empty while it is not
 */
public record RolloutProgressed(
        Instant at,
        String app,
        RolloutState state,
        @Nullable WaveFacts facts,
        String reason) implements ForrestEvent {

    /** Checks that nothing is null that must not be. */
    public RolloutProgressed {
        requireNonNull(at, "at");
        requireNonNull(app, "app");
        requireNonNull(state, "state");
        requireNonNull(reason, "reason");
    }
}
