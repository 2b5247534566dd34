package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forrest.Fleet;
import io.forrest.Rollout;
import io.forrest.RolloutException;
import io.forrest.RolloutPhase;
import io.forrest.RolloutReport;
import io.forrest.RolloutState;
import io.forrest.Verdict;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What balancer, lease and registry do to a rollout while it is judged, and while it goes back. */
class RolloutFaultsTest {

    @RegisterExtension
    final FakeWorld world = FakeWorld.balanced();

    private final Records records = world.registry.records();

    private Fleet fleet(int size) {
        world.engine.addImage("demo/web:1", FakeImage.exposing(8080));
        world.engine.addImage("demo/web:2", FakeImage.exposing(8080));
        Fleet fleet = world.scaler.launch("demo/web:1").drainFor(Duration.ZERO).fleet();
        fleet.scaleTo(size);
        return fleet;
    }

    private static Rollout quick(Fleet fleet) {
        return fleet.rollOut("demo/web:2").observe(Duration.ofSeconds(2));
    }

    private void assertOld(int count) {
        assertThat(world.engine.containers())
                .hasSize(count)
                .allMatch(one -> one.image().equals("demo/web:1"));
        assertThat(world.registry.values()).hasSize(count);
    }

    @Test
    void newMemberNotServedWhenItIsJudged_isRolledBackByAlive() {
        Fleet fleet = fleet(2);
        world.faults
                .on(Operation.RECORD_SET)
                .about("web")
                .during(this::isNewServed)
                .once()
                .before(() -> world.registry
                        .values()
                        .keySet()
                        .forEach(name -> world.balancer.member("one").refuse(name, "DOWN")));

        RolloutException failure =
                catchThrowableOfType(RolloutException.class, () -> quick(fleet).run());

        assertThat(failure).hasMessageContaining("announced, but not served by the balancer");
    }

    private boolean isNewServed() {
        return world.engine.containers().stream().anyMatch(one -> one.image().equals("demo/web:2"));
    }

    /** A rollback is not interrupted; but what it launches must not come up when another has the fleet. */
    @Test
    void leaseLostWhileItGoesBack_endsWhatIsBeingLaunched() throws Exception {
        Fleet fleet = fleet(2);
        AtomicBoolean back = new AtomicBoolean();
        world.faults.on(Operation.START).during(back::get).once().hang();
        CompletableFuture<RolloutReport> rollout = quick(fleet)
                .judge(facts -> {
                    back.set(facts.wave() == 2);
                    return back.get() ? Verdict.rollBack("it is slow") : Verdict.promote();
                })
                .runAsync();
        world.faults.awaitHanging(1);

        RecordKey lease = new RecordKey("leases", "web");
        records.delete(lease, records.get(lease).orElseThrow());

        assertThatThrownBy(() -> rollout.get(1, TimeUnit.MINUTES))
                .cause()
                .hasMessageContaining("it is slow")
                .hasMessageContaining("lease was lost");
        Rollout left = fleet.rollout().orElseThrow();
        assertThat(left.state()).map(RolloutState::reason).contains("it is slow");
        assertThat(left.rollBack().state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
        assertOld(2);
    }

    /** A record has room for two large templates and for some verdicts, and what is written in place of too many is known again. */
    @Test
    void verdictsThatTheRecordHasNoRoomFor_areTheOldestAndNoAnswerIsMissed() {
        world.engine.addImage("demo/web:1", FakeImage.exposing(8080));
        world.engine.addImage("demo/web:2", FakeImage.exposing(8080));
        Fleet fleet = world.scaler
                .launch("demo/web:1")
                .env("LARGE", "x".repeat(28 * 1024))
                .drainFor(Duration.ZERO)
                .fleet();
        fleet.scaleTo(1);
        List<List<String>> kept = new ArrayList<>();

        RolloutReport report = quick(fleet)
                .extendAtMost(30)
                .judge(facts -> {
                    kept.add(fleet.rollout()
                            .flatMap(Rollout::state)
                            .orElseThrow()
                            .verdicts());
                    world.faults.on(Operation.RECORD_SET).about("web").once().loseAnswer();
                    return kept.size() < 30
                            ? Verdict.extend("look " + kept.size() + " " + "y".repeat(250))
                            : Verdict.promote();
                })
                .run();

        assertThat(report.state().phase()).isEqualTo(RolloutPhase.PROMOTED);
        for (int i = 1; i < kept.size(); i++) {
            assertThat(kept.get(i)).last().asString().contains("look " + i + " ");
        }
        assertThat(kept)
                .anyMatch(verdicts -> !verdicts.isEmpty() && !verdicts.get(0).contains("look 1 "));
    }

    @Test
    void rollbackCannotBeRecorded_saysWhyItWasToBe() {
        Fleet fleet = fleet(2);
        AtomicBoolean away = new AtomicBoolean();
        world.faults.on(Operation.RECORD_SET).about("web").during(away::get).fail();
        RolloutException failure = catchThrowableOfType(
                RolloutException.class,
                () -> quick(fleet)
                        .judge(facts -> {
                            away.set(true);
                            return Verdict.rollBack("they fail more often");
                        })
                        .run());

        assertThat(failure)
                .hasMessageContaining("after they fail more often")
                .hasMessageContaining("could not be recorded");
        assertThat(failure.report())
                .map(RolloutReport::reason)
                .hasValueSatisfying(reason -> assertThat(reason).startsWith("they fail more often"));
        world.faults.heal();
        assertThat(fleet.rollout().orElseThrow().rollBack().state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
        assertOld(2);
    }
}
