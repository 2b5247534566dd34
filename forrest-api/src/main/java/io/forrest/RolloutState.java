package io.forrest;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Where a rollout stands, as its record says. Immutable and thread-safe.
 *
 * @param id its name, which tells it from the fleet's other rollouts
 * @param from the old image
 * @param to the new image
 * @param size the fleet's size
 * @param waves the waves
 * @param wave the wave it is at, the first 1
 * @param phase what it is doing
 * @param observe how long each wave is observed
 * @param verdicts what was said of the waves so far, in words, each with its wave
 * @param reason why it is being rolled back, or was; empty while it goes forward
 * @param begun when it was begun
 */
public record RolloutState(
        String id,
        String from,
        String to,
        int size,
        List<Wave> waves,
        int wave,
        RolloutPhase phase,
        Duration observe,
        List<String> verdicts,
        String reason,
        Instant begun) {

    /** Copies the lists. */
    public RolloutState {
        requireNonNull(id, "id");
        requireNonNull(from, "from");
        requireNonNull(to, "to");
        waves = List.copyOf(waves);
        requireNonNull(phase, "phase");
        requireNonNull(observe, "observe");
        verdicts = List.copyOf(verdicts);
        requireNonNull(reason, "reason");
        requireNonNull(begun, "begun");
    }

    /** Returns the name, the images, the wave and the phase. */
    @Override
    public String toString() {
        return "rollout " + id + " from " + from + " to " + to + ", wave " + wave + " of " + waves.size() + " " + phase;
    }
}
