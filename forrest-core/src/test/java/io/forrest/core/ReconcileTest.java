package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.forrest.ContainerRuntimeException;
import io.forrest.Instance;
import io.forrest.OnClose;
import io.forrest.ReconcileMode;
import io.forrest.Reconciliation;
import io.forrest.RegistryException;
import io.forrest.Repair;
import io.forrest.Repair.Action;
import io.forrest.Scaler;
import io.forrest.Stage;
import io.forrest.core.internal.record.Intent;
import io.forrest.event.Repaired;
import io.forrest.spi.Container;
import io.forrest.spi.RecordKey;
import io.forrest.testkit.FakeContainerRuntime;
import io.forrest.testkit.FakeEngine;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One pass over all instances of an engine. */
class ReconcileTest {

    private static final Set<Operation> CHANGING = EnumSet.of(
            Operation.ANNOUNCE,
            Operation.WITHDRAW,
            Operation.RECORD_SET,
            Operation.RECORD_DELETE,
            Operation.START,
            Operation.STOP,
            Operation.REMOVE);

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    private final CutOff cutOff = new CutOff(world);

    private static List<Action> actions(Reconciliation reconciliation) {
        assertThat(reconciliation.failures()).isEmpty();
        return reconciliation.repairs().stream().map(Repair::what).toList();
    }

    private Stage stage(Instance instance) {
        return instance.refresh().stage();
    }

    /** Asserts that a second pass finds nothing to do. */
    private void assertSettled() {
        assertThat(world.scaler.reconcile(ReconcileMode.DRY_RUN).repairs()).isEmpty();
    }

    @Test
    void reconcile_allIsWell_doesNothing() {
        world.launch().announce();
        world.launch().start();
        world.faults.forgetCalls();

        assertThat(world.scaler.reconcile()).isEqualTo(new Reconciliation(ReconcileMode.REPAIR, List.of(), List.of()));
        assertThat(world.asked()).doesNotContainAnyElementsOf(CHANGING);
    }

    @Test
    void reconcile_died_isWithdrawnAndStillSeenAsExited() {
        Instance instance = world.launch().announce();
        world.engine.kill(instance.id(), 137);

        assertThat(world.scaler.reconcile().repairs())
                .extracting(Repair::app, Repair::instance, Repair::what, Repair::why)
                .containsExactly(tuple("myapp", instance.name(), Action.WITHDRAW, "its container does not run"));
        assertThat(world.registry.values()).isEmpty();
        assertThat(stage(instance)).isEqualTo(Stage.EXITED);
        assertSettled();
    }

    @Test
    void reconcile_diedAndRunsAgainElsewhere_isAnnouncedAnew() {
        Instance instance = world.launch().announce();
        world.engine.kill(instance.id(), 1);
        world.scaler.reconcile();
        world.engine.restart(instance.id());

        assertThat(actions(world.scaler.reconcile())).containsExactly(Action.ANNOUNCE);
        assertThat(stage(instance)).isEqualTo(Stage.ANNOUNCED);
        assertSettled();
    }

    @Test
    void reconcile_restartedOnAnotherPort_replacesTheKey() {
        Instance instance = world.launch().announce();
        String old = world.registry.values().get(instance.name());
        world.engine.restart(instance.id());

        assertThat(actions(world.scaler.reconcile())).containsExactly(Action.WITHDRAW, Action.ANNOUNCE);
        assertThat(stage(instance)).isEqualTo(Stage.ANNOUNCED);
        assertThat(world.registry.values().get(instance.name())).isNotEqualTo(old);
        assertSettled();
    }

    @Test
    void reconcile_restartedAndDoesNotAnswer_isWithdrawnAndToldWhy() {
        world.engine.addImage("demo/slow", FakeImage.exposing(8080).listensAfter(Duration.ofSeconds(30)));
        Instance instance = world.scaler.launch("demo/slow").announce();
        world.engine.restart(instance.id());

        Reconciliation reconciliation = world.scaler.reconcile();

        assertThat(reconciliation.repairs()).extracting(Repair::what).containsExactly(Action.WITHDRAW, Action.ANNOUNCE);
        assertThat(reconciliation.failures())
                .singleElement()
                .satisfies(repair -> assertThat(repair.failure()).contains("does not answer"));
        assertThat(world.registry.values()).isEmpty();
        world.time.advance(Duration.ofSeconds(30));
        assertThat(actions(world.scaler.reconcile())).containsExactly(Action.ANNOUNCE);
    }

    @Test
    void reconcile_unhealthy_isWithdrawnUntilHealthy() {
        world.engine.addImage(
                "demo/healthy", FakeImage.exposing(8080).healthAfter(Duration.ZERO, Container.Health.HEALTHY));
        Instance instance = world.scaler.launch("demo/healthy").announce();
        world.engine.health(instance.id(), Container.Health.UNHEALTHY);

        assertThat(actions(world.scaler.reconcile())).containsExactly(Action.WITHDRAW);
        assertThat(stage(instance)).isEqualTo(Stage.UNANNOUNCED);
        assertSettled();
        world.engine.health(instance.id(), Container.Health.HEALTHY);
        assertThat(actions(world.scaler.reconcile())).containsExactly(Action.ANNOUNCE);
        assertThat(stage(instance)).isEqualTo(Stage.ANNOUNCED);
    }

    @Test
    void reconcile_keyLost_isAnnouncedAgain() {
        Instance instance = world.launch().announce();
        world.registry.delete(instance.name());

        assertThat(actions(world.scaler.reconcile())).containsExactly(Action.ANNOUNCE);
        assertThat(stage(instance)).isEqualTo(Stage.ANNOUNCED);
        await().until(() -> world.events.stream().anyMatch(Repaired.class::isInstance));
    }

    @Test
    void reconcile_containerRemoved_isWithdrawnAndForgotten() {
        Instance instance = world.launch().announce();
        world.runtime.remove(instance.id());

        assertThat(actions(world.scaler.reconcile())).containsExactly(Action.WITHDRAW, Action.FORGET);
        world.assertNothingLeft();
        assertSettled();
    }

    @Test
    void reconcile_storeWiped_announcesAndRecordsAnewAndStopsNothing() {
        List<Instance> instances = world.launch().announce(20);
        world.registry.wipe();

        assertThat(actions(world.scaler.reconcile())).hasSize(20).containsOnly(Action.RECORD);
        assertThat(instances).allSatisfy(instance -> assertThat(stage(instance)).isEqualTo(Stage.ANNOUNCED));
        assertSettled();
        assertThat(instances.get(0).stop().found()).isTrue();
    }

    @Test
    void reconcile_launchingLeftByADeadProcess_isFinishedAsItWasToBe() {
        Instance announced = cutOff.launching(true, Intent.LIVE);
        Instance held = cutOff.launching(true, Intent.HELD);

        assertThat(actions(world.scaler.reconcile())).containsExactly(Action.FINISH_LAUNCH, Action.FINISH_LAUNCH);
        assertThat(stage(announced)).isEqualTo(Stage.ANNOUNCED);
        assertThat(stage(held)).isEqualTo(Stage.HELD);
        assertThat(world.registry.values()).containsOnlyKeys(announced.name());
        assertSettled();
    }

    @Test
    void reconcile_launchingLeftPastItsTime_isUndone() {
        Instance left = cutOff.launching(true, Intent.LIVE);
        world.time.advance(Duration.ofMinutes(6));

        assertThat(actions(world.scaler.reconcile())).containsExactly(Action.UNDO_LAUNCH);
        assertThat(stage(left)).isEqualTo(Stage.GONE);
        world.assertNothingLeft();
    }

    @Test
    void reconcile_launchingByALivingProcess_isLeft() {
        cutOff.launching(false, Intent.LIVE);

        assertSettled();
    }

    @Test
    void reconcile_retiringLeftByADeadProcess_isFinished() {
        cutOff.retiring(true);

        assertThat(actions(world.scaler.reconcile())).containsExactly(Action.FINISH_RETIREMENT);
        world.assertNothingLeft();
    }

    @Test
    void reconcile_retiringByALivingProcess_isLeftWhileThatHasTime() {
        cutOff.retiring(false);

        assertSettled();
        world.time.advance(Duration.ofMinutes(2));
        assertThat(actions(world.scaler.reconcile())).containsExactly(Action.FINISH_RETIREMENT);
        world.assertNothingLeft();
    }

    @Test
    void reconcile_ofAnotherEngineOrForeign_isNeverTouched() {
        Instance elsewhere = world.launch().announce();
        world.engine.kill(elsewhere.id(), 1);
        world.registry.put("theirs", "10.0.0.9:80");
        try (var other = new FakeEngine(world.time, 2);
                Scaler second = Forrest.builder(new FakeContainerRuntime(other), world.registry)
                        .advertise("127.0.0.1")
                        .build()) {
            Foreign.start(other.addImage(FakeWorld.IMAGE, FakeImage.exposing(8080)), "untold");
            Reconciliation reconciliation = second.reconcile();

            assertThat(reconciliation.repairs()).isEmpty();
            assertThat(reconciliation.foreign()).containsExactly("theirs");
            assertThat(other.containers()).hasSize(1);
        }
        assertThat(world.registry.values()).containsOnlyKeys("theirs", elsewhere.name());
    }

    @Test
    void reconcile_containerOfAnImageThatCarriesOurLabels_isLeft() {
        Instance instance = world.launch().announce();
        Container original = world.runtime.find(instance.id()).orElseThrow();
        String endpoint = world.registry.values().get(instance.name());
        var copy = Foreign.spec("copied", FakeWorld.IMAGE, original.labels());
        var unused = world.runtime.start(copy);
        world.registry.wipe();

        assertThat(world.scaler.reconcile().repairs())
                .extracting(Repair::instance)
                .containsExactly(instance.name());
        assertThat(world.registry.values()).containsOnlyKeys(instance.name()).containsEntry(instance.name(), endpoint);
    }

    @Test
    void reconcile_byAScalerThatAdvertisesAnotherAddress_keepsTheEndpoint() {
        Instance instance = world.launch().announce();
        String endpoint = world.registry.values().get(instance.name());
        try (Scaler second = Forrest.builder(world.runtime, world.registry)
                .advertise("127.0.0.2")
                .time(world.time)
                .build()) {
            assertThat(second.reconcile().repairs()).isEmpty();
            world.registry.delete(instance.name());
            assertThat(actions(second.reconcile())).containsExactly(Action.ANNOUNCE);
        }
        assertThat(world.registry.values()).containsEntry(instance.name(), endpoint);
    }

    @Test
    void reconcile_dryRun_tellsAllAndChangesNothing() {
        Instance dead = world.launch().named("dead").announce();
        world.engine.kill(dead.id(), 1);
        world.registry.delete(world.launch().named("lost").announce().name());
        world.faults.forgetCalls();

        Reconciliation told = world.scaler.reconcile(ReconcileMode.DRY_RUN);

        assertThat(told.repairs())
                .extracting(Repair::instance, Repair::what)
                .containsExactly(tuple("dead", Action.WITHDRAW), tuple("lost", Action.ANNOUNCE));
        assertThat(world.asked()).doesNotContainAnyElementsOf(CHANGING);
        assertThat(world.scaler.reconcile().repairs()).isEqualTo(told.repairs());
    }

    @Test
    void reconcile_engineGone_throwsAndChangesNothing() {
        world.launch().announce();
        world.faults.on(Operation.LIST).fail();
        world.faults.forgetCalls();

        assertThatThrownBy(world.scaler::reconcile).isInstanceOf(ContainerRuntimeException.class);
        assertThat(world.asked()).doesNotContainAnyElementsOf(CHANGING);
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"RECORD_LIST", "ANNOUNCEMENTS"})
    void reconcile_registryGone_throwsAndChangesNothing(Operation operation) {
        Instance instance = world.launch().announce();
        world.engine.kill(instance.id(), 1);
        world.faults.on(operation).fail();
        world.faults.forgetCalls();

        assertThatThrownBy(world.scaler::reconcile).isInstanceOf(RegistryException.class);
        assertThat(world.asked()).doesNotContainAnyElementsOf(CHANGING);
    }

    @Test
    void reconcile_closedScaler_isRefused() {
        world.scaler.close();

        assertThatThrownBy(world.scaler::reconcile).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void reconcile_oneFails_othersGoOn() {
        world.registry.delete(world.launch().named("first").announce().name());
        world.registry.delete(world.launch().named("second").announce().name());
        world.faults.on(Operation.ANNOUNCE).about("first").once().refuse();

        Reconciliation reconciliation = world.scaler.reconcile();

        assertThat(reconciliation.failures()).extracting(Repair::instance).containsExactly("first");
        assertThat(world.registry.values()).containsOnlyKeys("second");
        assertThat(actions(world.scaler.reconcile())).containsExactly(Action.ANNOUNCE);
    }

    @Test
    void reconcile_oldKeyCannotBeTaken_announcesNothing() {
        Instance instance = world.launch().announce();
        world.engine.restart(instance.id());
        world.faults.on(Operation.WITHDRAW).once().refuse();

        assertThat(world.scaler.reconcile().repairs())
                .extracting(Repair::what, Repair::failed)
                .containsExactly(tuple(Action.WITHDRAW, true));
        assertThat(actions(world.scaler.reconcile())).containsExactly(Action.WITHDRAW, Action.ANNOUNCE);
    }

    @Test
    void reconcile_announcedByAnotherBeforeItsKeyIsTaken_keepsTheKey() {
        Instance held = heldWithAKey();
        world.faults.on(Operation.RECORD_GET).once().before(held::announce);

        assertThat(world.scaler.reconcile().repairs()).isEmpty();
        assertThat(stage(held)).isEqualTo(Stage.ANNOUNCED);
        assertThat(world.asked()).doesNotContain(Operation.WITHDRAW);
    }

    @Test
    void reconcile_announcedByAnotherWhileItsKeyIsTaken_putsTheKeyBack() {
        Instance held = heldWithAKey();
        world.faults.on(Operation.WITHDRAW).once().before(held::announce);

        assertThat(world.scaler.reconcile().repairs()).isEmpty();
        assertThat(stage(held)).isEqualTo(Stage.ANNOUNCED);
    }

    private Instance heldWithAKey() {
        Instance held = world.launch().start();
        world.registry.put(held.name(), held.endpoint().toString());
        return held;
    }

    @Test
    void reconcile_diesWhileItIsAnnounced_isNotLeftAnnounced() {
        Instance instance = world.launch().announce();
        world.registry.delete(instance.name());
        world.faults.on(Operation.ANNOUNCE).once().before(() -> world.engine.kill(instance.id(), 1));

        assertThat(world.scaler.reconcile().repairs()).isEmpty();
        assertThat(world.registry.values()).isEmpty();
    }

    /** Whoever stops an instance deletes its record, and nobody else would know whose the key is. */
    @Test
    void reconcile_cannotConfirmAfterAStop_takesTheKeyBackTheNextTime() {
        Instance instance = world.launch().named("mine").announce();
        world.registry.delete("mine");
        world.faults.on(Operation.ANNOUNCE).once().before(() -> {
            instance.stop();
            world.faults.on(Operation.RECORD_GET).once().fail();
        });

        assertThat(world.scaler.reconcile().failures()).hasSize(1);
        assertThat(world.registry.values()).containsKey("mine");
        assertThat(world.scaler.reconcile(ReconcileMode.DRY_RUN).foreign()).containsExactly("mine");
        assertThat(world.scaler.reconcile().repairs()).isEmpty();
        world.assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"RECORD_SET", "PREPARE", "START", "FIND", "ANNOUNCE"})
    void reconcile_duringALaunchInEachStage_leavesItAlone(Operation stage) throws Exception {
        world.faults.on(stage).once().hang();
        CompletableFuture<Instance> coming = world.launch().announceAsync();
        world.faults.awaitHanging(1);

        try (Scaler second = world.scaler(OnClose.LEAVE)) {
            if (stage != Operation.ANNOUNCE) {
                assertThat(second.reconcile().repairs()).isEmpty();
                assertThat(world.scaler.reconcile().repairs()).isEmpty();
            } else {
                // Its record says that it shall be announced, and so it is: the launch finds its own key there.
                assertThat(actions(second.reconcile())).containsExactly(Action.ANNOUNCE);
            }
        }
        world.faults.heal();
        assertThat(stage(coming.join())).isEqualTo(Stage.ANNOUNCED);
        assertSettled();
    }

    @Test
    void reconcile_launchingWithoutAPortOnTheAdvertisedAddress_saysSo() {
        Instance orphan = cutOff.launching(true, Intent.LIVE);
        cutOff.forgetEndpoint(orphan);
        try (Scaler elsewhere =
                world.builder(OnClose.LEAVE).advertise("fd00::9").build()) {
            assertThat(elsewhere.reconcile().failures())
                    .singleElement()
                    .asString()
                    .contains("has not published port 8080 on the advertised address");
        }
    }

    /** Nobody can tell any more whether its key is wanted: that must not keep others from being repaired. */
    @Test
    void reconcile_unconfirmedAndItsRecordDamagedSince_repairsTheOthers() {
        Instance damaged = world.launch().announce();
        Instance other = world.launch().announce();
        world.registry.delete(damaged.name());
        world.faults.on(Operation.RECORD_GET).about(damaged.name()).once().fail();
        assertThat(world.scaler.reconcile().failures()).hasSize(1);
        RecordKey key = new RecordKey("instances", damaged.name());
        String text = world.registry.records().get(key).orElseThrow();
        assertThat(world.registry.records().compareAndSet(key, text, "{}")).isTrue();
        world.registry.delete(other.name());

        assertThat(actions(world.scaler.reconcile())).containsExactly(Action.ANNOUNCE);
        assertThat(stage(other)).isEqualTo(Stage.ANNOUNCED);
    }

    @Test
    void reconcile_twoAtOnce_harmNothing() {
        List<Instance> instances = world.launch().announce(10);
        world.registry.wipe();
        world.engine.kill(instances.get(0).id(), 1);
        try (Scaler second = world.scaler(OnClose.LEAVE)) {
            CompletableFuture<Reconciliation> other = CompletableFuture.supplyAsync(second::reconcile);
            CompletableFuture<Reconciliation> same = CompletableFuture.supplyAsync(world.scaler::reconcile);
            assertThat(world.scaler.reconcile().failures()).isEmpty();
            assertThat(other.join().failures()).isEmpty();
            assertThat(same.join().failures()).isEmpty();
        }
        assertThat(world.scaler.reconcile().failures()).isEmpty();
        assertThat(world.registry.values()).hasSize(9);
        assertSettled();
    }
}
