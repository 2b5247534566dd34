package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.forrest.AnnouncementException;
import io.forrest.BalancerException;
import io.forrest.Instance;
import io.forrest.LaunchException;
import io.forrest.OnClose;
import io.forrest.Scaler;
import io.forrest.Stage;
import io.forrest.Step;
import io.forrest.event.BalancersUnreachable;
import io.forrest.event.StepFailed;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Launches whose scaler was given a balancer: announced means served. */
class ServedLaunchTest {

    @RegisterExtension
    final FakeWorld world = FakeWorld.balanced();

    private AnnouncementException failure() {
        return (AnnouncementException)
                catchThrowable(() -> world.launch().named("mine").announce());
    }

    @Test
    void announce_served_takesTheStepsInTheirOrder() {
        Instance instance = world.launch().announce();

        assertThat(instance.state().stage()).isEqualTo(Stage.SERVING);
        await().until(() -> world.steps(instance.name()).size() == 5);
        assertThat(world.steps(instance.name()))
                .containsExactly(Step.RESERVE, Step.LAUNCH, Step.READY, Step.ANNOUNCE, Step.SERVE);
        assertThat(world.asked())
                .containsSubsequence(Operation.ANNOUNCE, Operation.RECORD_GET, Operation.AWAIT_SERVING);
        assertThat(world.events).noneMatch(BalancersUnreachable.class::isInstance);
    }

    @Test
    void announce_servedAfterAWhile_waitsForIt() {
        world.balancer.member("two").refuse("mine", "DOWN");
        world.time.after(
                Duration.ofSeconds(40), () -> world.balancer.member("two").accept("mine"));

        assertThat(world.launch().named("mine").announce().state().stage()).isEqualTo(Stage.SERVING);
        assertThat(world.time.elapsed()).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(42));
    }

    @Test
    void announce_neverServed_isUndoneAndSaysWhoDoesNotServeIt() {
        world.balancer.member("two").refuse("mine", "DOWN (L4CON)");
        world.balancer.member("one").unreachable("connection refused");

        AnnouncementException e = failure();

        assertThat(e.step()).contains(Step.SERVE);
        assertThat(e.instance()).contains("mine");
        assertThat(e.leftBehind()).isEmpty();
        assertThat(e)
                .hasMessageMatching("announced mine at 127\\.0\\.0\\.1:\\d+, but .*")
                .hasMessageContaining("PT1M")
                .hasMessageContaining("servedWithin(...)")
                .hasMessageContaining("two: DOWN (L4CON)")
                .hasMessageContaining("unreachable: one: connection refused")
                .hasMessageEndingWith("nothing is left behind");
        assertThat(world.asked())
                .containsSubsequence(
                        Operation.AWAIT_SERVING,
                        Operation.WITHDRAW,
                        Operation.AWAIT_DRAINED,
                        Operation.STOP,
                        Operation.REMOVE);
        world.assertNothingLeft();
        await().until(() -> world.events.stream()
                .anyMatch(event -> event instanceof StepFailed failed && failed.step() == Step.SERVE));
    }

    @Test
    void announce_allUnreachable_isUndone() {
        world.balancer.member("one").unreachable("connection refused");
        world.balancer.member("two").unreachable("timed out");

        assertThat(failure()).hasMessageContaining("one: connection refused").hasMessageContaining("two: timed out");
        world.assertNothingLeft();
    }

    @Test
    void announce_oneOfTwoUnreachable_isServedAndToldOf() {
        world.balancer.member("two").unreachable("connection refused");

        assertThat(world.launch().named("mine").announce().state().stage()).isEqualTo(Stage.SERVING);

        await().until(() -> world.steps("mine").contains(Step.SERVE));
        assertThat(world.events)
                .filteredOn(BalancersUnreachable.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(BalancersUnreachable.class, event -> {
                    assertThat(event.instance()).isEqualTo("mine");
                    assertThat(event.app()).isEqualTo("myapp");
                    assertThat(event.step()).isEqualTo(Step.SERVE);
                    assertThat(event.balancers()).containsExactly("two: connection refused");
                });
    }

    @Test
    void announce_blindSpot_isServed() {
        world.balancer.member("one").blindTo("address unverified");

        assertThat(world.launch().announce().state().stage()).isEqualTo(Stage.SERVING);
    }

    @Test
    void announce_balancerFails_isUndone() {
        world.faults.on(Operation.AWAIT_SERVING).once().fail();

        AnnouncementException e = failure();

        assertThat(e).hasCauseInstanceOf(BalancerException.class).hasMessageContaining("found no balancer");
        assertThat(e.step()).contains(Step.SERVE);
        assertThat(e.leftBehind()).isEmpty();
        world.assertNothingLeft();
    }

    @Test
    void announce_balancerClosed_isUndone() {
        world.balancer.close();

        assertThat(failure()).hasMessageContaining("closed");
        world.assertNothingLeft();
    }

    @Test
    void announce_notServedAndKeyCannotBeTakenBack_doesNotStopWhatMayBeServed() {
        world.balancer.member("one").refuse("mine", "DOWN");
        world.faults.on(Operation.WITHDRAW).fail();

        AnnouncementException e = failure();

        assertThat(e.leftBehind()).hasSize(3);
        assertThat(e).hasMessageContaining("key /servers/mine").hasMessageContaining("not stopped");
        assertThat(world.asked()).doesNotContain(Operation.STOP, Operation.REMOVE);
        world.faults.heal();
        world.scaler.stop("mine");
        world.assertNothingLeft();
    }

    @Test
    void announce_keyTakenByAnotherWhileItWaits_isDrainedBeforeItGoes() {
        world.balancer.member("one").keep("mine", 1, Duration.ofSeconds(70));
        world.faults.on(Operation.AWAIT_SERVING).once().before(() -> world.registry.delete("mine"));

        AnnouncementException e = failure();

        assertThat(e).hasMessageContaining("not there");
        assertThat(world.time.elapsed()).isGreaterThanOrEqualTo(Duration.ofSeconds(70));
        assertThat(world.asked()).containsSubsequence(Operation.AWAIT_DRAINED, Operation.STOP, Operation.REMOVE);
        world.assertNothingLeft();
    }

    @Test
    void announce_retiredByAnotherWhileItWaits_saysSo() {
        world.faults.on(Operation.AWAIT_SERVING).once().before(() -> {
            try (Scaler second = world.scaler(OnClose.LEAVE)) {
                second.stop("mine");
            }
        });

        assertThat(failure()).hasMessageContaining("retired meanwhile");
        world.assertNothingLeft();
    }

    @Test
    void announce_notServedAndRegistryGone_saysThatItIsNotServed() {
        world.balancer.member("one").refuse("mine", "DOWN (L4CON)");
        world.faults
                .on(Operation.AWAIT_SERVING)
                .once()
                .after(() -> world.faults.on(Operation.RECORD_GET).once().fail());

        assertThat(failure()).hasMessageContaining("DOWN (L4CON)").hasMessageEndingWith("nothing is left behind");
        world.assertNothingLeft();
    }

    @Test
    void announce_notServed_drainsForTheTimeOfTheLaunch() {
        world.balancer.member("one").refuse("mine", "DOWN").keep("mine", 3);

        assertThatThrownBy(() -> world.launch()
                        .named("mine")
                        .drainFor(Duration.ofSeconds(7))
                        .announce())
                .isInstanceOf(AnnouncementException.class);
        assertThat(world.time.elapsed()).isBetween(Duration.ofSeconds(67), Duration.ofSeconds(69));
        world.assertNothingLeft();
    }

    @Test
    void servedWithin_other_isWhatIsWaitedAndNamed() {
        world.balancer.member("one").refuse("mine", "DOWN");
        try (Scaler quick = world.builder(OnClose.LEAVE)
                .balancer(world.balancer)
                .servedWithin(Duration.ofSeconds(5))
                .build()) {
            assertThatThrownBy(() -> quick.launch(FakeWorld.IMAGE).named("mine").announce())
                    .isInstanceOf(AnnouncementException.class)
                    .hasMessageContaining("PT5S");
        }
        assertThat(world.time.elapsed()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(7));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> world.builder(OnClose.LEAVE).servedWithin(Duration.ZERO))
                .withMessageContaining("servedWithin");
    }

    @Test
    void within_shorterThanServedWithin_isWhatTheMessageNames() {
        world.balancer.member("one").refuse("mine", "DOWN (L4CON)");

        assertThatThrownBy(() -> world.launch()
                        .named("mine")
                        .within(Duration.ofSeconds(20))
                        .announce())
                .isInstanceOfSatisfying(
                        LaunchException.class, e -> assertThat(e.step()).contains(Step.SERVE))
                .hasMessageContaining("PT20S")
                .hasMessageContaining("within(...)")
                .hasMessageContaining("one: DOWN (L4CON)");
        assertThat(world.time.elapsed()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(22));
        world.assertNothingLeft();
    }

    @Test
    void within_passedWhileWaitingToBeServed_leavesNothing() {
        world.faults.on(Operation.AWAIT_SERVING).once().hang();

        assertThatThrownBy(() -> world.launch().within(Duration.ofSeconds(6)).announce())
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("PT6S")
                .hasMessageContaining("SERVE");
        world.assertNothingLeft();
    }

    @Test
    void announce_interruptedWhileWaitingToBeServed_leavesNothingAndKeepsTheInterrupt() throws Exception {
        world.faults.on(Operation.AWAIT_SERVING).once().hang();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean flag = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            thrown.set(catchThrowable(() -> world.launch().announce()));
            flag.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        world.faults.awaitHanging(1);
        assertThat(world.registry.values()).hasSize(1);
        caller.interrupt();
        caller.join();

        assertThat(thrown.get())
                .isInstanceOfSatisfying(
                        LaunchException.class, e -> assertThat(e.leftBehind()).isEmpty())
                .hasMessageContaining("interrupted");
        assertThat(flag).isTrue();
        world.assertNothingLeft();
    }

    @Test
    void close_whileWaitingToBeServed_leavesNothing() throws Exception {
        world.faults.on(Operation.AWAIT_SERVING).once().hang();
        CompletableFuture<Instance> coming = world.launch().announceAsync();
        world.faults.awaitHanging(1);

        world.scaler.close();

        assertThatThrownBy(coming::join)
                .hasCauseInstanceOf(LaunchException.class)
                .hasMessageContaining("closed");
        world.assertNothingLeft();
    }

    @Test
    void cancel_whileWaitingToBeServed_isTooLateAndTheLaunchGoesOn() throws Exception {
        world.faults.on(Operation.AWAIT_SERVING).once().hang();
        CompletableFuture<Instance> coming = world.launch().announceAsync();
        world.faults.awaitHanging(1);

        assertThat(coming.cancel(true)).isFalse();
        assertThat(coming).isNotDone();
        world.faults.heal();
        assertThat(coming.join().state().stage()).isEqualTo(Stage.SERVING);
        assertThat(world.registry.values()).hasSize(1);
    }

    @Test
    void cancel_thenClose_whileWaitingToBeServed_leavesNothing() throws Exception {
        world.faults.on(Operation.AWAIT_SERVING).once().hang();
        CompletableFuture<Instance> coming = world.launch().announceAsync();
        world.faults.awaitHanging(1);

        assertThat(coming.cancel(true)).isFalse();
        world.scaler.close();

        assertThatThrownBy(coming::join).hasCauseInstanceOf(LaunchException.class);
        world.assertNothingLeft();
    }

    @Test
    void start_withABalancer_asksItNothing() {
        Instance held = world.launch().start();

        assertThat(held.state().stage()).isEqualTo(Stage.HELD);
        assertThat(world.asked()).doesNotContain(Operation.AWAIT_SERVING);
    }

    @Test
    void announce_heldInstance_isServedWhenItReturns() {
        Instance held = world.launch().start();

        assertThat(held.announce().state().stage()).isEqualTo(Stage.SERVING);
        await().until(() -> world.steps(held.name()).contains(Step.SERVE));
        assertThat(held.announce().state().stage()).isEqualTo(Stage.SERVING);
    }

    @Test
    void announce_heldInstanceRetiredByAnotherWhileItWaits_saysSoAndNamesNoKey() {
        Instance held = world.launch().named("mine").start();
        world.faults.on(Operation.AWAIT_SERVING).once().before(() -> {
            try (Scaler second = world.scaler(OnClose.LEAVE)) {
                second.stop("mine");
            }
        });

        assertThatThrownBy(held::announce)
                .isInstanceOfSatisfying(
                        AnnouncementException.class,
                        e -> assertThat(e.leftBehind()).isEmpty())
                .hasMessageContaining("is being launched or retired by another caller or process, or is gone");
        world.assertNothingLeft();
    }

    @Test
    void announce_heldInstanceNotServed_isHeldAsBefore() {
        Instance held = world.launch().named("mine").start();
        world.balancer.member("one").refuse("mine", "DOWN (L4CON)");

        assertThatThrownBy(held::announce)
                .isInstanceOfSatisfying(AnnouncementException.class, e -> {
                    assertThat(e.step()).contains(Step.SERVE);
                    assertThat(e.leftBehind()).isEmpty();
                })
                .hasMessageContaining("one: DOWN (L4CON)")
                .hasMessageContaining("held again");
        assertThat(held.refresh().stage()).isEqualTo(Stage.HELD);
        assertThat(world.registry.values()).isEmpty();
        assertThat(world.engine.containers()).hasSize(1);
        world.balancer.member("one").accept("mine");
        assertThat(held.announce().state().stage()).isEqualTo(Stage.SERVING);
    }

    @Test
    void announce_heldInstanceAndTheBalancerFails_isHeldAsBefore() {
        Instance held = world.launch().start();
        world.faults.on(Operation.AWAIT_SERVING).once().fail();

        assertThatThrownBy(held::announce)
                .isInstanceOf(AnnouncementException.class)
                .hasCauseInstanceOf(BalancerException.class);
        assertThat(held.refresh().stage()).isEqualTo(Stage.HELD);
    }

    @Test
    void announce_heldInstanceInterrupted_isHeldAsBeforeAndKeepsTheInterrupt() throws Exception {
        Instance held = world.launch().start();
        world.faults.on(Operation.AWAIT_SERVING).once().hang();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean flag = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            thrown.set(catchThrowable(held::announce));
            flag.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        world.faults.awaitHanging(1);
        caller.interrupt();
        caller.join();

        assertThat(thrown.get()).isInstanceOf(AnnouncementException.class).hasMessageContaining("interrupted");
        assertThat(flag).isTrue();
        assertThat(held.refresh().stage()).isEqualTo(Stage.HELD);
        assertThat(world.registry.values()).isEmpty();
    }

    @Test
    void announce_heldInstanceNotServedAndNotWithdrawable_listsTheKey() {
        Instance held = world.launch().named("mine").start();
        world.balancer.member("one").refuse("mine", "DOWN");
        world.faults.on(Operation.WITHDRAW).once().fail();

        assertThatThrownBy(held::announce)
                .isInstanceOfSatisfying(
                        AnnouncementException.class,
                        e -> assertThat(e.leftBehind()).containsExactly("key /servers/mine"));
        assertThat(held.withdraw().state().stage()).isEqualTo(Stage.HELD);
        assertThat(world.registry.values()).isEmpty();
    }

    /** Else whoever announces once more would take an instance out that is served. */
    @Test
    void announce_announcedAlreadyAndBalancersAway_isNotTakenOut() {
        Instance instance = world.launch().announce();
        world.balancer.member("one").unreachable("away");
        world.balancer.member("two").unreachable("away");

        assertThatThrownBy(instance::announce)
                .isInstanceOf(AnnouncementException.class)
                .hasMessageContaining("it stays announced");
        assertThat(world.registry.values()).containsKey(instance.name());
        assertThat(instance.refresh().stage()).isEqualTo(Stage.ANNOUNCED);
    }

    @Test
    void announceSeveral_served_areServing() {
        List<Instance> instances = world.launch().announce(40);

        assertThat(instances)
                .hasSize(40)
                .allSatisfy(instance -> assertThat(instance.state().stage()).isEqualTo(Stage.SERVING));
    }

    @Test
    void announceSeveral_oneNotServed_leavesNoneAndDrainsEach() {
        world.faults
                .on(Operation.ANNOUNCE)
                .once()
                .after(() -> world.registry
                        .values()
                        .keySet()
                        .forEach(name -> world.balancer.member("one").refuse(name, "DOWN (L4CON)")));

        assertThatThrownBy(() -> world.launch().announce(4))
                .isInstanceOfSatisfying(AnnouncementException.class, e -> {
                    assertThat(e.step()).contains(Step.SERVE);
                    assertThat(e.leftBehind()).isEmpty();
                })
                .hasMessageContaining("one: DOWN (L4CON)");
        world.assertNothingLeft();
        assertThat(world.asked().stream().filter(Operation.AWAIT_DRAINED::equals))
                .hasSize(4);
    }

    @Test
    void announceSeveral_undrained_areWaitedForSideBySide() {
        world.faults.on(Operation.AWAIT_SERVING).skipping(3).once().fail();
        world.balancer.member("two").blindTo("old workers");

        assertThatThrownBy(() -> world.launch().drainFor(Duration.ofSeconds(50)).announce(40))
                .isInstanceOf(AnnouncementException.class);
        world.assertNothingLeft();
        assertThat(world.time.elapsed()).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(500));
    }

    @Test
    void announceSeveral_interruptedWhileWaitingToBeServed_leavesNothing() throws Exception {
        world.faults.on(Operation.AWAIT_SERVING).skipping(1).once().hang();
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
    void announceSeveral_deadlineWhileWaitingToBeServed_leavesNothing() {
        world.faults.on(Operation.AWAIT_SERVING).hang();

        assertThatThrownBy(() -> world.launch().within(Duration.ofMillis(400)).announce(3))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("within(...)");
        world.assertNothingLeft();
    }
}
