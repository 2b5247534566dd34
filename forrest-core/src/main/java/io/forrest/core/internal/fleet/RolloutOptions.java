package io.forrest.core.internal.fleet;

import io.forrest.Judge;
import io.forrest.Wave;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout was told. Immutable and thread-safe.
 *
 * @param waves the waves
 * @param observe how long each is observed
 * @param givenJudge who judges; null: nobody was given
 * @param extendAtMost how often the observation of a wave may be extended
 */
record RolloutOptions(
        List<Wave> waves, Duration observe, @Nullable Judge givenJudge, int extendAtMost) {

    private static final int SOME = 25;
    private static final int EXTEND_AT_MOST = 5;

    /** One, some, many. */
    static final RolloutOptions DEFAULT = new RolloutOptions(
            List.of(Wave.one(), Wave.percent(SOME), Wave.all()), Duration.ofSeconds(30), null, EXTEND_AT_MOST);

    /** Copies the list. */
    RolloutOptions {
        waves = List.copyOf(waves);
    }

    Judge judge() {
        return givenJudge == null ? Judge.alive() : givenJudge;
    }
}
