package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forrest.Adoption;
import io.forrest.Fleet;
import io.forrest.Instance;
import io.forrest.Launch;
import io.forrest.OnClose;
import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.Scaler;
import io.forrest.Stage;
import io.forrest.Step;
import io.forrest.Supervision;
import io.forrest.event.InstanceDied;
import io.forrest.event.InstanceReplaced;
import io.forrest.event.ReplacingSuspended;
import io.forrest.event.StepFailed;
import io.forrest.spi.Container;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Successors are launched for what died, within a budget, and for nothing else. */
class ReplaceTest {

    private static final Duration SELDOM = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(20);
    private static final String WEB = "demo/web";

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    private final Scaler scaler = replacing(100).build();

    ReplaceTest() {
        world.engine.addImage(WEB, FakeImage.exposing(8080));
    }

    private Forrest.Builder replacing(int atMost) {
        return world.builder(OnClose.LEAVE)
                .supervision(Supervision.replace(atMost, Duration.ofHours(1)))
                .replacedAfter(SOON, Duration.ofMillis(100))
                .supervisedEvery(SELDOM);
    }

    private static Launch launch(Scaler by) {
        return by.launch(WEB).drainFor(Duration.ZERO);
    }

    private List<String> running() {
        return world.engine.containers().stream()
                .filter(container -> container.status() == Container.Status.RUNNING)
                .map(Container::name)
                .toList();
    }

    /** Returns the containers, by which they are told apart: a name is free again once its container is gone. */
    private List<String> ids() {
        return world.engine.containers().stream().map(Container::id).toList();
    }

    /** Waits until just so many run and are announced, and the dead are taken back. */
    private void awaitExactly(int count) {
        await().untilAsserted(() -> {
            assertThat(world.engine.containers()).hasSize(count);
            assertThat(running()).hasSize(count);
            assertThat(world.registry.values().keySet()).containsExactlyInAnyOrderElementsOf(running());
            assertThat(world.registry.records().list("instances").keySet())
                    .containsExactlyInAnyOrderElementsOf(running());
            assertThat(world.registry.records().list("leases")).isEmpty();
        });
    }

    private <T> List<T> told(Class<T> kind) {
        return world.events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @AfterEach
    void close() {
        world.faults.heal();
        scaler.close();
    }

    @Test
    void died_outsideOfAnyFleet_isLaunchedAnewAndTakenBack() {
        Instance kept = launch(scaler).announce();
        Instance dead = launch(scaler).announce();

        world.engine.kill(dead.id(), 137);

        await().until(() -> !told(InstanceReplaced.class).isEmpty());
        awaitExactly(2);
        assertThat(ids()).contains(kept.id()).doesNotContain(dead.id());
        assertThat(told(InstanceReplaced.class))
                .singleElement()
                .satisfies(event -> assertThat(running()).contains(event.instance()));
    }

    @Test
    void died_named_isLaunchedAnewUnderItsName() {
        Instance dead = launch(scaler).named("the-one").announce();
        world.engine.kill(dead.id(), 137);
        await().until(() -> !told(InstanceReplaced.class).isEmpty());
        awaitExactly(1);
        assertThat(running()).containsExactly("the-one");
    }

    @Test
    void removedByHand_outsideOfAnyFleet_isLaunchedAnew() {
        Instance gone = launch(scaler).announce();
        world.runtime.remove(gone.id());
        await().until(() -> !told(InstanceReplaced.class).isEmpty());
        awaitExactly(1);
    }

    @Test
    void memberDied_fleetIsBroughtBackToItsSize() {
        Fleet fleet = launch(scaler).fleet();
        fleet.scaleTo(5);
        List<String> killed = ids().subList(0, 3);
        killed.forEach(id -> world.engine.kill(id, 1));
        await().untilAsserted(() -> assertThat(told(InstanceReplaced.class)).hasSize(3));
        awaitExactly(5);
        assertThat(ids()).doesNotContainAnyElementsOf(killed);
    }

    @Test
    void memberStoppedByHand_fleetIsBroughtBackToItsSize() {
        try (Scaler busy = replacing(5).supervisedEvery(SOON).build();
                Scaler other = world.scaler(OnClose.LEAVE)) {
            launch(busy).fleet().scaleTo(2);
            other.stop(running().get(0));
            awaitExactly(2);
        }
    }

    @Test
    void stoppedByAnother_outsideOfAnyFleet_isNotReplaced() {
        Instance stopped = launch(scaler).announce();
        Instance dead = launch(scaler).announce();
        try (Scaler other = world.scaler(OnClose.LEAVE)) {
            other.stop(stopped.name());
        }
        world.engine.kill(dead.id(), 1);
        await().until(() -> !told(InstanceReplaced.class).isEmpty());
        awaitExactly(1);
        assertThat(told(InstanceReplaced.class)).hasSize(1);
    }

    @Test
    void unhealthyOrHeld_isNotReplaced() {
        world.engine.addImage(
                "demo/checked",
                FakeImage.exposing(8080).withHealthcheck().healthAfter(Duration.ZERO, Container.Health.HEALTHY));
        Instance ill = scaler.launch("demo/checked").announce();
        Instance held = launch(scaler).start();
        Instance dead = launch(scaler).announce();
        world.engine.health(ill.id(), Container.Health.UNHEALTHY);
        await().until(() -> !world.registry.values().containsKey(ill.name()));
        world.engine.kill(held.id(), 1);
        world.engine.kill(dead.id(), 1);
        await().until(() -> !told(InstanceReplaced.class).isEmpty());
        await().until(() -> world.engine.containers().size() == 3);
        assertThat(told(InstanceReplaced.class)).hasSize(1);
        assertThat(running()).contains(ill.name());
    }

    @Test
    void restartedAtOnce_isNotTakenForDead() {
        Scaler patient =
                replacing(5).replacedAfter(Duration.ofSeconds(1), SELDOM).build();
        try (patient) {
            Instance restarted = launch(patient).announce();
            world.engine.restart(restarted.id()); // which it dies of, and runs again
            await().until(() -> restarted.refresh().stage() == Stage.ANNOUNCED);
            Instance dead = launch(patient).app("other").announce();
            world.engine.kill(dead.id(), 1);
            await().until(() -> !told(InstanceReplaced.class).isEmpty());
            assertThat(told(InstanceReplaced.class))
                    .extracting(InstanceReplaced::app)
                    .containsOnly("other");
            assertThat(running()).contains(restarted.name());
        }
    }

    @Test
    void crashLoop_endsInOneEventAndSilence() {
        try (Scaler few = replacing(3).build()) {
            world.engine.addImage(
                    "demo/crash", FakeImage.exposing(8080).exitsAtOnce(3).logs("no such file"));
            Fleet fleet = launch(few).app("web").fleet();
            fleet.scaleTo(1);
            Fleet other = few.launch("demo/other").app("other").fleet();
            assertThat(other.app()).isEqualTo("other");
            world.engine.addImage(WEB, FakeImage.exposing(8080).exitsAtOnce(3).logs("no such file"));
            world.engine.kill(running().get(0), 1);

            await().until(() -> !told(ReplacingSuspended.class).isEmpty());
            assertThat(told(ReplacingSuspended.class)).singleElement().satisfies(event -> {
                assertThat(event.app()).isEqualTo("web");
                assertThat(event.replaced()).isEqualTo(3);
                assertThat(event.missing()).isEqualTo(1);
                assertThat(event.lastFailure()).contains("exit");
            });
            long starts = starts();
            // What is looked at for another reason does not begin it anew.
            Instance more = few.launch(FakeWorld.IMAGE)
                    .readyWhen(Readiness.probe(endpoint -> ProbeResult.ready()))
                    .announce();
            world.engine.kill(more.id(), 1);
            await().until(() -> told(InstanceReplaced.class).size() == 1);
            assertThat(starts()).isEqualTo(starts + 2);
            assertThat(told(ReplacingSuspended.class)).hasSize(1);
            assertThat(world.engine.containers()).hasSize(1);
        }
    }

    private long starts() {
        return world.asked().stream().filter(Operation.START::equals).count();
    }

    @Test
    void successorCannotBeLaunchedAtFirst_isLaunchedLater() {
        Instance dead = launch(scaler).announce();
        world.faults.on(Operation.START).times(3).refuse();
        world.engine.kill(dead.id(), 1);
        await().until(() -> !told(InstanceReplaced.class).isEmpty());
        awaitExactly(1);
    }

    @Test
    void heldAndRemovedByHand_isForgotten() {
        Instance held = launch(scaler).start();
        world.runtime.remove(held.id());
        awaitExactly(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void memberOfAWipedFleetGoes_isReplacedByWhoLaunchedIt(boolean removed) {
        try (Scaler busy = replacing(5).supervisedEvery(SOON).build()) {
            launch(busy).fleet().scaleTo(2);
            world.registry.wipe();
            await().until(() -> world.registry.values().size() == 2);
            Container gone = world.engine.containers().get(0);
            if (removed) {
                world.runtime.remove(gone.id());
            } else {
                world.engine.kill(gone.id(), 1);
            }
            await().until(() -> !told(InstanceReplaced.class).isEmpty());
            awaitExactly(2);
        }
    }

    @Test
    void deadCannotBeTakenBack_successorIsToldAllTheSame() {
        launch(scaler).fleet().scaleTo(1);
        String dead = running().get(0);
        long before = starts();
        world.faults
                .on(Operation.RECORD_GET)
                .about(dead)
                .during(() -> starts() > before)
                .fail();
        world.engine.kill(dead, 1);
        await().until(() -> told(InstanceReplaced.class).size() == 1);
    }

    @Test
    void nobodyCanTellWhetherTheDeadWasTakenBack_isReplacedOnce() {
        Instance dead = launch(scaler).announce();
        world.faults.on(Operation.RECORD_SET).about(dead.name()).once().loseAnswer();
        world.engine.kill(dead.id(), 1);
        await().untilAsserted(() -> assertThat(told(InstanceReplaced.class)).hasSize(1));
        awaitExactly(1);
        assertThat(told(InstanceReplaced.class)).hasSize(1);
    }

    @Test
    void nobodyCanTellAndTheDeadWasNotTakenBack_isReplacedOnce() {
        Instance dead = launch(scaler).announce();
        world.faults.on(Operation.RECORD_SET).about(dead.name()).once().loseRequest();
        world.engine.kill(dead.id(), 1);
        await().until(() -> !told(InstanceReplaced.class).isEmpty());
        awaitExactly(1);
        assertThat(told(InstanceReplaced.class)).hasSize(1);
    }

    /** Whoever replaces one takes back all that are dead: of none of them could a death be told afterwards. */
    @Test
    void diedWhileAnotherIsReplaced_isToldBeforeItIsTakenBack() throws Exception {
        Instance first = launch(scaler).announce();
        Instance second = launch(scaler).announce();
        Gate attempt = new Gate();
        Gate look = new Gate();
        world.faults.on(Operation.RECORD_SET).about("web").once().before(attempt::pass);
        world.engine.kill(first.id(), 1);
        attempt.awaitReached();
        world.faults.on(Operation.RECORD_GET).about(second.name()).once().before(look::pass);
        world.engine.kill(second.id(), 1);
        look.awaitReached();

        attempt.open();
        await().untilAsserted(() -> assertThat(told(InstanceReplaced.class)).hasSize(2));
        look.open();

        awaitExactly(2);
        assertThat(told(InstanceDied.class))
                .extracting(InstanceDied::instance)
                .containsExactlyInAnyOrder(first.name(), second.name());
    }

    @Test
    void stoppedWhileItsSuccessorCannotBeLaunched_isNotReplaced() {
        Instance dead = launch(scaler).named("the-one").announce();
        AtomicBoolean refused = new AtomicBoolean(true);
        world.faults.on(Operation.START).during(refused::get).refuse();
        world.engine.kill(dead.id(), 1);
        await().until(() -> starts() > 2);

        // Found or not: an attempt may be under way, which has a record of that name.
        scaler.stop("the-one");
        refused.set(false);
        Instance other = launch(scaler).announce();
        world.engine.kill(other.id(), 1);
        await().until(() -> !told(InstanceReplaced.class).isEmpty());
        awaitExactly(1);
        assertThat(running()).doesNotContain("the-one");
    }

    @Test
    void stoppedWhileItsSuccessorIsLaunched_takesTheSuccessorBack() {
        Instance dead = launch(scaler).announce();
        world.faults.on(Operation.START).once().before(dead::stop);
        world.engine.kill(dead.id(), 1);
        await().until(() -> starts() == 2);
        awaitExactly(0);
        assertThat(told(InstanceReplaced.class)).isEmpty();
    }

    @Test
    void diedWhileNobodyLooked_isReplacedByWhoeverAdoptsAll() {
        Scaler gone = world.scaler(OnClose.LEAVE);
        launch(gone).fleet().scaleTo(3);
        gone.close();
        running().subList(0, 2).forEach(name -> world.engine.kill(name, 1));
        try (Scaler heir = replacing(100).adopt(Adoption.ALL).build()) {
            awaitExactly(3);
            heir.fleet("web").stop();
        }
    }

    @Test
    void scaleTo_nothingToLaunch_hasTheFleetSupervisedAllTheSame() {
        Scaler gone = world.scaler(OnClose.LEAVE);
        launch(gone).fleet().scaleTo(2);
        gone.close();
        try (Scaler heir = replacing(100).supervisedEvery(SOON).build()) {
            assertThat(launch(heir).fleet().scaleTo(2).launched()).isEmpty();
            world.engine.kill(running().get(0), 1);
            awaitExactly(2);
        }
    }

    @Test
    void takingTheDeadBackFails_successorIsLaunchedAllTheSame() {
        Instance dead = launch(scaler).announce();
        world.faults.on(Operation.REMOVE).once().fail();
        world.engine.kill(dead.id(), 1);
        await().until(() -> !told(InstanceReplaced.class).isEmpty());
        assertThat(running()).hasSize(1);
    }

    /** What is left half launched by this very process, which lives, is not taken for a launch that is under way. */
    @Test
    void successorThatCannotBeLaunchedNorUndone_isTakenBackAndLaunchedLater() {
        launch(scaler).fleet().scaleTo(2);
        AtomicBoolean away = new AtomicBoolean();
        world.faults.on(Operation.START).once().after(() -> away.set(true));
        world.faults
                .on(Operation.FIND, Operation.LIST, Operation.LOGS, Operation.STOP, Operation.REMOVE)
                .during(away::get)
                .fail();
        world.engine.kill(running().get(0), 137);
        await().until(() -> told(StepFailed.class).stream().anyMatch(event -> event.step() == Step.READY));

        away.set(false);
        awaitExactly(2);
    }

    /** As it is left by a supervisor that is killed between the launch of a successor and the removal of the dead. */
    @Test
    void deadMemberBesideAWholeFleet_isTakenBack() {
        Scaler gone = world.scaler(OnClose.LEAVE);
        launch(gone).fleet().scaleTo(2);
        world.engine.kill(running().get(0), 137);
        gone.reconcile(); // its key is gone already, so that nothing will be told of it
        var unused = launch(gone).announce();
        gone.close();
        try (Scaler heir = replacing(100).adopt(Adoption.ALL).build()) {
            awaitExactly(2);
            assertThat(told(InstanceReplaced.class)).isEmpty();
            heir.fleet("web").stop();
        }
    }

    @Test
    void replace_outOfRange_isRefused() {
        assertThatThrownBy(() -> Supervision.replace(0, Duration.ofMinutes(1))).hasMessageContaining("was 0");
        assertThatThrownBy(() -> Supervision.replace(1, Duration.ZERO)).hasMessageContaining("was PT0S");
        assertThat(Supervision.replace(5, Duration.ofMinutes(10))).hasToString("replace at most 5 per PT10M");
    }

    /** Holds up who passes it until it is opened. */
    private static final class Gate {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);

        void pass() {
            reached.countDown();
            try {
                opened.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void awaitReached() throws InterruptedException {
            assertThat(reached.await(30, TimeUnit.SECONDS)).isTrue();
        }

        void open() {
            opened.countDown();
        }
    }
}
