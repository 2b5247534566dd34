package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forrest.Fleet;
import io.forrest.FleetBusyException;
import io.forrest.FleetState;
import io.forrest.ForrestException;
import io.forrest.Instance;
import io.forrest.Judge;
import io.forrest.Launch;
import io.forrest.OnClose;
import io.forrest.Rollout;
import io.forrest.RolloutException;
import io.forrest.RolloutPhase;
import io.forrest.RolloutReport;
import io.forrest.RolloutState;
import io.forrest.ScaleException;
import io.forrest.Scaler;
import io.forrest.Stage;
import io.forrest.Verdict;
import io.forrest.Wave;
import io.forrest.WaveFacts;
import io.forrest.event.RolloutProgressed;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rollouts go forward wave by wave, or back whole, and are found again by whoever comes next. */
final class RolloutTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final RecordKey FLEET = new RecordKey("fleets", "web");
    private static final RecordKey LEASE = new RecordKey("leases", "web");

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    private final Records records = world.registry.records();

    private Launch launch() {
        world.engine.addImage("demo/web:1", FakeImage.exposing(8080));
        world.engine.addImage("demo/web:2", FakeImage.exposing(8080));
        return world.scaler.launch("demo/web:1").drainFor(Duration.ZERO);
    }

    private Fleet fleet(int size) {
        Fleet fleet = launch().fleet();
        fleet.scaleTo(size);
        return fleet;
    }

    private static Rollout quick(Rollout rollout) {
        return rollout.observe(Duration.ofSeconds(2));
    }

    private void assertAll(String image, int count) {
        assertThat(world.engine.containers())
                .hasSize(count)
                .allMatch(one -> one.image().equals(image));
        assertThat(world.registry.values()).hasSize(count);
        assertThat(records.list("instances")).hasSize(count);
        assertThat(records.list("leases")).isEmpty();
    }

    private static RolloutReport report(RolloutException failure) {
        return failure.report().orElseThrow();
    }

    /** Waits in a judge until the world goes on without it. */
    private static final class Held implements Judge {
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);

        @Override
        public Verdict judge(WaveFacts facts) {
            reached.countDown();
            try {
                goOn.await();
                return Verdict.promote();
            } catch (InterruptedException e) {
                return Verdict.promote(); // a judge that swallows an interrupt
            }
        }

        void awaitReached() throws InterruptedException {
            assertThat(reached.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void run_inWaves_replacesAllAndTellsEachStep() {
        Fleet fleet = fleet(5);
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
        assertAll("demo/web:2", 5);
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
        Fleet fleet = fleet(5);
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
        assertAll("demo/web:2", 5);
    }

    private List<String> phases() {
        return world.events.stream()
                .filter(RolloutProgressed.class::isInstance)
                .map(event -> ((RolloutProgressed) event).state())
                .map(state -> state.wave() + " " + state.phase())
                .toList();
    }

    private RolloutException refused(Rollout rollout) {
        RolloutException[] caught = new RolloutException[1];
        assertThatThrownBy(rollout::run).isInstanceOfSatisfying(RolloutException.class, failure -> caught[0] = failure);
        return caught[0];
    }

    @Test
    void run_judgeExtendsForEver_isRolledBackAfterTheBound() {
        Fleet fleet = fleet(3);
        RolloutException failure =
                refused(quick(fleet.rollOut("demo/web:2")).extendAtMost(2).judge(facts -> Verdict.extend("not sure")));
        assertThat(failure).hasMessageContaining("wave 1 could not be judged after 2 extensions: not sure");
        assertThat(report(failure).facts()).extracting(WaveFacts::extensions).containsExactly(0, 1, 2);
        assertThat(report(failure).facts().get(2).observed()).isEqualTo(Duration.ofSeconds(6));
        assertThat(report(failure).state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
        assertAll("demo/web:1", 3);
        assertThat(fleet.rollout()).isEmpty();
    }

    @Test
    void run_judgeThrows_isRolledBack() {
        Fleet fleet = fleet(2);
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
            assertAll("demo/web:1", 2);
        }
    }

    @Test
    @SuppressWarnings("NullAway") // a judge in a language that does not check
    void run_judgeReturnsNull_isRolledBack() {
        assertThat(refused(quick(fleet(2).rollOut("demo/web:2")).judge(facts -> null)))
                .hasMessageContaining("the judge said nothing");
        assertAll("demo/web:1", 2);
    }

    @Test
    void run_newVersionDiesMeanwhile_isRolledBackAtOnce() {
        Fleet fleet = fleet(2);
        world.engine.addImage(
                "demo/web:2", FakeImage.exposing(8080).logs("out of luck").exitsAfter(Duration.ofSeconds(5), 3));
        RolloutException failure = refused(fleet.rollOut("demo/web:2").observe(Duration.ofHours(1)));
        assertThat(failure).hasMessageContaining("is dead");
        assertThat(failure.logTail()).contains("out of luck");
        assertThat(world.time.elapsed()).isLessThan(Duration.ofMinutes(5));
        assertAll("demo/web:1", 2);
    }

    @Test
    void run_verdictOfManyLongLines_isRecordedShort() {
        Fleet fleet = fleet(1);
        RolloutException failure = refused(quick(fleet.rollOut("demo/web:2"))
                .extendAtMost(200)
                .judge(facts -> Verdict.extend("x\n".repeat(9000))));
        assertThat(report(failure).state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
        assertThat(report(failure).reason()).hasSizeLessThan(700).doesNotContain("\n");
        assertAll("demo/web:1", 1);
    }

    @Test
    void run_sizeZero_changesTheTemplateAlone() {
        Fleet fleet = fleet(0);
        RolloutReport report = fleet.rollOut("demo/web:2").run();
        assertThat(report.state().phase()).isEqualTo(RolloutPhase.PROMOTED);
        assertThat(report.facts()).isEmpty();
        assertThat(fleet.state()).map(FleetState::image).contains("demo/web:2");
        fleet.scaleTo(1);
        assertAll("demo/web:2", 1);
    }

    @Test
    void run_changeOfTheApp_isRefused() {
        Fleet fleet = fleet(1);
        Map<String, String> before = records.list("fleets");
        assertThatThrownBy(() -> fleet.rollOut(launch -> launch.app("other")).run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not change its app, and this one changes it to other");
        assertThatThrownBy(() -> fleet.rollOut(launch -> launch.named("one")).run())
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
        assertThatThrownBy(() -> launch().fleet().rollOut("demo/web:2").run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("there is no fleet web");
    }

    @Test
    void run_comparisonWithoutBalancer_isRefused() {
        Fleet fleet = fleet(1);
        assertThatThrownBy(() -> fleet.rollOut("demo/web:2")
                        .judge(Judge.noWorseThanOld())
                        .run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("this scaler was given none");
        assertThat(fleet.rollout()).isEmpty();
    }

    @Test
    void run_templateTooLarge_isRefusedAndNothingChanged() {
        Fleet fleet = fleet(1);
        assertThatThrownBy(() -> fleet.rollOut(launch -> launch.env("BIG", "x".repeat(64 * 1024)))
                        .run())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("too large to be recorded");
        assertThat(fleet.rollout()).isEmpty();
        assertAll("demo/web:1", 1);
    }

    @Test
    void run_anotherUnderWay_isRefusedWithItsNameHereAndElsewhere() throws Exception {
        Fleet fleet = fleet(2);
        Held judge = new Held();
        CompletableFuture<RolloutReport> first =
                quick(fleet.rollOut("demo/web:2")).judge(judge).runAsync();
        judge.awaitReached();
        String id =
                fleet.rollout().flatMap(Rollout::state).map(RolloutState::id).orElseThrow();
        assertThatThrownBy(() -> fleet.rollOut("demo/web:2").run())
                .isInstanceOfSatisfying(
                        FleetBusyException.class,
                        busy -> assertThat(busy.holder()).contains(id));
        assertThatThrownBy(() -> fleet.scaleTo(5))
                .isInstanceOf(FleetBusyException.class)
                .hasMessageContaining(id);
        try (Scaler other = world.scaler(OnClose.LEAVE)) {
            Fleet found = other.fleet("web");
            assertThatThrownBy(() -> found.rollOut("demo/web:2").run())
                    .isInstanceOfSatisfying(
                            FleetBusyException.class,
                            busy -> assertThat(busy.holder()).contains(id));
            assertThatThrownBy(() -> found.scaleTo(5))
                    .isInstanceOf(FleetBusyException.class)
                    .hasMessageContaining(id);
            assertThatThrownBy(found::stop)
                    .isInstanceOf(FleetBusyException.class)
                    .hasMessageContaining("process");
            assertThatThrownBy(() -> found.rollout().orElseThrow().rollBack()).isInstanceOf(FleetBusyException.class);
        }
        judge.goOn.countDown();
        assertThat(first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).state().phase())
                .isEqualTo(RolloutPhase.PROMOTED);
        assertAll("demo/web:2", 2);
    }

    @Test
    void cancel_rollsBackInTheBackground() throws Exception {
        Fleet fleet = fleet(2);
        Held judge = new Held();
        CompletableFuture<RolloutReport> rollout =
                quick(fleet.rollOut("demo/web:2")).judge(judge).runAsync();
        judge.awaitReached();
        assertThat(rollout.cancel(true)).isTrue();
        await().atMost(PATIENCE).until(() -> fleet.rollout().isEmpty());
        await().atMost(PATIENCE).until(() -> records.list("leases").isEmpty());
        assertAll("demo/web:1", 2);
    }

    @Test
    void run_interrupted_rollsBackAndKeepsTheInterrupt() {
        Fleet fleet = fleet(2);
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
        assertAll("demo/web:1", 2);
    }

    /** Leaves a rollout at its first wave's observation, as a process leaves it that is closed. */
    private Fleet leftByClosedScaler() throws InterruptedException {
        Fleet fleet = fleet(3);
        Held judge = new Held();
        CompletableFuture<RolloutReport> rollout =
                quick(fleet.rollOut("demo/web:2")).judge(judge).runAsync();
        judge.awaitReached();
        world.scaler.close();
        assertThatThrownBy(() -> rollout.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(RolloutException.class, failure -> {
                    assertThat(failure).hasMessageContaining("has not ended").hasMessageContaining("scaler was closed");
                    assertThat(report(failure).state().phase()).isEqualTo(RolloutPhase.OBSERVING);
                });
        assertThat(records.list("leases")).isEmpty();
        assertThat(world.engine.containers()).hasSize(4);
        return fleet;
    }

    @Test
    void close_meanwhile_leavesItToBeResumedWithItsFunctionGivenAgain() throws Exception {
        leftByClosedScaler();
        try (Scaler other = world.scaler(OnClose.LEAVE)) {
            Fleet found = other.fleet("web");
            Rollout rollout = found.rollout().orElseThrow();
            assertThatThrownBy(rollout::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("resume it");
            assertThatThrownBy(() -> rollout.waves(Wave.all())).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(rollout::resume)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was a function, which is recorded nowhere");
            assertThatThrownBy(() -> found.scaleTo(5)).isInstanceOf(FleetBusyException.class);
            assertThat(rollout.judge(Judge.alive()).resume().state().phase()).isEqualTo(RolloutPhase.PROMOTED);
            assertThatThrownBy(() -> rollout.judge(Judge.alive()).resume())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("has ended meanwhile");
            assertAll("demo/web:2", 3);
        }
    }

    @Test
    void close_meanwhile_leavesItToBeRolledBack() throws Exception {
        leftByClosedScaler();
        try (Scaler other = world.scaler(OnClose.LEAVE)) {
            RolloutReport report = other.fleet("web").rollout().orElseThrow().rollBack();
            assertThat(report.state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
            assertThat(report.reason()).isEqualTo("it was asked for");
            assertAll("demo/web:1", 3);
        }
    }

    @Test
    void rollBack_newTemplateLacksSecret_needsItNot() throws Exception {
        Fleet fleet = fleet(2);
        Held judge = new Held();
        CompletableFuture<RolloutReport> rollout = quick(fleet.rollOut(launch -> launch.secret("TOKEN", "s3cr3t")))
                .judge(judge)
                .runAsync();
        judge.awaitReached();
        world.scaler.close();
        assertThatThrownBy(() -> rollout.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isNotNull();
        try (Scaler other = world.scaler(OnClose.LEAVE)) {
            Rollout found = other.fleet("web").rollout().orElseThrow();
            assertThatThrownBy(() -> found.judge(Judge.alive()).resume())
                    .hasMessageContaining("lacks the secret TOKEN");
            assertThat(found.rollBack().state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
            assertAll("demo/web:1", 2);
        }
    }

    @Test
    void stop_unfinishedRollout_takesAllBackAndEndsIt() throws Exception {
        leftByClosedScaler();
        try (Scaler other = world.scaler(OnClose.LEAVE)) {
            Fleet found = other.fleet("web");
            Rollout rollout = found.rollout().orElseThrow();
            assertThat(found.stop().retired()).hasSize(4);
            world.assertNothingLeft();
            assertThat(records.list("fleets")).isEmpty();
            assertThatThrownBy(rollout::rollBack).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void leaseLost_meanwhile_leavesItAsItIs() throws Exception {
        Fleet fleet = fleet(2);
        Held judge = new Held();
        CompletableFuture<RolloutReport> rollout =
                quick(fleet.rollOut("demo/web:2")).judge(judge).runAsync();
        judge.awaitReached();
        records.delete(LEASE, records.get(LEASE).orElseThrow());
        String others = "{\"holder\":\"process 7 at 10.0.0.7\",\"worker\":\"elsewhere\"}";
        assertThat(records.compareAndSet(LEASE, null, others)).isTrue();
        assertThatThrownBy(() -> rollout.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(RolloutException.class)
                .hasMessageContaining("lease was lost");
        assertThat(records.get(LEASE)).contains(others);
        assertThat(world.engine.containers()).hasSize(3);
        records.delete(LEASE, others);
        assertThat(fleet.rollout().orElseThrow().rollBack().state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
        assertAll("demo/web:1", 2);
    }

    @Test
    void fleet_damagedRecord_isLeftAloneAndSaidWhere() {
        Fleet fleet = fleet(1);
        String text = records.get(FLEET).orElseThrow();
        assertThat(records.compareAndSet(FLEET, text, "{\"size\":\"many\"}")).isTrue();
        for (Callable<?> call : List.<Callable<?>>of(
                () -> fleet.state(),
                () -> fleet.rollout(),
                () -> fleet.scaleTo(2),
                () -> fleet.stop(),
                () -> fleet.rollOut("demo/web:2").run())) {
            assertThatThrownBy(call::call)
                    .isInstanceOf(ForrestException.class)
                    .hasMessageContaining("record /servers/_forrest/fleets/web cannot be read");
        }
        assertThat(world.engine.containers()).hasSize(1);
        assertThat(records.list("leases")).isEmpty();
    }

    @Test
    void fleet_ofAnotherEngine_isLeftAlone() {
        Fleet fleet = fleet(1);
        String text = records.get(FLEET).orElseThrow();
        String others = text.replaceFirst("\"engine\":\"[^\"]*\"", "\"engine\":\"another\"");
        assertThat(records.compareAndSet(FLEET, text, others)).isTrue();
        for (Callable<?> call : List.<Callable<?>>of(
                () -> fleet.rollout(),
                () -> fleet.scaleTo(2),
                () -> fleet.stop(),
                () -> fleet.rollOut("demo/web:2").run())) {
            assertThatThrownBy(call::call)
                    .isInstanceOf(ForrestException.class)
                    .hasMessageContaining("runs on another engine, another");
        }
        assertThat(records.get(FLEET)).contains(others);
        assertThat(world.engine.containers()).hasSize(1);
    }

    @Test
    void run_answersOfNotesLost_goesOnFromWhatStands() {
        Fleet fleet = fleet(3);
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
    }

    @Test
    void run_firstNoteOfUnknownOutcome_leavesNoRollout() {
        Fleet fleet = fleet(1);
        world.faults.on(Operation.RECORD_SET).about("web").skipping(1).once().loseAnswer();
        assertThatThrownBy(() -> fleet.rollOut("demo/web:2").run()).isInstanceOf(ForrestException.class);
        assertThat(fleet.rollout()).isEmpty();
        assertAll("demo/web:1", 1);
    }

    @Test
    void run_retirementFailsForAWhile_leavesNobodyHalfTakenBack() {
        Fleet fleet = fleet(3);
        world.faults.on(Operation.STOP).times(2).fail();
        assertThat(quick(fleet.rollOut("demo/web:2")).run().state().phase()).isEqualTo(RolloutPhase.PROMOTED);
        assertAll("demo/web:2", 3);
    }

    @Test
    void rolledBack_memberHalfTakenBack_isNotForgotten() {
        Fleet fleet = fleet(1);
        RolloutException failure = refused(quick(fleet.rollOut("demo/web:2")).judge(facts -> {
            world.faults.on(Operation.STOP).once().fail();
            return Verdict.rollBack("no");
        }));
        assertThat(report(failure).state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
        assertAll("demo/web:1", 1);
    }

    @Test
    void scaleTo_engineDoesNotAnswer_doesNotRecordThatNothingIsWanted() {
        Fleet fleet = fleet(3);
        world.faults.on(Operation.LIST).fail();
        assertThatThrownBy(() -> fleet.scaleTo(5))
                .isInstanceOf(ScaleException.class)
                .hasMessageContaining("an unknown number");
        world.faults.heal();
        assertThat(fleet.state()).map(FleetState::size).contains(3);
    }

    @Test
    void scaleTo_templateLacksSecret_keepsTheRecordedSize() {
        launch().secret("TOKEN", "s3cr3t").fleet().scaleTo(1);
        try (Scaler other = world.scaler(OnClose.LEAVE)) {
            Fleet found = other.fleet("web");
            assertThatThrownBy(() -> found.scaleTo(4)).hasMessageContaining("lacks the secret TOKEN");
            assertThat(found.state()).map(FleetState::size).contains(1);
        }
    }

    @Test
    void scaleTo_memberHalfTakenBack_isTakenBackByTheNext() {
        Fleet fleet = fleet(2);
        world.faults.on(Operation.STOP).once().fail();
        assertThatThrownBy(() -> fleet.scaleTo(1)).isInstanceOf(ScaleException.class);
        assertThat(fleet.scaleTo(1).retired()).hasSize(1);
        assertAll("demo/web:1", 1);
    }

    @Test
    void largeFleet_upForwardBackAndDown_isExact() {
        Fleet fleet = launch().fleet();
        assertThat(fleet.scaleTo(200).launched()).hasSize(200);
        assertAll("demo/web:1", 200);

        RolloutReport forward = fleet.rollOut("demo/web:2").run();
        assertThat(forward.launched()).hasSize(200).doesNotHaveDuplicates();
        assertThat(forward.retired()).hasSize(200);
        assertThat(forward.facts()).extracting(facts -> facts.fresh().size()).containsExactly(1, 50, 200);
        assertAll("demo/web:2", 200);

        RolloutException back = refused(fleet.rollOut("demo/web:1")
                .judge(facts -> facts.wave() < facts.waves() ? Verdict.promote() : Verdict.rollBack("too many")));
        assertThat(report(back).state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
        assertThat(fleet.instances()).extracting(Instance::state).allMatch(state -> state.stage() == Stage.ANNOUNCED);
        assertAll("demo/web:2", 200);

        assertThat(fleet.scaleTo(0).retired()).hasSize(200);
        fleet.stop();
        world.assertNothingLeft();
        assertThat(records.list("fleets")).isEmpty();
    }
}
