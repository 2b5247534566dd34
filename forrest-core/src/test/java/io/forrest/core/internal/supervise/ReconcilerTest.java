package io.forrest.core.internal.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Endpoint;
import io.forrest.Readiness;
import io.forrest.core.internal.lifecycle.Sight;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.Intent;
import io.forrest.core.internal.record.StoredRecord;
import io.forrest.spi.Container.Health;
import io.forrest.spi.Container.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each rule once. */
class ReconcilerTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Endpoint HERE = Endpoint.parse("10.0.0.5:32768");
    private static final Endpoint THERE = Endpoint.parse("10.0.0.5:32769");
    private static final Endpoint FOREIGN = Endpoint.parse("10.0.0.9:80");
    private static final String NAME = "brave_oak";

    private final Map<String, Sight> containers = new HashMap<>();
    private final Map<String, Endpoint> announced = new HashMap<>();
    private final Map<String, StoredRecord> records = new HashMap<>();
    private Set<String> orphans = Set.of();
    private Set<String> untouchable = Set.of();
    private Scope scope = Scope.ALL;
    private Instant now = NOON;

    private static final InstanceRecord LAUNCHING = new InstanceRecord(
                    "engine",
                    "launch",
                    "myapp",
                    "demo/myapp",
                    Intent.LAUNCHING,
                    "c0ffee",
                    HERE,
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(10),
                    NOON.plusSeconds(300),
                    null)
            .launchedBy("worker", Intent.LIVE);

    private void record(InstanceRecord value) {
        records.put(NAME, new StoredRecord("text", value));
    }

    private void container(Status status, @Nullable Endpoint endpoint) {
        container(status, endpoint, Readiness.port(), Health.NONE, "launch");
    }

    private void container(
            Status status, @Nullable Endpoint endpoint, Readiness readiness, Health health, String launch) {
        containers.put(
                NAME, new Sight("c0ffee", "myapp", launch, "demo/myapp", 8080, readiness, status, health, endpoint));
    }

    private Plan plan() {
        return Reconciler.plan(new Facts("engine", containers, announced, records, orphans, untouchable, scope, now));
    }

    private List<String> remedies() {
        return plan().remedies().stream()
                .map(remedy -> remedy.getClass().getSimpleName())
                .toList();
    }

    @Test
    void plan_serving_isLeft() {
        record(LAUNCHING.live());
        container(Status.RUNNING, HERE);
        announced.put(NAME, HERE);

        assertThat(plan()).isEqualTo(new Plan(List.of(), List.of()));
    }

    @Test
    void plan_died_isWithdrawnAndItsRecordKept() {
        record(LAUNCHING.live());
        container(Status.EXITED, HERE); // the endpoint that it had
        announced.put(NAME, HERE);

        assertThat(plan().remedies()).singleElement().isInstanceOfSatisfying(Remedy.Withdraw.class, remedy -> {
            assertThat(remedy.key()).isEqualTo(HERE);
            assertThat(remedy.unlessRuns()).isTrue();
            assertThat(remedy.why()).contains("does not run");
        });
        announced.clear();
        assertThat(remedies()).isEmpty();
    }

    @Test
    void plan_restartedOnAnotherPort_isWithdrawnFirstAndAnnouncedAnew() {
        record(LAUNCHING.live());
        container(Status.RUNNING, THERE);
        announced.put(NAME, HERE);

        assertThat(remedies()).containsExactly("Withdraw", "Announce");
    }

    @Test
    void plan_unhealthy_isWithdrawnUntilHealthy() {
        record(LAUNCHING.live());
        announced.put(NAME, HERE);
        container(Status.RUNNING, HERE, Readiness.healthcheck(), Health.UNHEALTHY, "launch");
        assertThat(remedies()).containsExactly("Withdraw");
        container(Status.RUNNING, HERE, Readiness.healthcheck(), Health.STARTING, "launch");
        assertThat(remedies()).as("it may serve").isEmpty();

        announced.clear();
        container(Status.RUNNING, HERE, Readiness.healthcheck(), Health.UNHEALTHY, "launch");
        assertThat(remedies()).isEmpty();
        container(Status.RUNNING, HERE, Readiness.healthcheck(), Health.STARTING, "launch");
        assertThat(remedies()).isEmpty();
        container(Status.RUNNING, HERE, Readiness.healthcheck(), Health.HEALTHY, "launch");
        assertThat(remedies()).containsExactly("Announce");
    }

    @Test
    void plan_unhealthyButReadyByAnotherSign_isLeft() {
        record(LAUNCHING.live());
        announced.put(NAME, HERE);
        container(Status.RUNNING, HERE, Readiness.port(), Health.UNHEALTHY, "launch");

        assertThat(remedies()).isEmpty();
    }

    @Test
    void plan_keyLost_isAnnounced() {
        record(LAUNCHING.live());
        container(Status.RUNNING, HERE);

        assertThat(remedies()).containsExactly("Announce");
    }

    @Test
    void plan_containerGone_isWithdrawnIfOursAndForgotten() {
        record(LAUNCHING.live());
        announced.put(NAME, HERE);
        assertThat(remedies()).containsExactly("Withdraw", "Forget");

        announced.put(NAME, FOREIGN);
        assertThat(remedies()).containsExactly("Forget");
        assertThat(plan().foreign()).containsExactly(NAME);
    }

    @Test
    void plan_nameTakenByAContainerOfAnotherLaunch_isNotTakenForOurs() {
        record(LAUNCHING.live());
        container(Status.RUNNING, HERE, Readiness.port(), Health.NONE, "another launch");

        assertThat(remedies()).containsExactly("Forget");
    }

    @Test
    void plan_launchingByALivingProcess_isLeftUntilLongAfterItsTime() {
        record(LAUNCHING);
        container(Status.RUNNING, HERE);
        now = LAUNCHING.launchBy().plus(Reconciler.GRACE);
        assertThat(remedies()).isEmpty();

        now = now.plusSeconds(1);
        assertThat(remedies()).containsExactly("UndoLaunch");
    }

    @Test
    void plan_launchingByADeadProcess_isFinishedInItsTimeAndUndoneAfterIt() {
        record(LAUNCHING);
        container(Status.RUNNING, HERE);
        orphans = Set.of(NAME);
        assertThat(remedies()).containsExactly("FinishLaunch");

        now = LAUNCHING.launchBy().plusSeconds(1);
        assertThat(remedies()).containsExactly("UndoLaunch");
    }

    @Test
    void plan_launchingByADeadProcessWithoutARunningContainer_isUndone() {
        record(LAUNCHING);
        orphans = Set.of(NAME);
        assertThat(remedies()).containsExactly("UndoLaunch");
        container(Status.CREATED, null);
        assertThat(remedies()).containsExactly("UndoLaunch");
        container(Status.EXITED, null);
        assertThat(remedies()).containsExactly("UndoLaunch");
    }

    @Test
    void plan_retiringOneThatWasHeldForLong_isLeftToWhoeverDoesIt() {
        Instant later = NOON.plus(Duration.ofDays(1));
        record(LAUNCHING.live().held(NOON).retiring(later, "worker", null));
        container(Status.RUNNING, HERE);
        now = later;
        assertThat(remedies()).isEmpty();
    }

    @Test
    void plan_retiring_isLeftToWhoeverDoesItWhileThatHasTime() {
        record(LAUNCHING.live().retiring(NOON, "worker", Duration.ofMinutes(10)));
        container(Status.RUNNING, HERE);
        now = NOON.plus(Duration.ofMinutes(11)).plusSeconds(10);
        assertThat(remedies()).isEmpty();

        now = now.plusSeconds(1);
        assertThat(remedies()).containsExactly("FinishRetirement");
        now = NOON;
        orphans = Set.of(NAME);
        assertThat(remedies()).containsExactly("FinishRetirement");
    }

    @Test
    void plan_held_isLeftAndItsKeyIsNot() {
        record(LAUNCHING.held(NOON));
        container(Status.RUNNING, HERE);
        assertThat(remedies()).isEmpty();

        announced.put(NAME, HERE);
        assertThat(remedies()).containsExactly("Withdraw");
        announced.put(NAME, FOREIGN);
        assertThat(remedies()).isEmpty();
    }

    @Test
    void plan_recordWiped_isRecordedAnewAndNeverStopped() {
        container(Status.RUNNING, HERE);
        assertThat(remedies()).containsExactly("RecordAnew");

        announced.put(NAME, HERE);
        assertThat(remedies()).containsExactly("RecordAnew");
        announced.put(NAME, FOREIGN);
        assertThat(remedies()).isEmpty();
        announced.clear();
        container(Status.EXITED, null);
        assertThat(remedies()).isEmpty();
    }

    @Test
    void plan_keyWithoutARecord_isLeftAndReported() {
        announced.put("theirs", FOREIGN);

        assertThat(plan()).isEqualTo(new Plan(List.of(), List.of("theirs")));
    }

    @Test
    void plan_foreignKeyUnderTheName_isLeftAndReported() {
        record(LAUNCHING.live());
        container(Status.RUNNING, HERE);
        announced.put(NAME, FOREIGN);

        assertThat(plan()).isEqualTo(new Plan(List.of(), List.of(NAME)));
    }

    @Test
    void plan_recordOfAnotherEngine_isLeft() {
        records.put(
                NAME,
                new StoredRecord(
                        "text",
                        new InstanceRecord(
                                "another",
                                "launch",
                                "myapp",
                                "demo/myapp",
                                Intent.RETIRING,
                                null,
                                HERE,
                                Duration.ZERO,
                                Duration.ZERO,
                                Instant.EPOCH,
                                null)));
        announced.put(NAME, HERE);
        orphans = Set.of(NAME);

        assertThat(plan()).isEqualTo(new Plan(List.of(), List.of()));
    }

    @Test
    void plan_outOfScopeOrUntouchable_isLeft() {
        record(LAUNCHING.live());
        scope = Scope.of(Map.of(NAME, "another launch"));
        assertThat(remedies()).isEmpty();

        scope = Scope.of(Map.of(NAME, "launch"));
        assertThat(remedies()).containsExactly("Forget");
        untouchable = Set.of(NAME);
        assertThat(remedies()).isEmpty();
    }

    @Test
    void plan_recordWipedOfALaunchOutOfScope_isLeft() {
        container(Status.RUNNING, HERE);
        scope = Scope.of(Map.of("other", "launch"));

        assertThat(remedies()).isEmpty();
    }
}
