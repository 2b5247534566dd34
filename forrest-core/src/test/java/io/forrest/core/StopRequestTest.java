package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.forrest.ForrestException;
import io.forrest.Instance;
import io.forrest.LaunchException;
import io.forrest.NotReadyException;
import io.forrest.OnClose;
import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.Scaler;
import io.forrest.Stage;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Launches that are told to stop: by an interrupt, a cancel, a close, a deadline. */
class StopRequestTest {

    /** Longer than the first try takes; the alarm after it is on the system's clock. */
    private static final Duration FIRST_TRY = Duration.ofSeconds(4);

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"RECORD_SET", "PREPARE", "START", "FIND", "ANNOUNCE"})
    void announce_interruptedInEachStage_leavesNothingAndKeepsTheInterrupt(Operation stage) throws Exception {
        world.faults.on(stage).once().hang();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>(false);
        Thread caller = new Thread(() -> {
            thrown.set(catchThrowable(() -> world.launch().announce()));
            flag.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        world.faults.awaitHanging(1);
        caller.interrupt();
        caller.join();

        assertThat(thrown.get())
                .isInstanceOfSatisfying(
                        LaunchException.class, e -> assertThat(e.leftBehind()).isEmpty())
                .hasMessageContaining("interrupted");
        assertThat(flag.get()).isTrue();
        world.assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"RECORD_SET", "PREPARE", "START", "FIND", "ANNOUNCE"})
    void cancel_inEachStage_leavesNothing(Operation stage) throws Exception {
        world.faults.on(stage).once().hang();
        CompletableFuture<Instance> coming = world.launch().announceAsync();
        world.faults.awaitHanging(1);

        assertThat(coming.cancel(true)).isTrue();
        assertThatThrownBy(coming::join).isInstanceOf(CancellationException.class);
        world.scaler.close();
        world.assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"RECORD_SET", "PREPARE", "START", "FIND", "ANNOUNCE"})
    void close_inEachStage_leavesNothing(Operation stage) throws Exception {
        world.faults.on(stage).once().hang();
        CompletableFuture<Instance> coming = world.launch().announceAsync();
        world.faults.awaitHanging(1);

        world.scaler.close();

        assertThatThrownBy(coming::join)
                .hasCauseInstanceOf(LaunchException.class)
                .hasMessageContaining("closed");
        world.assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"RECORD_SET", "PREPARE", "START", "FIND", "ANNOUNCE"})
    void within_passedInEachStage_leavesNothing(Operation stage) {
        world.faults.on(stage).once().hang();

        assertThatThrownBy(() -> world.launch().within(Duration.ofMillis(300)).announce())
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("PT0.3S")
                .hasMessageContaining("within(...)");
        world.assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"PREPARE", "START", "FIND", "ANNOUNCE"})
    void announceSeveral_interruptedInEachStage_leavesNothing(Operation stage) throws Exception {
        world.faults.on(stage).skipping(1).once().hang();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller =
                new Thread(() -> thrown.set(catchThrowable(() -> world.launch().announce(4))));
        caller.start();
        world.faults.awaitHanging(1);
        caller.interrupt();
        caller.join();

        assertThat(thrown.get()).isInstanceOf(LaunchException.class).hasMessageContaining("interrupted");
        world.assertNothingLeft();
    }

    @Test
    void cancel_afterTheAcknowledgement_returnsFalse() {
        CompletableFuture<Instance> coming = world.launch().announceAsync();
        Instance instance = coming.join();

        assertThat(coming.cancel(true)).isFalse();
        assertThat(instance.refresh().stage()).isEqualTo(Stage.ANNOUNCED);
    }

    @Test
    void cancel_betweenAcknowledgementAndReturn_returnsFalse() throws Exception {
        world.faults.on(Operation.RECORD_GET).skipping(0).once().hang();
        CompletableFuture<Instance> coming = world.launch().announceAsync();
        world.faults.awaitHanging(1);

        assertThat(world.registry.values()).hasSize(1);
        assertThat(coming.cancel(true)).isFalse();
        world.faults.heal();
        assertThat(coming.join().refresh().stage()).isEqualTo(Stage.ANNOUNCED);
    }

    @Test
    void announce_probeThatDoesNotReturn_isNotReadyInTime() {
        assertThatThrownBy(() -> world.scaler
                        .launch(FakeWorld.IMAGE)
                        .readyWhen(Readiness.probe(endpoint -> {
                            new CountDownLatch(1).await();
                            return ProbeResult.ready();
                        }))
                        .readyWithin(Duration.ofMillis(200))
                        .announce())
                .isInstanceOfSatisfying(
                        NotReadyException.class, e -> assertThat(e.never()).isFalse())
                .hasMessageContaining("did not return");
        world.assertNothingLeft();
    }

    /** Says once that the application warms up, and when it is asked again does not return any more. */
    private static Readiness answeringOnce(CountDownLatch askedAgain) {
        AtomicBoolean asked = new AtomicBoolean();
        return Readiness.probe(endpoint -> {
            if (asked.getAndSet(true)) {
                askedAgain.countDown();
                new CountDownLatch(1).await();
            }
            return ProbeResult.notYet("warming up");
        });
    }

    @Test
    void announce_probeThatReturnsNoMore_tellsItsLastAnswer() {
        assertThatThrownBy(() -> world.scaler
                        .launch(FakeWorld.IMAGE)
                        .readyWhen(answeringOnce(new CountDownLatch(1)))
                        .readyWithin(FIRST_TRY)
                        .announce())
                .isInstanceOfSatisfying(
                        NotReadyException.class, e -> assertThat(e.lastAnswer()).isEqualTo("warming up"))
                .hasMessageContaining("the probe did not return; last answer: warming up");
        world.assertNothingLeft();
    }

    @Test
    void announce_engineThatAnswersNoMore_isNotBlamedOnTheProbe() {
        world.faults.on(Operation.FIND).skipping(1).once().hang();

        assertThatThrownBy(() -> world.scaler
                        .launch(FakeWorld.IMAGE)
                        .readyWhen(Readiness.probe(endpoint -> ProbeResult.notYet("warming up")))
                        .readyWithin(FIRST_TRY)
                        .announce())
                .isInstanceOf(NotReadyException.class)
                .hasMessageContaining("the engine did not tell of the container; last answer: warming up");
        world.assertNothingLeft();
    }

    @Test
    void close_whileAProbeReturnsNoMore_tellsItsLastAnswer() throws Exception {
        CountDownLatch askedAgain = new CountDownLatch(1);
        CompletableFuture<Instance> coming = world.scaler
                .launch(FakeWorld.IMAGE)
                .readyWhen(answeringOnce(askedAgain))
                .announceAsync();
        askedAgain.await();

        world.scaler.close();

        assertThatThrownBy(coming::join)
                .hasCauseInstanceOf(LaunchException.class)
                .hasMessageContaining("closed; last answer: warming up");
        world.assertNothingLeft();
    }

    @Test
    void within_shorterThanReadyWithin_isWhatTheMessageNames() {
        assertThatThrownBy(() -> world.scaler
                        .launch(FakeWorld.IMAGE)
                        .readyWhen(Readiness.probe(endpoint -> ProbeResult.notYet("warming up")))
                        .within(Duration.ofSeconds(20))
                        .announce())
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("PT20S")
                .hasMessageContaining("within(...)")
                .hasMessageContaining("warming up");
        world.assertNothingLeft();
    }

    @Test
    void cancel_probeSwallowsTheInterrupt_isHeardAllTheSame() throws Exception {
        CountDownLatch probing = new CountDownLatch(1);
        CompletableFuture<Instance> coming = world.scaler
                .launch(FakeWorld.IMAGE)
                .readyWhen(Readiness.probe(endpoint -> {
                    probing.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        return ProbeResult.notYet("interrupted");
                    }
                    return ProbeResult.ready();
                }))
                .announceAsync();
        probing.await();

        assertThat(coming.cancel(true)).isTrue();
        world.scaler.close();
        world.assertNothingLeft();
    }

    @Test
    void orTimeout_passed_undoesTheLaunch() throws Exception {
        world.faults.on(Operation.START).once().hang();
        CompletableFuture<Instance> coming = world.launch().announceAsync().orTimeout(200, TimeUnit.MILLISECONDS);

        assertThatThrownBy(coming::join).hasCauseInstanceOf(TimeoutException.class);
        world.scaler.close();
        world.assertNothingLeft();
    }

    @Test
    void close_byADependentOfTheLaunch_doesNotWaitForItself() throws Exception {
        world.launch().announceAsync().thenRun(world.scaler::close).get(20, TimeUnit.SECONDS);

        assertThat(world.registry.values()).hasSize(1);
    }

    @Test
    void stop_interruptedWhileDraining_keepsTheInterruptAndTheContainer() {
        Instance instance = world.launch().announce();
        Thread.currentThread().interrupt();

        assertThatThrownBy(instance::stop).isInstanceOf(ForrestException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(world.engine.containers()).hasSize(1);
        assertThat(instance.stop().found()).isTrue();
        world.assertNothingLeft();
    }

    @Test
    void close_threeTimes_leavesWhatIsAnnounced() {
        Instance instance = world.launch().announce();

        world.scaler.close();
        world.scaler.close();
        world.scaler.close();

        assertThat(world.registry.values()).containsOnlyKeys(instance.name());
        assertThat(world.engine.containers()).hasSize(1);
        assertThatIllegalStateException().isThrownBy(() -> world.launch().announce());
        assertThatIllegalStateException().isThrownBy(() -> world.launch().announce(2));
        assertThatIllegalStateException().isThrownBy(() -> world.launch().announceAsync());
        assertThatIllegalStateException().isThrownBy(world.scaler::instances);
        assertThatIllegalStateException().isThrownBy(instance::stop);
        assertThatIllegalStateException().isThrownBy(() -> world.scaler.onEvent(event -> {}));
    }

    @Test
    void close_retireAll_retiresWhatItLaunchedAndNothingElse() {
        Instance other = world.launch().announce();
        Scaler owner = world.scaler(OnClose.RETIRE_ALL);
        owner.launch(FakeWorld.IMAGE)
                .readyWhen(Readiness.probe(endpoint -> ProbeResult.ready()))
                .announce(3);

        owner.close();

        assertThat(world.registry.values()).containsOnlyKeys(other.name());
        assertThat(world.engine.containers()).hasSize(1);
    }

    @Test
    void close_retireAllFails_listsWhatIsLeft() {
        Scaler owner = world.scaler(OnClose.RETIRE_ALL);
        owner.launch(FakeWorld.IMAGE)
                .readyWhen(Readiness.probe(endpoint -> ProbeResult.ready()))
                .announce(2);
        world.faults.on(Operation.STOP).once().fail();

        assertThatThrownBy(owner::close)
                .isInstanceOfSatisfying(
                        ForrestException.class, e -> assertThat(e.leftBehind()).hasSize(2));
        assertThat(world.engine.containers()).hasSize(1);
    }

    @Test
    void close_leavesNoThread() {
        world.launch().announce(3);

        world.scaler.close();

        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("forrest-timer") || name.startsWith("forrest-launch")));
    }
}
