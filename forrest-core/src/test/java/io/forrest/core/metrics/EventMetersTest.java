package io.forrest.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Repair;
import io.forrest.Retirement;
import io.forrest.RolloutPhase;
import io.forrest.RolloutState;
import io.forrest.Stage;
import io.forrest.Step;
import io.forrest.Wave;
import io.forrest.event.EventsLost;
import io.forrest.event.InstanceDied;
import io.forrest.event.InstanceLaunched;
import io.forrest.event.InstanceReplaced;
import io.forrest.event.InstanceRestarted;
import io.forrest.event.InstanceRetired;
import io.forrest.event.Repaired;
import io.forrest.event.ReplacingSuspended;
import io.forrest.event.RolloutProgressed;
import io.forrest.event.StepFailed;
import io.forrest.event.StepReached;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventMetersTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final String APP = "myapp";
    private static final String NAME = "brave_oak";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final EventMeters meters = new EventMeters(registry, Tags.of("site", "here"));

    @AfterEach
    void close() {
        registry.close();
    }

    private static Instant at(int seconds) {
        return NOON.plusSeconds(seconds);
    }

    private void reached(int seconds, Step step) {
        meters.accept(new StepReached(at(seconds), APP, NAME, step));
    }

    private void died(int seconds) {
        meters.accept(new InstanceDied(at(seconds), APP, NAME, 137, false));
    }

    private void repaired(int seconds, Repair.Action action, @Nullable String failure) {
        meters.accept(new Repaired(at(seconds), new Repair(APP, NAME, action, "for a test", failure)));
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags("site", "here").tags(tags).counter().count();
    }

    private List<Duration> times(String name) {
        return registry.find(name).tags("site", "here", "app", APP).timers().stream()
                .map(timer -> {
                    assertThat(timer.count()).isEqualTo(1);
                    return Duration.ofNanos((long) timer.totalTime(TimeUnit.NANOSECONDS));
                })
                .toList();
    }

    @Test
    void accept_launchThatWasAnnounced_isCountedAndTimed() {
        reached(0, Step.RESERVE);
        reached(3, Step.LAUNCH);
        reached(5, Step.READY);
        reached(6, Step.ANNOUNCE);
        meters.accept(new InstanceLaunched(at(6), APP, NAME, Stage.SERVING));

        assertThat(count("forrest.launches", "app", APP, "end", "announced")).isEqualTo(1);
        assertThat(times("forrest.launch.ready")).containsExactly(Duration.ofSeconds(5));
        assertThat(times("forrest.launch.announced")).containsExactly(Duration.ofSeconds(6));
    }

    @Test
    void accept_heldAndAnnouncedMuchLater_isNotTimedToThat() {
        reached(0, Step.RESERVE);
        reached(5, Step.READY);
        meters.accept(new InstanceLaunched(at(5), APP, NAME, Stage.HELD));
        reached(900, Step.ANNOUNCE);

        assertThat(count("forrest.launches", "app", APP, "end", "held")).isEqualTo(1);
        assertThat(times("forrest.launch.announced")).isEmpty();
    }

    @Test
    void accept_launchThatFailed_isCountedByItsStep() {
        reached(0, Step.RESERVE);
        meters.accept(new StepFailed(at(1), APP, NAME, Step.READY, "it never answered"));
        reached(900, Step.READY);

        assertThat(count("forrest.failures", "app", APP, "step", "ready")).isEqualTo(1);
        assertThat(times("forrest.launch.ready")).isEmpty();
    }

    @Test
    void accept_clockPutBackMeanwhile_isTimedAsNothing() {
        reached(60, Step.RESERVE);
        reached(0, Step.READY);

        assertThat(times("forrest.launch.ready")).containsExactly(Duration.ZERO);
    }

    @Test
    void accept_diedAndWithdrawnAtTheSecondTry_isTimedToThat() {
        died(0);
        repaired(1, Repair.Action.WITHDRAW, "the registry does not answer");
        repaired(4, Repair.Action.WITHDRAW, null);

        assertThat(count("forrest.deaths", "app", APP, "out.of.memory", "false"))
                .isEqualTo(1);
        assertThat(times("forrest.death.withdrawn")).containsExactly(Duration.ofSeconds(4));
        assertThat(count("forrest.repairs", "action", "withdraw", "outcome", "failed"))
                .isEqualTo(1);
        assertThat(count("forrest.repairs", "action", "withdraw", "outcome", "done"))
                .isEqualTo(1);
    }

    @Test
    void accept_diedAndRunsAgain_isNotTimedToALaterWithdrawal() {
        died(0);
        meters.accept(new InstanceRestarted(at(1), APP, NAME));
        repaired(900, Repair.Action.WITHDRAW, null);

        assertThat(count("forrest.restarts", "app", APP)).isEqualTo(1);
        assertThat(times("forrest.death.withdrawn")).isEmpty();
    }

    @Test
    void accept_retired_isCountedWithTheSessionsThatItCut() {
        died(0);
        meters.accept(
                new InstanceRetired(at(1), APP, new Retirement(NAME, true, true, Duration.ofSeconds(1), 3, List.of())));
        repaired(900, Repair.Action.WITHDRAW, null);

        assertThat(count("forrest.retirements", "app", APP)).isEqualTo(1);
        assertThat(count("forrest.sessions.cut", "app", APP)).isEqualTo(3);
        assertThat(times("forrest.death.withdrawn")).isEmpty();
    }

    @Test
    void accept_eventsLost_areCounted() {
        meters.begin();
        assertThat(count("forrest.events.lost")).isZero();

        meters.accept(new EventsLost(NOON, 7));

        assertThat(count("forrest.events.lost")).isEqualTo(7);
    }

    @Test
    void accept_manyInstances_makeNoMoreMeters() {
        for (int i = 0; i < 100; i++) {
            meters.accept(new StepReached(NOON, APP, "name" + i, Step.RESERVE));
            meters.accept(new StepReached(NOON, APP, "name" + i, Step.READY));
            meters.accept(new InstanceLaunched(NOON, APP, "name" + i, Stage.HELD));
            meters.accept(new InstanceDied(NOON, APP, "name" + i, null, true));
        }

        assertThat(registry.getMeters())
                .extracting(Meter::getId)
                .extracting(Meter.Id::getName)
                .containsExactlyInAnyOrder("forrest.launch.ready", "forrest.launches", "forrest.deaths");
    }

    @Test
    void since_moreThanIsKept_forgetsTheOldest() {
        Since since = new Since();
        since.begin("first", NOON);
        since.begin("second", NOON);
        since.begin("first", NOON);
        for (int i = 1; i < Since.MOST; i++) {
            since.begin("name" + i, NOON);
        }

        assertThat(since.until("second", NOON)).isEmpty();
        assertThat(since.until("first", NOON)).contains(Duration.ZERO);
    }

    @Test
    void accept_replacementsAndTheirSuspension_areCounted() {
        meters.accept(new InstanceReplaced(at(1), APP, "brave-fox"));
        meters.accept(new InstanceReplaced(at(2), APP, "calm-owl"));
        meters.accept(new ReplacingSuspended(at(3), APP, 2, Duration.ofMinutes(1), 1, ""));

        assertThat(count("forrest.replacements", "app", APP)).isEqualTo(2);
        assertThat(count("forrest.replacing.suspended", "app", APP)).isEqualTo(1);
    }

    @Test
    void accept_rollout_isCountedAtItsEndAlone() {
        for (RolloutPhase phase : RolloutPhase.values()) {
            RolloutState state = new RolloutState(
                    "id", "a:1", "a:2", 1, List.of(Wave.all()), 1, phase, Duration.ZERO, List.of(), "", at(1));
            meters.accept(new RolloutProgressed(at(1), APP, state, null, ""));
        }

        assertThat(count("forrest.rollouts", "app", APP, "end", "promoted")).isEqualTo(1);
        assertThat(count("forrest.rollouts", "app", APP, "end", "rolled_back")).isEqualTo(1);
    }
}
