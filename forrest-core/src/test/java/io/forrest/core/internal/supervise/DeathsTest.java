package io.forrest.core.internal.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.Endpoint;
import io.forrest.ForrestEvent;
import io.forrest.Readiness;
import io.forrest.core.internal.lifecycle.Sight;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.Intent;
import io.forrest.core.internal.record.StoredRecord;
import io.forrest.event.InstanceDied;
import io.forrest.event.InstanceRestarted;
import io.forrest.spi.Container;
import io.forrest.spi.Container.Health;
import io.forrest.spi.Container.Status;
import io.forrest.spi.ContainerListener;
import io.forrest.testkit.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each death once, whatever was heard and seen of it in which order. */
class DeathsTest {

    private static final String NAME = "brave_oak";
    private static final String ID = "c0ffee";
    private static final Endpoint HERE = Endpoint.parse("10.0.0.5:32768");

    private final FakeTime time = new FakeTime();
    private final List<ForrestEvent> told = new ArrayList<>();
    private final Map<String, Container> engine = new HashMap<>();
    private final Deaths deaths = new Deaths(time, told::add, this::inspect);

    private static InstanceRecord record(Intent intent) {
        return new InstanceRecord(
                "engine",
                "launch",
                "myapp",
                "demo/myapp",
                intent,
                ID,
                HERE,
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                FakeTime.START,
                null);
    }

    /** Returns what a look shows; null for a container that is gone. */
    private Facts facts(Intent intent, @Nullable Status status) {
        Map<String, Sight> containers = status == null
                ? Map.of()
                : Map.of(
                        NAME,
                        new Sight(
                                ID,
                                "myapp",
                                "launch",
                                "demo/myapp",
                                8080,
                                Readiness.port(),
                                status,
                                Health.NONE,
                                HERE));
        return new Facts(
                "engine",
                containers,
                Map.of(),
                Map.of(NAME, new StoredRecord("text", record(intent))),
                Set.of(),
                Set.of(),
                Scope.ALL,
                time.now());
    }

    private Optional<Container> inspect(String id) {
        return Optional.ofNullable(engine.get(id));
    }

    private static Container ended(int exitCode, boolean outOfMemory) {
        return new Container(
                ID,
                NAME,
                "demo/myapp",
                Map.of(),
                Status.EXITED,
                exitCode,
                outOfMemory,
                Health.NONE,
                List.of(),
                FakeTime.START);
    }

    private void look(@Nullable Status status) {
        deaths.seen(facts(Intent.LIVE, status), deaths.mark(), Map::keySet);
    }

    private void look(@Nullable Status status, long mark) {
        deaths.seen(facts(Intent.LIVE, status), mark, Map::keySet);
    }

    private Instant passed() {
        time.advance(Duration.ofSeconds(1));
        return time.now();
    }

    private static InstanceDied died(Instant at, @Nullable Integer exitCode) {
        return new InstanceDied(at, "myapp", NAME, exitCode, false);
    }

    private static InstanceRestarted restarted(Instant at) {
        return new InstanceRestarted(at, "myapp", NAME);
    }

    @Test
    void heardAndSeen_isToldOnceWithWhenItWasHeard() {
        Instant heard = passed();
        deaths.died(ID, 137, false);
        passed();
        look(Status.EXITED);
        look(Status.EXITED);

        assertThat(told).containsExactly(died(heard, 137));
    }

    @Test
    void outOfMemoryAndNoExitCode_isToldSo() {
        deaths.died(ID, ContainerListener.UNKNOWN_EXIT_CODE, true);
        look(Status.EXITED);

        assertThat(told).containsExactly(new InstanceDied(time.now(), "myapp", NAME, null, true));
    }

    @Test
    void seenAndHeardLate_isToldOnce() {
        Instant seen = passed();
        look(Status.EXITED);
        passed();
        deaths.died(ID, 137, false);
        look(Status.EXITED);

        assertThat(told).containsExactly(died(seen, null));
    }

    @Test
    void seenUnheard_isToldWithWhatTheEngineSaysOfItsEnd() {
        engine.put(ID, ended(137, true));
        look(Status.EXITED);
        deaths.died(ID, 137, true);
        look(Status.EXITED);

        assertThat(told).containsExactly(new InstanceDied(time.now(), "myapp", NAME, 137, true));
    }

    @Test
    void heard_theEngineIsNotAsked() {
        engine.put(ID, ended(137, true));
        deaths.died(ID, 1, false);
        look(Status.EXITED);
        look(Status.EXITED);

        assertThat(told).containsExactly(died(time.now(), 1));
    }

    @Test
    void heardAndGone_isTold() {
        Instant heard = passed();
        deaths.died(ID, 137, false);
        look(null);
        look(null);

        assertThat(told).containsExactly(died(heard, 137));
    }

    @Test
    void goneUnheard_isToldOnce() {
        look(null);
        look(null);

        assertThat(told).containsExactly(died(time.now(), null));
    }

    @Test
    void runs_nothingIsTold() {
        look(Status.RUNNING);
        deaths.started(ID);
        look(Status.RUNNING);

        assertThat(told).isEmpty();
    }

    @Test
    void restartedBeforeItWasLookedAt_bothAreTold() {
        Instant heard = passed();
        deaths.died(ID, 1, false);
        deaths.started(ID);
        Instant seen = passed();
        look(Status.RUNNING);
        look(Status.RUNNING);

        assertThat(told).containsExactly(died(heard, 1), restarted(seen));
    }

    @Test
    void diedTwiceBeforeItWasLookedAt_bothDeathsAreTold() {
        Instant first = passed();
        deaths.died(ID, 1, false);
        deaths.started(ID);
        Instant second = passed();
        deaths.died(ID, 2, false);
        look(Status.EXITED);

        assertThat(told).containsExactly(died(first, 1), died(second, 2));
    }

    @Test
    void restartedUnheard_theNextDeathIsTold() {
        deaths.died(ID, 1, false);
        look(Status.EXITED);
        look(Status.RUNNING);
        deaths.died(ID, 2, false);
        look(Status.EXITED);

        assertThat(told).containsExactly(died(time.now(), 1), restarted(time.now()), died(time.now(), 2));
    }

    /** Two threads look, and one may have looked before the death and be done only after it was told. */
    @Test
    void lookOlderThanTheDeath_isNotTakenForARestart() {
        long before = deaths.mark();
        deaths.died(ID, 1, false);
        look(Status.EXITED);
        look(Status.RUNNING, before);
        look(Status.EXITED);

        assertThat(told).containsExactly(died(time.now(), 1));
    }

    @Test
    void lookOlderThanTheRestart_isNotTakenForAnotherDeath() {
        deaths.died(ID, 1, false);
        look(Status.EXITED);
        long before = deaths.mark();
        deaths.started(ID);
        look(Status.EXITED, before);
        look(Status.RUNNING);

        assertThat(told).containsExactly(died(time.now(), 1), restarted(time.now()));
    }

    @Test
    void twoLooksAtOnce_tellOneDeath() {
        long before = deaths.mark();
        look(Status.EXITED, before);
        look(Status.EXITED, before);

        assertThat(told).containsExactly(died(time.now(), null));
    }

    @Test
    void stoppedByForrest_isNoDeath() {
        deaths.died(ID, 143, false);
        deaths.seen(facts(Intent.RETIRING, Status.EXITED), deaths.mark(), Map::keySet);
        deaths.seen(facts(Intent.LAUNCHING, Status.EXITED), deaths.mark(), Map::keySet);
        // A look that read the record before that was noted.
        deaths.seen(facts(Intent.LIVE, Status.EXITED), deaths.mark(), seen -> Set.of());

        assertThat(told).isEmpty();
    }

    @Test
    void ofAnotherLaunchThanIsSupervised_isLeft() {
        Facts all = facts(Intent.LIVE, Status.EXITED);
        Facts others = new Facts(
                all.engine(),
                all.containers(),
                all.announced(),
                all.records(),
                all.orphans(),
                all.untouchable(),
                Scope.of(Map.of(NAME, "another launch")),
                all.now());
        deaths.died(ID, 1, false);
        deaths.seen(others, deaths.mark(), Map::keySet);

        assertThat(told).isEmpty();
    }

    @Test
    void forgetAllBut_whatIsThere_isKeptAndTheRestForgotten() {
        deaths.died("other", 1, false);
        deaths.died(ID, 1, false);
        look(Status.EXITED);
        deaths.forgetAllBut(facts(Intent.LIVE, Status.EXITED), deaths.mark());
        look(Status.EXITED);

        assertThat(told).hasSize(1);
        assertThat(deaths.toString()).contains(ID).doesNotContain("other");
    }

    @Test
    void seenDead_beforeItsEventsCome_isToldOnce() {
        look(Status.EXITED);
        deaths.started(ID);
        look(Status.EXITED);
        deaths.died(ID, 1, false);
        look(Status.EXITED);
        assertThat(told).containsExactly(died(FakeTime.START, null));

        deaths.started(ID);
        look(Status.RUNNING);
        deaths.died(ID, 2, false);
        look(Status.EXITED);
        assertThat(told)
                .containsExactly(died(FakeTime.START, null), restarted(FakeTime.START), died(FakeTime.START, 2));
    }

    /** Who finds a death told begins to repair: it must have been told by then. */
    @Test
    void seen_whileAnotherLookTells_waitsUntilThatIsTold() throws InterruptedException {
        CountDownLatch telling = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Deaths slow = new Deaths(
                time,
                event -> {
                    telling.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                this::inspect);
        Facts dead = facts(Intent.LIVE, Status.EXITED);
        Thread first = new Thread(() -> slow.seen(dead, 0, Map::keySet));
        Thread second = new Thread(() -> slow.seen(dead, 0, Map::keySet));

        first.start();
        assertThat(telling.await(30, TimeUnit.SECONDS)).isTrue();
        second.start();
        try {
            await().until(() -> second.getState() == Thread.State.BLOCKED);
        } finally {
            goOn.countDown();
        }
        first.join();
        second.join();
    }
}
