package io.forrest.core.internal.fleet;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Judge;
import io.forrest.RolloutPhase;
import io.forrest.Verdict;
import io.forrest.Wave;
import io.forrest.core.internal.lifecycle.Template;
import io.forrest.core.internal.record.RolloutRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever happens to members, registry and processes: no rollout ever harms, and in the end it has ended. */
class RolloutModelTest {

    private static final int SEEDS = 10_000;
    private static final int PROCESSES = 8;
    private static final Template OLD = Templates.of("demo/old");
    private static final Template NEW = Templates.of("demo/new");

    private boolean condemned;

    @Test
    void anyHistory_neverHarmsAndEnds() {
        Map<RolloutPhase, Integer> ends = new EnumMap<>(RolloutPhase.class);
        for (int seed = 0; seed < SEEDS; seed++) {
            try {
                ends.merge(run(seed), 1, Integer::sum);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(ends)
                .as("the histories are of many kinds")
                .containsOnlyKeys(RolloutPhase.PROMOTED, RolloutPhase.ROLLED_BACK)
                .allSatisfy((phase, count) -> assertThat(count).isGreaterThan(SEEDS / 20));
    }

    private RolloutPhase run(int seed) {
        Random random = new Random(seed);
        int size = random.nextInt(5) == 0 ? random.nextInt(40) : random.nextInt(6);
        ModelFleet fleet = new ModelFleet(random, begun(random, size), size);
        boolean back = false;
        for (int process = 0; fleet.ended() == null; process++) {
            assertThat(process).as("it ends once all is calm: %s", fleet).isLessThanOrEqualTo(PROCESSES);
            if (process == PROCESSES) {
                fleet.calmDown();
            }
            back |= process > 0 && random.nextInt(4) == 0;
            attempt(fleet, random, back || fleet.record().phase() == RolloutPhase.ROLLING_BACK);
            if (fleet.ended() == null) {
                fleet.newProcess();
            }
        }
        fleet.assertEnd();
        return requireNonNull(fleet.ended(), "the end").phase();
    }

    private void attempt(ModelFleet fleet, Random random, boolean back) {
        RolloutWork work = new RolloutWork("web", fleet, fleet, fleet, OLD, 1, NEW, fleet.record());
        condemned = false;
        try {
            if (back) {
                assertThat(work.back("it was asked for").phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
            } else {
                forward(work, random);
            }
        } catch (ModelFleet.Death | RolloutWork.Stuck | InterruptedException e) {
            if (fleet.ended() == null) {
                assertThat(fleet.record().phase().isEnd()).isFalse();
            }
        }
    }

    private void forward(RolloutWork work, Random random) throws InterruptedException, RolloutWork.Stuck {
        try {
            assertThat(work.forward(judge(random)).phase()).isEqualTo(RolloutPhase.PROMOTED);
            assertThat(condemned)
                    .as("nothing is promoted that the judge condemned")
                    .isFalse();
        } catch (RolloutWork.Back e) {
            assertThat(work.back(e.why()).phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
        } catch (InterruptedException e) {
            assertThat(work.back("stopped").phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
        }
    }

    private Judge judge(Random random) {
        return facts -> {
            Verdict verdict = Judge.alive().judge(facts);
            int fate = random.nextInt(40);
            if (fate == 0) {
                verdict = Verdict.rollBack("it looks bad");
            } else if (fate == 1) {
                condemned = true;
                throw new IllegalStateException("a judge that fails");
            } else if (fate < 10 && verdict.what() == Verdict.Decision.PROMOTE) {
                verdict = Verdict.extend("not sure");
            }
            condemned |= verdict.what() == Verdict.Decision.ROLL_BACK;
            return verdict;
        };
    }

    private static RolloutRecord begun(Random random, int size) {
        List<Wave> waves = random.nextBoolean()
                ? List.of(Wave.one(), Wave.percent(25), Wave.all())
                : List.of(Wave.count(1 + random.nextInt(4)), Wave.percent(1 + random.nextInt(100)));
        return new RolloutRecord(
                "r1",
                NEW.json(),
                NEW.image(),
                2,
                size,
                WavePlan.of(waves, size),
                1,
                RolloutPhase.LAUNCHING,
                Duration.ofSeconds(random.nextInt(4)),
                "alive",
                3,
                List.of(),
                "",
                Instant.EPOCH);
    }
}
