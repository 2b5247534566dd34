package io.forrest.core;

import static io.forrest.core.RollingFleet.quick;
import static io.forrest.core.RollingFleet.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.forrest.Fleet;
import io.forrest.FleetBusyException;
import io.forrest.ForrestException;
import io.forrest.Judge;
import io.forrest.OnClose;
import io.forrest.Rollout;
import io.forrest.RolloutException;
import io.forrest.RolloutPhase;
import io.forrest.RolloutReport;
import io.forrest.RolloutState;
import io.forrest.Scaler;
import io.forrest.Verdict;
import io.forrest.Wave;
import io.forrest.WaveFacts;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A rollout that is under way keeps others out; one that its process left is found and ended by whoever comes next. */
final class RolloutLeftTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final RecordKey FLEET = new RecordKey("fleets", "web");
    private static final RecordKey LEASE = new RecordKey("leases", "web");

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    private final RollingFleet web = new RollingFleet(world);
    private final Records records = world.registry.records();

    @Test
    void run_anotherUnderWay_isRefusedWithItsNameHereAndElsewhere() throws Exception {
        Fleet fleet = web.of(2);
        RollingFleet.Held judge = new RollingFleet.Held();
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
        web.assertAll("demo/web:2", 2);
    }

    @Test
    void cancel_rollsBackInTheBackground() throws Exception {
        Fleet fleet = web.of(2);
        RollingFleet.Held judge = new RollingFleet.Held();
        CompletableFuture<RolloutReport> rollout =
                quick(fleet.rollOut("demo/web:2")).judge(judge).runAsync();
        judge.awaitReached();
        assertThat(rollout.cancel(true)).isTrue();
        await().atMost(PATIENCE).until(() -> fleet.rollout().isEmpty());
        await().atMost(PATIENCE).until(() -> records.list("leases").isEmpty());
        web.assertAll("demo/web:1", 2);
    }

    /** Leaves a rollout at its first wave's observation, as a process leaves it that is closed. */
    private Fleet leftByClosedScaler() throws InterruptedException {
        Fleet fleet = web.of(3);
        RollingFleet.Held judge = new RollingFleet.Held();
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
            RolloutReport report = rollout.judge(Judge.alive()).resume();
            assertThat(report.state().phase()).isEqualTo(RolloutPhase.PROMOTED);
            assertThat(report.facts())
                    .as("the wave that it was left at, anew, and the one after it")
                    .extracting(WaveFacts::wave, facts -> facts.fresh().size())
                    .containsExactly(tuple(1, 1), tuple(2, 3));
            assertThat(report.facts()).allMatch(facts -> facts.observed().compareTo(Duration.ofSeconds(2)) >= 0);
            assertThatThrownBy(() -> rollout.judge(Judge.alive()).resume())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("has ended meanwhile");
            web.assertAll("demo/web:2", 3);
        }
    }

    @Test
    void resume_judgeSaysNoToTheWaveItWasLeftAt_isRolledBack() throws Exception {
        leftByClosedScaler();
        try (Scaler other = world.scaler(OnClose.LEAVE)) {
            Rollout rollout = other.fleet("web").rollout().orElseThrow();
            assertThatThrownBy(() -> rollout.judge(facts -> Verdict.rollBack("not any more"))
                            .resume())
                    .isInstanceOfSatisfying(RolloutException.class, failure -> {
                        assertThat(report(failure).state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
                        assertThat(report(failure).reason()).isEqualTo("not any more");
                        assertThat(report(failure).facts())
                                .extracting(WaveFacts::wave)
                                .containsExactly(1);
                    });
            web.assertAll("demo/web:1", 3);
        }
    }

    @Test
    void close_meanwhile_leavesItToBeRolledBack() throws Exception {
        leftByClosedScaler();
        try (Scaler other = world.scaler(OnClose.LEAVE)) {
            RolloutReport report = other.fleet("web").rollout().orElseThrow().rollBack();
            assertThat(report.state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
            assertThat(report.reason()).isEqualTo("it was asked for");
            assertThat(report.facts()).isEmpty();
            web.assertAll("demo/web:1", 3);
        }
    }

    @Test
    void rollBack_newTemplateLacksSecret_needsItNot() throws Exception {
        Fleet fleet = web.of(2);
        RollingFleet.Held judge = new RollingFleet.Held();
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
            web.assertAll("demo/web:1", 2);
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
        Fleet fleet = web.of(2);
        RollingFleet.Held judge = new RollingFleet.Held();
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
        web.assertAll("demo/web:1", 2);
    }

    @Test
    void fleet_damagedRecord_isLeftAloneAndSaidWhere() {
        Fleet fleet = web.of(1);
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
        Fleet fleet = web.of(1);
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
}
