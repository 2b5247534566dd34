package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.Adoption;
import io.forrest.Instance;
import io.forrest.Launch;
import io.forrest.OnClose;
import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.Reconciliation;
import io.forrest.Repair;
import io.forrest.Scaler;
import io.forrest.Stage;
import io.forrest.Supervision;
import io.forrest.core.internal.record.Intent;
import io.forrest.event.Repaired;
import io.forrest.spi.Container;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an open scaler does by itself. */
class SuperviseTest {

    /** So seldom that only what is told can be why something is done. */
    private static final Duration SELDOM = Duration.ofHours(1);

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    private final Scaler scaler = supervised().build();

    private Forrest.Builder supervised() {
        return world.builder(OnClose.LEAVE).supervision(Supervision.withdraw()).supervisedEvery(SELDOM);
    }

    private static Launch launch(Scaler by) {
        return by.launch(FakeWorld.IMAGE).readyWhen(Readiness.probe(endpoint -> ProbeResult.ready()));
    }

    private Instance announced() {
        return launch(scaler).announce();
    }

    private void awaitKeys(Instance... instances) {
        await().untilAsserted(() -> assertThat(world.registry.values().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        List.of(instances).stream().map(Instance::name).toList()));
    }

    private void awaitStage(Instance instance, Stage stage) {
        await().until(() -> instance.refresh().stage() == stage);
    }

    @AfterEach
    void close() {
        world.faults.heal();
        scaler.close();
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("forrest-supervise")));
    }

    @Test
    void died_isWithdrawnAndTold() {
        Instance kept = announced();
        Instance instance = announced();

        world.engine.kill(instance.id(), 137);

        awaitKeys(kept);
        assertThat(instance.refresh().stage()).isEqualTo(Stage.EXITED);
        await().untilAsserted(() -> assertThat(world.events)
                .filteredOn(Repaired.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(Repaired.class, event -> {
                    assertThat(event.instance()).isEqualTo(instance.name());
                    assertThat(event.repair().what()).isEqualTo(Repair.Action.WITHDRAW);
                }));
    }

    @Test
    void died_betweenItsAnnouncementAndTheEndOfItsLaunch_isWithdrawn() {
        Instance kept = announced();
        await().until(() -> world.asked().contains(Operation.LIST));
        world.faults.on(Operation.ANNOUNCE).about("mine").once().after(() -> world.engine.kill("mine", 1));

        var unused = launch(scaler).named("mine").announce();

        awaitKeys(kept);
    }

    @Test
    void died_whileTheRegistryIsAway_isWithdrawnOnceItIsBack() {
        Instance instance = announced();
        world.faults
                .on(
                        Operation.WATCH,
                        Operation.RECORD_GET,
                        Operation.RECORD_LIST,
                        Operation.ANNOUNCEMENTS,
                        Operation.WITHDRAW)
                .fail();
        world.faults.forgetCalls();
        world.engine.kill(instance.id(), 137);
        await().until(() -> world.asked().contains(Operation.RECORD_GET));
        assertThat(world.registry.values()).hasSize(1);

        world.faults.heal();

        awaitKeys();
    }

    @Test
    void sameFailureAgainAfterAnotherRepairedIt_isToldAgain() {
        try (Scaler busy = supervised().supervisedEvery(Duration.ofMillis(20)).build()) {
            Instance instance = launch(busy).announce();
            String endpoint = world.registry.values().get(instance.name());
            world.faults.on(Operation.ANNOUNCE).about(instance.name()).fail();
            world.registry.delete(instance.name());
            await().untilAsserted(() -> assertThat(failures()).isPositive());

            world.registry.put(instance.name(), String.valueOf(endpoint));
            world.faults.forgetCalls();
            await().until(() ->
                    world.asked().stream().filter(Operation.LIST::equals).count() > 2);
            long before = failures();
            world.registry.delete(instance.name());

            await().untilAsserted(
                            () -> assertThat(failures()).as("%s", world.events).isGreaterThan(before));
        }
    }

    private long failures() {
        return world.events.stream()
                .filter(event ->
                        event instanceof Repaired repaired && repaired.repair().failed())
                .count();
    }

    /** A daemon that cannot be reached does not mean dead containers. */
    @Test
    void engineAway_nothingIsWithdrawn() {
        Instance instance = announced();
        await().until(() -> world.asked().contains(Operation.LIST));
        world.faults
                .on(Operation.CONTAINER_WATCH, Operation.LIST, Operation.FIND)
                .fail();
        world.faults.forgetCalls();
        String endpoint = world.registry.values().get(instance.name());
        world.registry.put(instance.name(), "10.0.0.9:80");
        await().until(() -> world.asked().contains(Operation.FIND));
        world.registry.put(instance.name(), String.valueOf(endpoint));
        await().until(() -> world.asked().contains(Operation.LIST));

        assertThat(world.asked()).doesNotContain(Operation.WITHDRAW, Operation.RECORD_DELETE);
        assertThat(world.registry.values()).containsKey(instance.name());
    }

    @Test
    void unhealthy_isWithdrawnUntilHealthy() {
        world.engine.addImage(
                "demo/healthy", FakeImage.exposing(8080).healthAfter(Duration.ZERO, Container.Health.HEALTHY));
        Instance instance = scaler.launch("demo/healthy").announce();

        world.engine.health(instance.id(), Container.Health.UNHEALTHY);
        awaitKeys();
        world.engine.health(instance.id(), Container.Health.HEALTHY);
        awaitKeys(instance);
    }

    @Test
    void restartedOnAnotherPort_isAnnouncedThere() {
        Instance instance = announced();
        String old = world.registry.values().get(instance.name());

        world.engine.restart(instance.id());

        awaitStage(instance, Stage.ANNOUNCED);
        await().until(() ->
                !String.valueOf(world.registry.values().get(instance.name())).equals(String.valueOf(old)));
    }

    @Test
    void keyDeletedByHand_isBack() {
        Instance instance = announced();

        world.registry.delete(instance.name());

        awaitKeys(instance);
    }

    @Test
    void storeWiped_allAreBack() {
        List<Instance> instances = launch(scaler).announce(20);

        world.registry.wipe();

        awaitKeys(instances.toArray(new Instance[0]));
        await().until(() -> world.registry.records().list("instances").size() == 20);
    }

    @Test
    void withdrawnOnPurpose_staysSo() {
        Instance instance = announced();
        Instance other = announced();
        instance.withdraw();
        world.registry.delete(other.name());

        awaitKeys(other);
        assertThat(instance.refresh().stage()).isEqualTo(Stage.HELD);
    }

    @Test
    void stoppedByAnotherProcessWhileItsKeyIsPutBack_staysStopped() {
        Instance instance = announced();
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        world.faults.on(Operation.ANNOUNCE).about(instance.name()).once().before(() -> {
            try (Scaler second = world.scaler(OnClose.LEAVE)) {
                second.stop(instance.name());
            }
            stopped.complete(null);
        });

        world.registry.delete(instance.name());

        stopped.join();
        await().untilAsserted(world::assertNothingLeft);
        scaler.close();
        world.assertNothingLeft();
    }

    @Test
    void twoHundredDieAtOnce_allAreWithdrawn() {
        Instance kept = announced();
        List<Instance> instances = launch(scaler).announce(100);
        List<Instance> more = launch(scaler).announce(100);

        instances.forEach(instance -> world.engine.kill(instance.id(), 137));
        more.forEach(instance -> world.engine.kill(instance.id(), 137));

        awaitKeys(kept);
    }

    @Test
    void listenerThatThrows_keepsNothingFromBeingDone() {
        var unused = scaler.onEvent(event -> {
            throw new IllegalStateException("a listener of a user's");
        });
        Instance instance = announced();

        world.engine.kill(instance.id(), 1);

        awaitKeys();
    }

    @Test
    void nothingIsTold_isFoundByTheNextPass() {
        world.faults.on(Operation.WATCH, Operation.CONTAINER_WATCH).fail();
        try (Scaler often = supervised().supervisedEvery(Duration.ofMillis(50)).build()) {
            Instance instance = launch(often).announce();
            world.engine.kill(instance.id(), 1);

            awaitKeys();
            world.engine.restart(instance.id());
            awaitKeys(instance);
        }
    }

    @Test
    void died_lookEndsInAnError_isLookedAtAgainAndSoAreOthers() {
        Instance kept = announced();
        Instance other = announced();
        Instance instance = announced();
        await().until(() -> world.asked().contains(Operation.LIST));
        world.faults.on(Operation.RECORD_GET).about(instance.name()).once().before(SuperviseTest::error);

        world.engine.kill(instance.id(), 1);
        awaitKeys(kept, other);

        world.engine.kill(other.id(), 1);
        awaitKeys(kept);
    }

    @Test
    void died_earlierPassEndedInAnError_isFoundByThePassAfterALookThatFailed() {
        world.faults.on(Operation.RECORD_LIST).times(2).before(SuperviseTest::error);
        Instance kept = announced();
        Instance instance = announced();
        await().until(() -> world.asked().contains(Operation.RECORD_LIST));
        world.faults.on(Operation.RECORD_GET).about(instance.name()).once().fail();

        world.engine.kill(instance.id(), 1);

        awaitKeys(kept);
    }

    private static void error() {
        throw new InternalError(
                "as a test has it"); // not what a lack of threads throws: the build takes that for its own
    }

    @Test
    void close_interrupted_beginsNoRepairAnyMore() throws Exception {
        int lanes = 32;
        world.faults.on(Operation.WATCH, Operation.CONTAINER_WATCH).fail();
        Scaler closing = supervised().build();
        launch(closing).announce();
        List<Instance> instances = launch(world.scaler).announce(lanes + 8); // which looks at none of them by itself
        await().until(() -> world.asked().contains(Operation.LIST));
        world.faults.on(Operation.WITHDRAW).hang();
        instances.forEach(instance -> world.engine.kill(instance.id(), 1));
        CompletableFuture<Reconciliation> reconciled = CompletableFuture.supplyAsync(closing::reconcile);
        world.faults.awaitHanging(lanes);

        Thread.currentThread().interrupt();
        closing.close();
        assertThat(Thread.interrupted()).isTrue();
        world.faults.forgetCalls();
        world.faults.heal();

        assertThat(reconciled.join().repairs()).hasSize(lanes);
        assertThat(world.asked()).doesNotContain(Operation.WITHDRAW);
    }

    @Test
    void close_duringARepair_waitsForItAndWithdrawsNothing() throws Exception {
        Instance kept = announced();
        Instance instance = announced();
        world.faults.on(Operation.WITHDRAW).once().hang();
        world.engine.kill(instance.id(), 1);
        world.faults.awaitHanging(1);

        CompletableFuture<Void> closed = CompletableFuture.runAsync(scaler::close);
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("forrest-supervise")));
        assertThat(closed).isNotDone();
        world.faults.heal();
        closed.join();

        assertThat(world.registry.values()).containsOnlyKeys(kept.name());
    }

    @Test
    void close_scalerWithInstances_supervisesThemNoLonger() {
        Instance instance = announced();
        scaler.close();
        world.faults.forgetCalls();

        world.engine.kill(instance.id(), 1);
        world.registry.put("other", "10.0.0.9:80");

        await().during(Duration.ofMillis(500)).untilAsserted(() -> {
            assertThat(world.registry.values()).containsKey(instance.name());
            assertThat(world.asked()).doesNotContain(Operation.WITHDRAW, Operation.LIST, Operation.RECORD_GET);
        });
    }

    @Test
    void scalerThatLaunchedNothing_watchesNothing() {
        world.launch().announce();

        assertThat(world.asked()).doesNotContain(Operation.WATCH, Operation.CONTAINER_WATCH);
    }

    @Test
    void own_instanceOfAnotherScaler_isLeft() {
        Instance others = world.launch().announce();
        Instance own = announced();
        world.engine.kill(others.id(), 1);
        world.engine.kill(own.id(), 1);

        awaitKeys(others);
    }

    @Test
    void all_whatAnEarlierProcessLeft_isTakenCareOf() {
        CutOff cutOff = new CutOff(world);
        Instance launching = cutOff.launching(true, Intent.LIVE);
        Instance dead = world.launch().announce();
        Instance retiring = cutOff.retiring(true);
        world.engine.kill(dead.id(), 1);

        try (Scaler adopting = supervised().adopt(Adoption.ALL).build()) {
            awaitKeys(launching);
            awaitStage(retiring, Stage.GONE);
            assertThat(adopting.instances()).hasSize(2);
        }
    }
}
