package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.RolloutPhase;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever fails while a fleet is scaled and rolled out, and whoever dies meanwhile: nobody is taken out of service who is needed, and
 * in the end the fleet is whole and nothing else is left.
 */
final class RandomFaultsTest {

    private static final int STEPS = 5;
    private static final int SEEDS = 60;
    private static final int LARGE_SEEDS = 4;
    private static final int LARGE = 200;

    private final Map<RolloutPhase, Integer> phases = new EnumMap<>(RolloutPhase.class);

    @Test
    void smallFleets_anyHistory_areWholeInTheEnd() {
        for (int seed = 0; seed < SEEDS; seed++) {
            run(seed, 1 + new Random(seed).nextInt(6), 0.01);
        }
        assertThat(phases)
                .as("some rollouts go forward, some back, and some are left to others")
                .containsKeys(RolloutPhase.PROMOTED, RolloutPhase.ROLLED_BACK)
                .hasSizeGreaterThan(2);
    }

    @Test
    void largeFleets_anyHistory_areWholeInTheEnd() {
        for (int seed = 0; seed < LARGE_SEEDS; seed++) {
            run(seed, LARGE, 0.0003);
        }
        assertThat(phases).isNotEmpty();
    }

    private void run(int seed, int size, double share) {
        try (RandomHistory history = new RandomHistory(seed, share)) {
            try {
                history.begin(size);
                for (int step = 0; step < STEPS; step++) {
                    history.step(size);
                }
                history.assertEnds();
                history.phases().forEach((phase, count) -> phases.merge(phase, count, Integer::sum));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " of size " + size + ":\n" + history, e);
            }
        }
    }
}
