package io.forrest.core.internal.fleet;

import io.forrest.RolloutState;
import io.forrest.WaveFacts;
import io.forrest.core.internal.record.RolloutRecord;
import org.jspecify.annotations.Nullable;

/** Where a rollout's state is kept, and who is told of it. Not thread-safe; confine it to one thread. */
interface RolloutNotes {

    /**
     * Keeps the state of a rollout that goes on.
     *
     * @param facts what was judged, if a wave was
     * @throws StaleException if another has changed it
     */
    void note(RolloutRecord rollout, @Nullable WaveFacts facts);

    /**
     * Keeps that a rollout has ended, and returns its last state.
     *
     * @throws StaleException if another has changed its state
     */
    RolloutState end(RolloutRecord rollout, boolean promoted);

    /** Says that a fleet's record was changed by another, who should not have held its lease. */
    final class StaleException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StaleException(String message) {
            super(message);
        }
    }
}
