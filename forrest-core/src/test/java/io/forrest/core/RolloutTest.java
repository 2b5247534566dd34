package io.forrest.core;

import static io.forrest.core.RollingFleet.quick;
import static io.forrest.core.RollingFleet.refused;
import static io.forrest.core.RollingFleet.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forrest.Fleet;
import io.forrest.FleetState;
import io.forrest.ForrestException;
import io.forrest.Instance;
import io.forrest.Judge;
import io.forrest.RolloutException;
import io.forrest.RolloutPhase;
import io.forrest.RolloutReport;
import io.forrest.Stage;
import io.forrest.Verdict;
import io.forrest.Wave;
import io.forrest.WaveFacts;
import io.forrest.event.RolloutProgressed;
import io.forrest.spi.Records;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rollouts go forward wave by wave, or back whole. */
final class RolloutTest {

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    private final RollingFleet web = new RollingFleet(world);
    private final Records records = world.registry.records();

    @Test
    void run_inWaves_replacesAllAndTellsEachStep() {
        Fleet fleet = web.of(5);
        List<String> counts = new ArrayList<>();
        RolloutReport report = quick(fleet.rollOut("demo/web:2"))
                .judge(facts -> {
                    counts.add(facts.fresh().size() + "+" + facts.old().size());
                    return Verdict.promote();
                })
                .run();

        assertThat(report.state().phase()).isEqualTo(RolloutPhase.PROMOTED);
        assertThat(report.reason()).isEmpty();
        assertThat(report.launched()).hasSize(5);
        assertThat(report.retired()).hasSize(5);
        assertThat(report.facts()).hasSize(3).allMatch(facts -> facts.observed().equals(Duration.ofSeconds(2)));
        assertThat(counts).containsExactly("1+5", "2+4", "5+3");
        web.assertAll("demo/web:2", 5);
        assertThat(fleet.state()).hasValueSatisfying(state -> {
            assertThat(state.image()).isEqualTo("demo/web:2");
            assertThat(state.generation()).isEqualTo(2);
            assertThat(state.rollout()).isEmpty();
        });
        world.scaler.close();
        assertThat(phases())
                .containsExactly(
                        "1 LAUNCHING",
                        "1 OBSERVING",
                        "1 OBSERVING",
                        "1 RETIRING",
                        "2 LAUNCHING",
                        "2 OBSERVING",
                        "2 OBSERVING",
                        "2 RETIRING",
                        "3 LAUNCHING",
                        "3 OBSERVING",
                        "3 OBSERVING",
                        "3 RETIRING",
                        "3 PROMOTED");
    }

    @Test
    void run_oldMembersDieWhileTheyAreObserved_areLaunchedAnew() {
        Fleet fleet = web.of(5);
        RolloutReport report = quick(fleet.rollOut("demo/web:2"))
                .waves(Wave.one())
                .judge(facts -> {
                    if (facts.wave() == 1 && facts.extensions() == 0) {
                        facts.old().subList(0, 3).forEach(member -> world.engine.kill(member.name(), 1));
                        return Verdict.extend("some of the old ones died");
                    }
                    return Verdict.promote();
                })
                .run();
        assertThat(report.state().phase()).isEqualTo(RolloutPhase.PROMOTED);

        assertThat(report.launched()).as("five new ones and two old ones").hasSize(7);
        web.assertAll("demo/web:2", 5);
    }

    private List<String> phases() {
        return world.events.stream()
                .filter(RolloutProgressed.class::isInstance)
                .map(event -> ((RolloutProgressed) event).state())
                .map(state -> state.wave() + " " + state.phase())
                .toList();
    }

    @Test
    void run_judgeExtendsForEver_isRolledBackAfterTheBound() {
        Fleet fleet = web.of(3);
        RolloutException failure =
                refused(quick(fleet.rollOut("demo/web:2")).extendAtMost(2).judge(facts -> Verdict.extend("not sure")));
        assertThat(failure).hasMessageContaining("wave 1 could not be judged after 2 extensions: not sure");
        assertThat(report(failure).facts()).extracting(WaveFacts::extensions).containsExactly(0, 1, 2);
        assertThat(report(failure).facts().get(2).observed()).isEqualTo(Duration.ofSeconds(6));
        assertThat(report(failure).state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
        web.assertAll("demo/web:1", 3);
        assertThat(fleet.rollout()).isEmpty();
    }

    @Test
    void run_judgeThrows_isRolledBack() {
        Fleet fleet = web.of(2);
        for (Judge judge : List.<Judge>of(
                facts -> {
                    throw new IllegalStateException("no idea");
                },
                facts -> {
                    throw new AssertionError("no idea");
                })) {
            assertThat(refused(quick(fleet.rollOut("demo/web:2")).judge(judge)))
                    .hasMessageContaining("the judge failed")
                    .hasMessageContaining("no idea");
            web.assertAll("demo/web:1", 2);
        }
    }

    @Test
    @SuppressWarnings("NullAway") // a judge in a language that does not check
    void run_judgeReturnsNull_isRolledBack() {
        assertThat(refused(quick(web.of(2).rollOut("demo/web:2")).judge(facts -> null)))
                .hasMessageContaining("the judge said nothing");
        web.assertAll("demo/web:1", 2);
    }

    @Test
    void run_newVersionDiesMeanwhile_isRolledBackAtOnce() {
        Fleet fleet = web.of(2);
        world.engine.addImage(
                "demo/web:2", FakeImage.exposing(8080).logs("out of luck").exitsAfter(Duration.ofSeconds(5), 3));
        RolloutException failure = refused(fleet.rollOut("demo/web:2").observe(Duration.ofHours(1)));
        assertThat(failure).hasMessageContaining("is dead");
        assertThat(failure.logTail()).contains("out of luck");
        assertThat(world.time.elapsed()).isLessThan(Duration.ofMinutes(5));
        web.assertAll("demo/web:1", 2);
    }

    @Test
    void run_verdictOfManyLongLines_isRecordedShort() {
        Fleet fleet = web.of(1);
        RolloutException failure = refused(quick(fleet.rollOut("demo/web:2"))
                .extendAtMost(200)
                .judge(facts -> Verdict.extend("x\n".repeat(9000))));
        assertThat(report(failure).state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
        assertThat(report(failure).reason()).hasSizeLessThan(700).doesNotContain("\n");
        web.assertAll("demo/web:1", 1);
    }

    @Test
    void run_sizeZero_changesTheTemplateAlone() {
        Fleet fleet = web.of(0);
        RolloutReport report = fleet.rollOut("demo/web:2").run();
        assertThat(report.state().phase()).isEqualTo(RolloutPhase.PROMOTED);
        assertThat(report.facts()).isEmpty();
        assertThat(fleet.state()).map(FleetState::image).contains("demo/web:2");
        fleet.scaleTo(1);
        web.assertAll("demo/web:2", 1);
    }

    @Test
    void run_changeOfTheApp_isRefused() {
        Fleet fleet = web.of(1);
        Map<String, String> before = records.list("fleets");
        assertThatThrownBy(() -> fleet.rollOut(launch -> launch.app("other")).run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not change its app, and this one changes it to other");
        assertThatThrownBy(() -> fleet.rollOut(launch -> launch.named("one")).run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("names one");
        assertThatThrownBy(() -> fleet.rollOut("demo/web:2", launch -> launch.named("one"))
                        .run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("names one");
        assertThatThrownBy(() -> fleet.rollOut(launch -> {
                            throw new IllegalStateException("my mistake");
                        })
                        .run())
                .hasMessage("my mistake");
        assertThat(records.list("fleets")).isEqualTo(before);
        assertThat(records.list("leases")).isEmpty();
    }

    @Test
    void run_neverScaled_saysHow() {
        assertThatThrownBy(() -> web.launch().fleet().rollOut("demo/web:2").run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("there is no fleet web");
    }

    @Test
    void run_comparisonWithoutBalancer_isRefused() {
        Fleet fleet = web.of(1);
        assertThatThrownBy(() -> fleet.rollOut("demo/web:2")
                        .judge(Judge.noWorseThanOld())
                        .run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("this scaler was given none");
        assertThat(fleet.rollout()).isEmpty();
    }

    @Test
    void run_templateTooLarge_isRefusedAndNothingChanged() {
        Fleet fleet = web.of(1);
        assertThatThrownBy(() -> fleet.rollOut(launch -> launch.env("BIG", "x".repeat(64 * 1024)))
                        .run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("too large to be recorded");
        assertThat(fleet.rollout()).isEmpty();
        web.assertAll("demo/web:1", 1);
    }

    @Test
    void run_interrupted_rollsBackAndKeepsTheInterrupt() {
        Fleet fleet = web.of(2);
        Thread caller = Thread.currentThread();
        RolloutException failure = refused(quick(fleet.rollOut("demo/web:2")).judge(facts -> {
            caller.interrupt();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                return Verdict.promote();
            }
            return Verdict.promote();
        }));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure).hasMessageContaining("the calling thread was interrupted");
        assertThat(report(failure).state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
        web.assertAll("demo/web:1", 2);
    }

    @Test
    void run_answersOfNotesLost_goesOnFromWhatStands() {
        Fleet fleet = web.of(3);
        world.faults
                .on(Operation.RECORD_SET)
                .about("web")
                .skipping(1)
                .withProbability(0.5)
                .loseAnswer();
        RolloutReport report = quick(fleet.rollOut("demo/web:2")).run();
        world.faults.heal();
        assertThat(report.state().phase()).isEqualTo(RolloutPhase.PROMOTED);
        assertThat(fleet.rollout()).isEmpty();
        web.assertAll("demo/web:2", 3);
    }

    @Test
    void run_firstNoteOfUnknownOutcome_leavesNoRollout() {
        Fleet fleet = web.of(1);
        world.faults.on(Operation.RECORD_SET).about("web").skipping(1).once().loseAnswer();
        assertThatThrownBy(() -> fleet.rollOut("demo/web:2").run()).isInstanceOf(ForrestException.class);
        assertThat(fleet.rollout()).isEmpty();
        web.assertAll("demo/web:1", 1);
    }

    @Test
    void run_retirementFailsForAWhile_leavesNobodyHalfTakenBack() {
        Fleet fleet = web.of(3);
        world.faults.on(Operation.STOP).times(2).fail();
        assertThat(quick(fleet.rollOut("demo/web:2")).run().state().phase()).isEqualTo(RolloutPhase.PROMOTED);
        web.assertAll("demo/web:2", 3);
    }

    @Test
    void rolledBack_memberHalfTakenBack_isNotForgotten() {
        Fleet fleet = web.of(1);
        RolloutException failure = refused(quick(fleet.rollOut("demo/web:2")).judge(facts -> {
            world.faults.on(Operation.STOP).once().fail();
            return Verdict.rollBack("no");
        }));
        assertThat(report(failure).state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
        web.assertAll("demo/web:1", 1);
    }

    @Test
    void largeFleet_upForwardBackAndDown_isExact() {
        Fleet fleet = web.launch().fleet();
        assertThat(fleet.scaleTo(200).launched()).hasSize(200);
        web.assertAll("demo/web:1", 200);

        RolloutReport forward = fleet.rollOut("demo/web:2").run();
        assertThat(forward.launched()).hasSize(200).doesNotHaveDuplicates();
        assertThat(forward.retired()).hasSize(200);
        assertThat(forward.facts()).extracting(facts -> facts.fresh().size()).containsExactly(1, 50, 200);
        web.assertAll("demo/web:2", 200);

        RolloutException back = refused(fleet.rollOut("demo/web:1")
                .judge(facts -> facts.wave() < facts.waves() ? Verdict.promote() : Verdict.rollBack("too many")));
        assertThat(report(back).state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
        assertThat(fleet.instances()).extracting(Instance::state).allMatch(state -> state.stage() == Stage.ANNOUNCED);
        web.assertAll("demo/web:2", 200);

        assertThat(fleet.scaleTo(0).retired()).hasSize(200);
        fleet.stop();
        world.assertNothingLeft();
        assertThat(records.list("fleets")).isEmpty();
    }
}
