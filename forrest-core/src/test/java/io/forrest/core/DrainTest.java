package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.forrest.ForrestException;
import io.forrest.Instance;
import io.forrest.OnClose;
import io.forrest.Retirement;
import io.forrest.Scaler;
import io.forrest.Step;
import io.forrest.Traffic;
import io.forrest.event.BalancersUnreachable;
import io.forrest.spi.Announcement;
import io.forrest.spi.Balancer;
import io.forrest.spi.Container;
import io.forrest.spi.Drained;
import io.forrest.spi.Served;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Taking back instances that a balancer knows: stopped once the last session has left, or the drain time is over. */
class DrainTest {

    private static final Duration DRAIN = Duration.ofSeconds(9);

    @RegisterExtension
    final FakeWorld world = FakeWorld.balanced();

    private Instance announced() {
        return world.launch().named("mine").drainFor(DRAIN).announce();
    }

    @Test
    void stop_noSessions_doesNotWait() {
        Instance instance = announced();
        Duration before = world.time.elapsed();

        assertThat(instance.stop()).isEqualTo(new Retirement("mine", true, true, Duration.ZERO, 0, List.of()));
        assertThat(world.time.elapsed()).isEqualTo(before);
        world.assertNothingLeft();
        await().until(() -> world.steps("mine").contains(Step.REMOVE));
        assertThat(world.steps("mine")).endsWith(Step.RETIRE, Step.WITHDRAW, Step.DRAIN, Step.STOP, Step.REMOVE);
        assertThat(world.asked())
                .containsSubsequence(Operation.WITHDRAW, Operation.AWAIT_DRAINED, Operation.STOP, Operation.REMOVE);
    }

    @Test
    void stop_sessionsLeaveInTime_goesOnOnceTheyHaveLeft() {
        Instance instance = announced();
        world.balancer.member("two").keep("mine", 2, Duration.ofSeconds(3));

        Retirement retirement = instance.stop();

        assertThat(retirement.drained()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
        assertThat(retirement.sessionsCut()).isZero();
        assertThat(retirement.blindSpots()).isEmpty();
    }

    @Test
    void stop_sessionsStay_isBoundedAndTellsWhatWasCut() {
        Instance instance = announced();
        world.balancer.member("two").keep("mine", 2);

        assertThat(instance.stop())
                .isEqualTo(
                        new Retirement("mine", true, true, DRAIN, 2, List.of("not drained: two: DRAIN, 2 sessions")));
        world.assertNothingLeft();
    }

    @Test
    void stop_balancerUnreachable_waitsTheWholeTimeAndSaysSo() {
        Instance instance = announced();
        world.balancer.member("one").unreachable("connection refused");

        assertThat(instance.stop())
                .isEqualTo(
                        new Retirement("mine", true, true, DRAIN, 0, List.of("unreachable: one: connection refused")));
        await().until(() -> world.steps("mine").contains(Step.REMOVE));
        assertThat(world.events)
                .filteredOn(BalancersUnreachable.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(BalancersUnreachable.class, event -> {
                    assertThat(event.step()).isEqualTo(Step.DRAIN);
                    assertThat(event.balancers()).containsExactly("one: connection refused");
                });
    }

    @Test
    void stop_blindSpot_waitsTheWholeTimeAndSaysSo() {
        Instance instance = announced();
        world.balancer.member("one").blindTo("old workers");

        assertThat(instance.stop())
                .isEqualTo(new Retirement("mine", true, true, DRAIN, 0, List.of("one: old workers")));
    }

    @Test
    void stop_balancerFails_waitsForTheRestOfTheTimeInItsPlace() {
        Instance instance = announced();
        world.faults.on(Operation.AWAIT_DRAINED).before(() -> world.time.advance(Duration.ofSeconds(4)));
        world.faults.on(Operation.AWAIT_DRAINED).fail();

        Retirement retirement = instance.stop();

        assertThat(retirement.drained()).isEqualTo(DRAIN);
        assertThat(retirement.blindSpots())
                .singleElement()
                .asString()
                .contains("the balancer failed")
                .contains("found no balancer");
        world.assertNothingLeft();
    }

    @Test
    void stop_balancerClosed_isNotInTheWay() {
        Instance instance = announced();
        world.balancer.close();

        assertThat(instance.stop().drained()).isEqualTo(DRAIN);
        world.assertNothingLeft();
    }

    /** A balancer that does not keep to its contract must not have sessions cut. */
    @Test
    void stop_balancerReturnsEarlyUndrained_waitsForTheRestOfTheTime() {
        try (Scaler hasty = world.builder(OnClose.LEAVE).balancer(new Hasty()).build()) {
            Instance instance =
                    hasty.launch(FakeWorld.IMAGE).named("mine").drainFor(DRAIN).announce();

            assertThat(instance.stop())
                    .isEqualTo(new Retirement("mine", true, true, DRAIN, 1, List.of("not drained: busy")));
        }
    }

    @Test
    void stop_withinZero_looksOnceAndTellsWhatWasCut() {
        Instance instance = announced();
        world.balancer.member("one").keep("mine", 5);

        Retirement retirement = world.scaler.stop(instance.name(), Duration.ZERO);

        assertThat(retirement.drained()).isZero();
        assertThat(retirement.sessionsCut()).isEqualTo(5);
    }

    @Test
    void stop_withdrawnAWhileAgo_waitsForTheRestAtMost() {
        Instance instance = announced().withdraw();
        world.balancer.member("one").keep("mine", 1);
        world.time.advance(Duration.ofSeconds(4));

        Retirement retirement = instance.stop();

        assertThat(retirement.drained()).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(5));
        assertThat(retirement.sessionsCut()).isEqualTo(1);
    }

    @Test
    void stop_neverAnnounced_asksNoBalancer() {
        Instance held = world.launch().start();

        assertThat(held.stop().drained()).isZero();
        assertThat(world.asked()).doesNotContain(Operation.AWAIT_DRAINED);
    }

    @Test
    void stop_containerExited_asksNoBalancer() {
        Instance instance = announced();
        world.engine.kill(instance.id(), 137);
        world.balancer.member("one").keep("mine", 1);

        assertThat(instance.stop()).isEqualTo(new Retirement("mine", true, true, Duration.ZERO, 0, List.of()));
    }

    @Test
    void stop_interruptedWhileDraining_keepsTheContainerAndTheNextFinishes() throws Exception {
        Instance instance = announced();
        world.faults.on(Operation.AWAIT_DRAINED).once().hang();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean flag = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            thrown.set(catchThrowable(instance::stop));
            flag.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        world.faults.awaitHanging(1);
        caller.interrupt();
        caller.join();

        assertThat(thrown.get())
                .isInstanceOfSatisfying(
                        ForrestException.class, e -> assertThat(e.step()).contains(Step.DRAIN));
        assertThat(flag).isTrue();
        assertThat(world.engine.containers().get(0).status()).isEqualTo(Container.Status.RUNNING);
        assertThat(instance.stop().found()).isTrue();
        world.assertNothingLeft();
    }

    /** Serves everything, and gives up draining at once. */
    private static final class Hasty implements Balancer {

        @Override
        public Served awaitServing(Announcement announcement, Duration within) {
            return new Served(true, List.of(), List.of(), List.of());
        }

        @Override
        public Drained awaitDrained(Announcement announcement, Duration within) {
            return new Drained(false, 1, List.of("busy"), List.of(), List.of());
        }

        @Override
        public Map<String, Traffic> traffic() {
            return Map.of();
        }

        @Override
        public void close() {}
    }
}
