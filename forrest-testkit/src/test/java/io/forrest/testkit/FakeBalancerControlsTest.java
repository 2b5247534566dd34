package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.forrest.BalancerException;
import io.forrest.Endpoint;
import io.forrest.Traffic;
import io.forrest.spi.Announcement;
import io.forrest.spi.Drained;
import io.forrest.spi.Served;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a test can have a fake balancer do. */
class FakeBalancerControlsTest {

    private static final Announcement FOX = new Announcement("brave-fox", "myapp", Endpoint.of("10.0.0.5", 32768));
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final FakeTime time = new FakeTime();
    private final Faults faults = new Faults(7, time);
    private final Faults registryFaults = new Faults(7, time);
    private final InMemoryRegistry registry =
            new InMemoryRegistry(new InMemoryRegistry.Store(), "/servers", registryFaults);
    private final FakeBalancer balancer = new FakeBalancer(registry, time, faults, "one", "two");

    @Test
    void unreachable_one_isServedByTheOther() throws InterruptedException {
        registry.announce(FOX);
        balancer.member("two").unreachable("connection refused");

        Served served = balancer.awaitServing(FOX, MINUTE);

        assertThat(served.serving()).isTrue();
        assertThat(served.unreachable()).containsExactly("two: connection refused");
        assertThat(time.elapsed()).isZero();
    }

    @Test
    void unreachable_all_isNotServed() throws InterruptedException {
        registry.announce(FOX);
        balancer.member("one").unreachable("away");
        balancer.member("two").unreachable("away");

        assertThat(balancer.awaitServing(FOX, MINUTE).serving()).isFalse();
        assertThat(time.elapsed()).isEqualTo(MINUTE);
        assertThatExceptionOfType(BalancerException.class).isThrownBy(balancer::traffic);
        balancer.member("two").reachable();
        assertThat(balancer.awaitServing(FOX, MINUTE).serving()).isTrue();
    }

    @Test
    void refuse_accepted_isServedAtTheNextLook() throws InterruptedException {
        registry.announce(FOX);
        balancer.member("one").refuse("brave-fox", "DOWN (L4CON)");
        assertThat(balancer.awaitServing(FOX, Duration.ZERO).waitingFor()).containsExactly("one: DOWN (L4CON)");
        time.after(Duration.ofSeconds(5), () -> balancer.member("one").accept("brave-fox"));

        assertThat(balancer.awaitServing(FOX, MINUTE).serving()).isTrue();
        assertThat(time.elapsed()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(6));
    }

    @Test
    void keep_forATime_isDrainedAfterIt() throws InterruptedException {
        balancer.member("one").keep("brave-fox", 2, Duration.ofSeconds(3));

        Drained early = balancer.awaitDrained(FOX, Duration.ofSeconds(1));
        assertThat(early.sessions()).isEqualTo(2);
        assertThat(early.waitingFor()).containsExactly("one: DRAIN, 2 sessions");
        assertThat(balancer.awaitDrained(FOX, MINUTE).drained()).isTrue();
        assertThat(time.elapsed()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
    }

    @Test
    void keep_untilReleased_isNotDrained() throws InterruptedException {
        balancer.member("one").keep("brave-fox", 2);
        balancer.member("two").keep("brave-fox", 3);

        assertThat(balancer.awaitDrained(FOX, MINUTE).sessions()).isEqualTo(5);
        balancer.member("one").release("brave-fox");
        balancer.member("two").release("brave-fox");
        assertThat(balancer.awaitDrained(FOX, Duration.ZERO).drained()).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> balancer.member("one").keep("brave-fox", 0));
    }

    @Test
    void blindTo_something_takesAllTheTime() throws InterruptedException {
        balancer.member("one").blindTo("old workers");

        Drained drained = balancer.awaitDrained(FOX, MINUTE);

        assertThat(drained.drained()).isFalse();
        assertThat(drained.blindSpots()).containsExactly("one: old workers");
        assertThat(time.elapsed()).isEqualTo(MINUTE);
    }

    @Test
    void count_severalBalancers_addUp() {
        registry.announce(FOX);
        balancer.member("one").count("brave-fox", 10, 1, Duration.ofMillis(5)).keep("brave-fox", 2);
        balancer.member("two").count("brave-fox", 20, 2, Duration.ofMillis(7)).refuse("brave-fox", "MAINT");

        assertThat(balancer.traffic())
                .isEqualTo(Map.of("brave-fox", new Traffic(false, "UP/MAINT", 2, 30, 3, Duration.ofMillis(7))));
    }

    @Test
    void registryAway_keepsServingWhatItServed() throws InterruptedException {
        registry.announce(FOX);
        assertThat(balancer.awaitServing(FOX, Duration.ZERO).serving()).isTrue();
        registryFaults.on(Operation.ANNOUNCEMENTS).fail();

        assertThat(balancer.awaitServing(FOX, Duration.ZERO).serving()).isTrue();
    }

    @Test
    void faults_endingACall_areBalancerExceptions() {
        registry.announce(FOX);
        faults.on(Operation.AWAIT_SERVING).fail();
        faults.on(Operation.AWAIT_DRAINED).refuse();
        faults.on(Operation.TRAFFIC).loseAnswer();

        assertThatExceptionOfType(BalancerException.class).isThrownBy(() -> balancer.awaitServing(FOX, MINUTE));
        assertThatExceptionOfType(BalancerException.class).isThrownBy(() -> balancer.awaitDrained(FOX, MINUTE));
        assertThatExceptionOfType(BalancerException.class).isThrownBy(balancer::traffic);
        assertThat(faults.calls())
                .extracting(Faults.Call::toString)
                .containsExactly("AWAIT_SERVING brave-fox", "AWAIT_DRAINED brave-fox", "TRAFFIC");
    }

    @Test
    void hang_closedMeanwhile_ends() throws Exception {
        faults.on(Operation.AWAIT_SERVING).hang();
        FutureTask<Served> call = new FutureTask<>(() -> balancer.awaitServing(FOX, MINUTE));
        Thread thread = new Thread(call, "caller");
        thread.setDaemon(true);
        thread.start();
        faults.awaitHanging(1);
        balancer.close();

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> call.get(10, TimeUnit.SECONDS))
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void member_unknown_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> balancer.member("three"));
        assertThatIllegalArgumentException().isThrownBy(() -> new FakeBalancer(registry, time, faults));
        balancer.close();
        assertThatIllegalStateException().isThrownBy(balancer::traffic);
    }
}
