package io.forrest.core.internal.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The arithmetic of successors: so many within a time, with pauses that double. */
class BudgetTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long START = -5 * SECOND;

    private final Budget budget = new Budget(3, Duration.ofSeconds(100), Duration.ofSeconds(1), Duration.ofSeconds(8));

    @Test
    void left_slidingTime_comesBackOneByOne() {
        assertThat(budget.left(START)).isEqualTo(3);
        budget.spend(2, START);
        budget.spend(1, START + 10 * SECOND);
        assertThat(budget.left(START + 99 * SECOND)).isZero();
        assertThat(budget.untilLeft(START + 99 * SECOND)).isEqualTo(Duration.ofSeconds(1));
        assertThat(budget.left(START + 100 * SECOND)).isEqualTo(2);
        assertThat(budget.left(START + 110 * SECOND)).isEqualTo(3);
    }

    @Test
    void nextPause_successorsThatDieAtOnce_doublesUpToTheLongest() {
        long now = START;
        for (int expected : new int[] {1, 2, 4, 8, 8}) {
            assertThat(budget.nextPause(now)).isEqualTo(Duration.ofSeconds(expected));
            budget.spend(1, now);
            now += SECOND / 2;
        }
    }

    @Test
    void nextPause_successorThatLivedLonger_isTheFirstAgain() {
        assertThat(budget.nextPause(START)).isEqualTo(Duration.ofSeconds(1));
        budget.spend(1, START);
        assertThat(budget.nextPause(START + 3 * SECOND)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void tellExhaustion_untilWellForTheWholeTime_isToldOnce() {
        budget.spend(3, START);
        assertThat(budget.tellExhaustion()).isTrue();
        assertThat(budget.tellExhaustion()).isFalse();
        budget.well(START + 50 * SECOND);
        assertThat(budget.tellExhaustion()).isFalse();
        budget.well(START + 100 * SECOND);
        assertThat(budget.tellExhaustion()).isTrue();
    }
}
