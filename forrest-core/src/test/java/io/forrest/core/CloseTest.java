package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.forrest.ForrestException;
import io.forrest.Instance;
import io.forrest.Launch;
import io.forrest.LaunchException;
import io.forrest.OnClose;
import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.Reconciliation;
import io.forrest.Retirement;
import io.forrest.Scaler;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.InstanceRecords;
import io.forrest.core.internal.record.Intent;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A scaler that is closed in the middle of each thing that it does - launch, stop, reconcile, the close of another thread - and one
 * that shall retire all on an engine that hangs: the close ends in its time, and says what it leaves.
 */
class CloseTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    /** For what is given up, once each instance has come as far as it can. */
    private static final Duration SHORT = Duration.ofSeconds(5);

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

    private Scaler owner() {
        return owner(LONG);
    }

    private Scaler owner(Duration within) {
        return world.builder(OnClose.RETIRE_ALL).retiredWithin(within).build();
    }

    private static Launch launch(Scaler by) {
        return by.launch(FakeWorld.IMAGE)
                .readyWhen(Readiness.probe(endpoint -> ProbeResult.ready()))
                .drainFor(Duration.ZERO)
                .stopGrace(Duration.ZERO);
    }

    private static CompletableFuture<Void> async(Runnable work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                work.run();
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private static void assertWaits(CompletableFuture<?> future) {
        await().pollDelay(Duration.ZERO)
                .during(Duration.ofMillis(300))
                .atMost(Duration.ofSeconds(30))
                .until(() -> !future.isDone());
    }

    private static void join(CompletableFuture<?> future) throws Exception {
        Object unused = future.get(30, TimeUnit.SECONDS);
    }

    private Intent intentOf(String name) {
        return new InstanceRecords(world.registry.records(), world.registry.prefix())
                .find(name)
                .map(stored -> stored.value())
                .map(InstanceRecord::intent)
                .orElseThrow();
    }

    private void assertFinishedByTheNext() {
        world.faults.heal();
        world.time.advance(Duration.ofMinutes(2));
        assertThat(world.scaler.reconcile().failures()).isEmpty();
        world.assertNothingLeft();
    }

    @Test
    void retireAll_engineHangsInStop_endsInItsTimeAndTellsWhatIsLeft() {
        Scaler owner = owner(SHORT);
        Instance hanging = launch(owner).announce();
        launch(owner).announce(2);
        world.faults.on(Operation.STOP).about(hanging.name()).hang();

        assertThatExceptionOfType(ForrestException.class)
                .isThrownBy(owner::close)
                .withMessageContaining("within PT5S")
                .satisfies(e -> assertThat(e.leftBehind())
                        .containsExactly(
                                "container " + hanging.name() + ", running",
                                "record /servers/_forrest/instances/" + hanging.name()));

        assertThat(world.registry.values()).isEmpty();
        assertThat(world.engine.containers()).hasSize(1);
        assertThat(intentOf(hanging.name())).isEqualTo(Intent.RETIRING);
        assertFinishedByTheNext();
    }

    @Test
    void retireAll_engineHangsAndHearsNoInterrupt_isGivenUp() {
        Scaler owner = owner(SHORT);
        Instance hanging = launch(owner).announce();
        CountDownLatch gate = new CountDownLatch(1);
        world.faults.on(Operation.STOP).before(() -> awaitUninterruptibly(gate));

        assertThatExceptionOfType(ForrestException.class)
                .isThrownBy(owner::close)
                .satisfies(e -> assertThat(e.leftBehind())
                        .containsExactly(
                                "key /servers/" + hanging.name(),
                                "container " + hanging.name(),
                                "record /servers/_forrest/instances/" + hanging.name()));

        gate.countDown();
        await().untilAsserted(world::assertNothingLeft);
    }

    private static void awaitUninterruptibly(CountDownLatch gate) {
        while (true) {
            try {
                gate.await();
                return;
            } catch (InterruptedException e) {
                // hangs on, as a call into a driver may
            }
        }
    }

    @Test
    void retireAll_moreThanAreRetiredAtATime_thoseWhoseTurnHasNotComeAreToldToo() {
        Scaler owner = owner(SHORT);
        List<Instance> instances = launch(owner).announce(40);
        world.faults.on(Operation.STOP).hang();

        assertThatExceptionOfType(ForrestException.class)
                .isThrownBy(owner::close)
                .satisfies(e -> instances.forEach(instance ->
                        assertThat(e.leftBehind()).contains("record /servers/_forrest/instances/" + instance.name())));

        assertThat(world.registry.values()).hasSize(8);
        world.faults.heal();
        instances.forEach(instance -> world.scaler.stop(instance.name(), Duration.ZERO));
        world.assertNothingLeft();
    }

    @Test
    void retireAll_takesTheTimeThatItsInstancesWereGiven_isNotCutShort() throws Exception {
        Scaler owner = owner();
        launch(owner).stopGrace(Duration.ofSeconds(60)).announce();
        world.faults.on(Operation.STOP).once().hang();

        CompletableFuture<Void> closed = async(owner::close);
        world.faults.awaitHanging(1);
        assertWaits(closed);
        world.faults.heal();
        join(closed);

        world.assertNothingLeft();
    }

    @Test
    void retireAll_registryDoesNotTellTheTimes_isBoundedAllTheSame() {
        Scaler owner = owner();
        launch(owner).announce();
        world.faults.on(Operation.RECORD_LIST).once().fail();

        owner.close();

        world.assertNothingLeft();
    }

    @Test
    void retireAll_interrupted_retiresAllAndKeepsTheInterrupt() {
        Scaler owner = owner();
        launch(owner).announce(3);
        Thread.currentThread().interrupt();

        try {
            owner.close();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        world.assertNothingLeft();
    }

    @Test
    void retireAll_interrupted_forgetsItsFleetToo() {
        Scaler owner = owner();
        launch(owner).fleet().scaleTo(2);
        Thread.currentThread().interrupt();

        try {
            owner.close();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        world.assertNothingLeft();
        assertThat(world.registry.records().list("fleets"))
                .as("what is brought back to life")
                .isEmpty();
    }

    @Test
    void retireAll_interrupted_isGivenTheTimeThatTheRecordsTell() {
        Scaler owner = owner(SHORT);
        launch(owner).announce();
        world.faults.on(Operation.STOP).hang();
        Thread.currentThread().interrupt();

        try {
            assertThatExceptionOfType(ForrestException.class)
                    .isThrownBy(owner::close)
                    .withMessageContaining("within PT5S");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertFinishedByTheNext();
    }

    @Test
    void retireAll_severalFleets_areForgottenByOneListOfTheEngine() {
        Scaler owner = owner();
        for (String app : List.of("one", "two", "three")) {
            launch(owner).app(app).fleet().scaleTo(1);
        }
        world.faults.forgetCalls();

        owner.close();

        world.assertNothingLeft();
        assertThat(world.registry.records().list("fleets")).isEmpty();
        assertThat(world.asked()).filteredOn(Operation.LIST::equals).hasSize(1);
    }

    @Test
    void retireAll_timeIsOverBeforeFleetsAreForgotten_theirRecordsStay() {
        Scaler owner = world.builder(OnClose.RETIRE_ALL)
                .retiredWithin(Duration.ofNanos(1))
                .build();
        launch(owner).stopGrace(Duration.ofSeconds(20)).fleet().scaleTo(1);

        owner.close();

        world.assertNothingLeft();
        assertThat(world.registry.records().list("fleets")).hasSize(1);
    }

    /** A launch that is past its point of no return when the scaler is closed is one of those to be retired. */
    @Test
    void retireAll_interruptedWhileALaunchIsPastItsPointOfNoReturn_retiresThatToo() throws Exception {
        Scaler owner = owner();
        world.faults.on(Operation.RECORD_GET).once().hang();
        CompletableFuture<Instance> coming = launch(owner).announceAsync();
        world.faults.awaitHanging(1);

        CompletableFuture<Void> closed = async(() -> {
            Thread.currentThread().interrupt();
            owner.close();
        });
        assertWaits(closed);
        world.faults.heal();
        join(coming);
        join(closed);

        world.assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"RECORD_SET", "PREPARE", "START", "FIND", "ANNOUNCE"})
    void retireAll_duringALaunchInEachStage_leavesNothing(Operation stage) throws Exception {
        Scaler owner = owner();
        launch(owner).announce(2);
        world.faults.on(stage).once().hang();
        CompletableFuture<Instance> coming = launch(owner).announceAsync();
        world.faults.awaitHanging(1);

        owner.close();

        assertThat(coming).isCompletedExceptionally();
        world.assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"RECORD_SET", "PREPARE", "START", "FIND", "ANNOUNCE"})
    void close_duringALaunchOfSeveralInEachStage_leavesNothing(Operation stage) throws Exception {
        Scaler owner = owner();
        world.faults.on(stage).skipping(2).once().hang();
        CompletableFuture<Void> launched = async(() -> launch(owner).announce(5));
        world.faults.awaitHanging(1);

        owner.close();

        assertThat(launched)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withCauseInstanceOf(LaunchException.class);
        world.assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"RECORD_GET", "FIND", "RECORD_SET", "WITHDRAW", "STOP", "REMOVE", "RECORD_DELETE"})
    void close_duringAStopInEachStage_theStopGoesOnToItsEnd(Operation stage) throws Exception {
        for (OnClose onClose : OnClose.values()) {
            Scaler owner = world.builder(onClose).build();
            Instance instance = launch(owner).announce();
            world.faults.on(stage).once().hang();
            CompletableFuture<Void> stopped = async(() -> {
                Retirement unused = instance.stop();
            });
            world.faults.awaitHanging(1);

            owner.close();
            world.faults.heal();

            join(stopped);
            world.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"WITHDRAW", "ANNOUNCE", "RECORD_SET", "RECORD_DELETE", "STOP", "REMOVE"})
    void close_duringARepair_waitsForItAndNothingIsChangedAfterwards(Operation operation) throws Exception {
        FakeWorld disturbed = ReconcileFaultsTest.world();
        try {
            ReconcileFaultsTest.disturb(disturbed);
            Scaler reconciling = disturbed.scaler(OnClose.LEAVE);
            disturbed.faults.on(operation).once().hang();
            CompletableFuture<Void> reconciled = async(() -> {
                Reconciliation unused = reconciling.reconcile();
            });
            disturbed.faults.awaitHanging(1);

            CompletableFuture<Void> closed = async(reconciling::close);
            assertWaits(closed);
            disturbed.faults.heal();
            join(closed);
            disturbed.faults.forgetCalls();
            join(reconciled);

            assertThat(disturbed.asked()).doesNotContainAnyElementsOf(CHANGING);
            disturbed.time.advance(Duration.ofMinutes(2));
            assertThat(disturbed.scaler.reconcile().failures()).isEmpty();
            ReconcileFaultsTest.assertRepaired(disturbed, "closed during " + operation);
        } finally {
            disturbed.end();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"RECORD_LIST", "ANNOUNCEMENTS", "LIST"})
    void close_whileReconcileLooks_nothingIsRepaired(Operation look) throws Exception {
        FakeWorld disturbed = ReconcileFaultsTest.world();
        try {
            ReconcileFaultsTest.disturb(disturbed);
            Scaler reconciling = disturbed.scaler(OnClose.LEAVE);
            disturbed.faults.on(look).once().hang();
            CompletableFuture<Void> reconciled =
                    async(() -> assertThat(reconciling.reconcile().repairs()).isEmpty());
            disturbed.faults.awaitHanging(1);

            reconciling.close();
            disturbed.faults.forgetCalls();
            disturbed.faults.heal();
            join(reconciled);

            assertThat(disturbed.asked()).doesNotContainAnyElementsOf(CHANGING);
        } finally {
            disturbed.end();
        }
    }

    /** As the main thread does that leaves its try block, while a shutdown hook is still retiring. */
    @Test
    void close_whileAnotherThreadCloses_waitsForThat() throws Exception {
        Scaler owner = world.builder(OnClose.RETIRE_ALL).build();
        launch(owner).announce();
        world.faults.on(Operation.STOP).once().hang();
        CompletableFuture<Void> first = async(owner::close);
        world.faults.awaitHanging(1);

        CompletableFuture<Void> second = async(owner::close);
        assertWaits(second);
        world.faults.heal();
        join(second);
        world.assertNothingLeft();
        join(first);
    }

    @Test
    void close_byAListenerWhileAnotherThreadCloses_waitsForNoneOfIt() throws Exception {
        Scaler owner = world.builder(OnClose.RETIRE_ALL).build();
        launch(owner).announce();
        var unused = owner.onEvent(event -> owner.close());

        CompletableFuture<Void> closed = async(owner::close);
        join(closed);

        world.assertNothingLeft();
    }

    @Test
    void close_byTheProbeOfALaunch_doesNotWaitForItself() {
        Scaler owner = world.builder(OnClose.LEAVE).build();
        CompletableFuture<Instance> coming = owner.launch(FakeWorld.IMAGE)
                .readyWhen(Readiness.probe(endpoint -> {
                    owner.close();
                    return ProbeResult.ready();
                }))
                .announceAsync();

        assertThat(coming)
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withCauseInstanceOf(LaunchException.class);
        world.assertNothingLeft();
    }
}
