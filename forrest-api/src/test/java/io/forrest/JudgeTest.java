package io.forrest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The built-in judges, by what they are given. */
class JudgeTest {

    private static final ObservedMember DEAD = new ObservedMember("dead-one", Stage.EXITED, true, false, null);

    private static ObservedMember well(@Nullable ObservedTraffic traffic) {
        return new ObservedMember("well-one", Stage.SERVING, false, false, traffic);
    }

    private static ObservedTraffic traffic(long requests, long errors, long millis) {
        return new ObservedTraffic(requests, errors, Duration.ofMillis(millis));
    }

    private static WaveFacts facts(List<ObservedMember> fresh, List<ObservedMember> old) {
        return new WaveFacts("web", 1, 3, Duration.ofSeconds(30), 0, fresh, old);
    }

    private static Verdict compared(ObservedTraffic fresh, ObservedTraffic old) {
        return Judge.noWorseThanOld().judge(facts(List.of(well(fresh)), List.of(well(old))));
    }

    @Test
    void alive_allWell_promotes() {
        assertThat(Judge.alive().judge(facts(List.of(well(null)), List.of(DEAD))))
                .isEqualTo(Verdict.promote());
    }

    @Test
    void alive_oneNotWell_rollsBackAndNamesIt() {
        assertThat(Judge.alive().judge(facts(List.of(well(null), DEAD), List.of())))
                .isEqualTo(Verdict.rollBack("dead-one is dead"));
        ObservedMember ill = new ObservedMember("ill-one", Stage.UNANNOUNCED, false, true, null);
        assertThat(Judge.alive().judge(facts(List.of(ill), List.of())).why()).isEqualTo("ill-one is unhealthy");
        ObservedMember gone = new ObservedMember("lost-one", Stage.UNANNOUNCED, false, false, null);
        assertThat(Judge.alive().judge(facts(List.of(gone), List.of())).why()).isEqualTo("lost-one is UNANNOUNCED");
        ObservedMember down = new ObservedMember("down-one", Stage.ANNOUNCED, false, false, traffic(1000, 0, 1));
        assertThat(Judge.alive().judge(facts(List.of(down), List.of())).why())
                .isEqualTo("down-one is announced, but not served by the balancer");
        assertThat(Judge.noWorseThanOld().judge(facts(List.of(down), List.of())).what())
                .isEqualTo(Verdict.Decision.ROLL_BACK);
    }

    @Test
    void alive_announcedAndNoBalancerCanTell_promotes() {
        ObservedMember unseen = new ObservedMember("unseen-one", Stage.ANNOUNCED, false, false, null);
        assertThat(Judge.alive().judge(facts(List.of(unseen), List.of()))).isEqualTo(Verdict.promote());
    }

    @Test
    void alive_noNewMember_rollsBack() {
        assertThat(Judge.alive().judge(facts(List.of(), List.of(well(null)))).what())
                .isEqualTo(Verdict.Decision.ROLL_BACK);
    }

    @Test
    void noWorseThanOld_tooFewRequests_extends() {
        Verdict verdict = compared(traffic(99, 0, 10), traffic(1000, 0, 10));
        assertThat(verdict.what()).isEqualTo(Verdict.Decision.EXTEND);
        assertThat(verdict.why()).contains("99 requests").contains("100");
        assertThat(Judge.noWorseThanOld()
                        .judge(facts(List.of(well(null)), List.of()))
                        .what())
                .isEqualTo(Verdict.Decision.EXTEND);
    }

    @Test
    void noWorseThanOld_moreErrors_rollsBackBeyondTheTolerance() {
        assertThat(compared(traffic(1000, 10, 10), traffic(1000, 0, 10)).what()).isEqualTo(Verdict.Decision.PROMOTE);
        Verdict worse = compared(traffic(1000, 11, 10), traffic(1000, 0, 10));
        assertThat(worse)
                .isEqualTo(Verdict.rollBack(
                        "the new members fail more often: 11 of 1000 requests, the old ones 0 of 1000 requests"));
        assertThat(compared(traffic(1000, 50, 10), traffic(1000, 45, 10)).what())
                .as("both fail alike")
                .isEqualTo(Verdict.Decision.PROMOTE);
    }

    @Test
    void noWorseThanOld_slower_rollsBackBeyondToleranceAndNoise() {
        assertThat(compared(traffic(1000, 0, 15), traffic(1000, 0, 10)).what()).isEqualTo(Verdict.Decision.PROMOTE);
        assertThat(compared(traffic(1000, 0, 4), traffic(1000, 0, 1)).what())
                .as("noise")
                .isEqualTo(Verdict.Decision.PROMOTE);
        assertThat(compared(traffic(1000, 0, 30), traffic(1000, 0, 10)))
                .isEqualTo(Verdict.rollBack("the new members are slower: 30.0 ms, the old ones 10.0 ms"));
        assertThat(compared(traffic(1000, 0, 30), traffic(0, 0, 0)).what())
                .as("nothing to compare with")
                .isEqualTo(Verdict.Decision.PROMOTE);
    }

    @Test
    void noWorseThanOld_dead_rollsBackWhateverTheTraffic() {
        assertThat(Judge.noWorseThanOld()
                        .judge(facts(List.of(DEAD, well(traffic(1000, 0, 1))), List.of()))
                        .what())
                .isEqualTo(Verdict.Decision.ROLL_BACK);
    }

    @Test
    void comparison_outOfRange_isRefused() {
        Comparison judge = Judge.noWorseThanOld();
        assertThatThrownBy(() -> judge.moreErrors(1.1)).hasMessageContaining("0 to 1, was 1.1");
        assertThatThrownBy(() -> judge.slower(Double.NaN)).hasMessageContaining("was NaN");
        assertThatThrownBy(() -> judge.minRequests(0)).hasMessageContaining("was 0");
    }

    @Test
    void traffic_ofSeveral_isWeightedByRequests() {
        WaveFacts facts = facts(List.of(well(traffic(300, 3, 10)), well(traffic(100, 1, 30)), well(null)), List.of());
        assertThat(facts.freshTraffic()).isEqualTo(traffic(400, 4, 15));
        assertThat(facts.freshTraffic().errorRate()).isEqualTo(0.01);
        assertThat(facts.oldTraffic()).isEqualTo(traffic(0, 0, 0));
        assertThat(facts.oldTraffic().errorRate()).isZero();
    }
}
