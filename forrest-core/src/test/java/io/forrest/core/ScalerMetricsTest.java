package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.forrest.Instance;
import io.forrest.Launch;
import io.forrest.NotReadyException;
import io.forrest.OnClose;
import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.Scaler;
import io.forrest.Supervision;
import io.forrest.core.metrics.ScalerMetrics;
import io.forrest.testkit.Operation;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is shown of a scaler over an engine, a registry and a time that obey the test. */
class ScalerMetricsTest {

    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final Duration SELDOM = Duration.ofHours(1);

    @RegisterExtension
    final FakeWorld world = FakeWorld.balanced();

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Scaler scaler = world.builder(OnClose.LEAVE)
            .balancer(world.balancer)
            .supervision(Supervision.withdraw())
            .supervisedEvery(SELDOM)
            .build();
    private final ScalerMetrics metrics = new ScalerMetrics(scaler, Tags.of("site", "here"), OFTEN);

    @AfterEach
    void close() {
        world.faults.heal();
        scaler.close();
        metrics.close();
        meters.close();
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("forrest-metrics")));
    }

    private Launch launch() {
        return scaler.launch(FakeWorld.IMAGE)
                .readyWhen(Readiness.probe(endpoint -> ProbeResult.ready()))
                .drainFor(Duration.ofSeconds(9));
    }

    private double count(String name, String... tags) {
        return meters.find(name).tags(tags).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private long timed(String name) {
        return meters.find(name).timers().stream().mapToLong(Timer::count).sum();
    }

    private double seconds(String name) {
        return meters.get(name).timer().totalTime(TimeUnit.SECONDS);
    }

    private double instances(String stage) {
        return meters.find("forrest.instances").tags("stage", stage).gauges().stream()
                .mapToDouble(Gauge::value)
                .sum();
    }

    @Test
    void announce_isCountedAndTimed() {
        metrics.bindTo(meters);
        world.faults.on(Operation.ANNOUNCE).once().before(() -> world.time.advance(Duration.ofSeconds(1)));

        var unused = launch().readyWhen(Readiness.probe(endpoint -> {
                    world.time.advance(Duration.ofSeconds(2));
                    return ProbeResult.ready();
                }))
                .announce();

        await().until(() -> count("forrest.launches", "app", "myapp", "end", "announced") == 1);
        assertThat(seconds("forrest.launch.ready")).isEqualTo(2);
        assertThat(seconds("forrest.launch.announced")).isEqualTo(3);
        await().until(() -> instances("serving") == 1);
        assertThat(instances("exited")).isZero();
    }

    @Test
    void announceThree_andStart_areCountedEach() {
        metrics.bindTo(meters);

        List<Instance> three = launch().announce(3);
        Instance held = launch().start();

        assertThat(three).doesNotContain(held);
        await().until(() ->
                count("forrest.launches", "end", "announced") == 3 && count("forrest.launches", "end", "held") == 1);
        await().until(() -> instances("serving") == 3 && instances("held") == 1);
    }

    @Test
    void announce_neverReady_isAFailureOfItsStep() {
        metrics.bindTo(meters);

        assertThat(catchThrowable(() -> launch().readyWhen(Readiness.probe(endpoint -> ProbeResult.never("broken")))
                        .announce()))
                .isInstanceOf(NotReadyException.class);

        await().until(() -> count("forrest.failures", "app", "myapp", "step", "ready") == 1);
        assertThat(count("forrest.launches")).isZero();
    }

    @Test
    void died_isCountedOnceAndTimedToItsWithdrawal() {
        metrics.bindTo(meters);
        Instance instance = launch().named("mine").announce();
        world.faults
                .on(Operation.WITHDRAW)
                .about("mine")
                .once()
                .before(() -> world.time.advance(Duration.ofSeconds(3)));

        world.engine.kill(instance.id(), 137);

        await().until(() -> timed("forrest.death.withdrawn") == 1);
        assertThat(seconds("forrest.death.withdrawn")).isEqualTo(3);
        assertThat(count("forrest.deaths", "app", "myapp", "out.of.memory", "false"))
                .isEqualTo(1);
        assertThat(count("forrest.repairs", "action", "withdraw", "outcome", "done"))
                .isEqualTo(1);
        await().until(() -> instances("exited") == 1 && instances("serving") == 0);

        world.engine.restart(instance.id());

        await().until(() -> count("forrest.restarts") == 1 && count("forrest.repairs", "action", "announce") == 1);
        assertThat(count("forrest.deaths")).isEqualTo(1);
    }

    @Test
    void stop_withSessionsLeft_isCountedAndIsNoDeath() {
        metrics.bindTo(meters);
        Instance instance = launch().named("mine").announce();
        world.balancer.member("two").keep("mine", 2, Duration.ofMinutes(5));

        instance.stop();
        Instance kept = launch().announce();
        world.engine.kill(kept.id(), 1);

        await().until(() -> count("forrest.deaths") == 1 && timed("forrest.death.withdrawn") == 1);
        assertThat(count("forrest.retirements", "app", "myapp")).isEqualTo(1);
        assertThat(count("forrest.sessions.cut", "app", "myapp")).isEqualTo(2);
        await().until(() -> instances("exited") == 1);
    }

    @Test
    void gauges_engineAway_areGoneUntilItIsBack() {
        metrics.bindTo(meters);
        var unused = launch().start();
        await().until(() -> instances("held") == 1);

        world.faults.on(Operation.LIST).fail();
        await().until(() -> meters.find("forrest.instances").gauges().isEmpty());
        world.faults.heal();

        await().until(() -> instances("held") == 1);
    }

    @Test
    void meters_all_haveTheGivenTagAndNoneTheInstance() {
        metrics.bindTo(meters);
        Instance instance = launch().named("mine").announce();
        world.engine.kill(instance.id(), 137);
        await().until(() -> timed("forrest.death.withdrawn") == 1);
        instance.stop();
        await().until(() -> count("forrest.retirements") == 1);

        assertThat(meters.getMeters())
                .hasSizeGreaterThan(8)
                .extracting(Meter::getId)
                .allSatisfy(id -> {
                    assertThat(id.getName()).startsWith("forrest.");
                    assertThat(id.getTag("site")).isEqualTo("here");
                    assertThat(id.getDescription()).isNotBlank();
                    assertThat(id.getTags()).extracting(Tag::getValue).doesNotContain("mine", instance.id());
                });
    }

    @Test
    void close_threeTimes_takesTheGaugesOutAndLeavesTheCounters() {
        metrics.bindTo(meters);
        Instance first = launch().start();
        await().until(() -> instances("held") == 1 && count("forrest.launches") == 1);

        metrics.close();
        metrics.close();
        metrics.close();
        assertThat(launch().start().name()).isNotEqualTo(first.name());

        assertThat(meters.find("forrest.instances").gauges()).isEmpty();
        assertThat(count("forrest.launches")).isEqualTo(1);
    }

    @Test
    void close_neverBound_isDone() {
        metrics.close();

        assertThat(meters.getMeters()).isEmpty();
    }

    @Test
    void bindTo_whatCannotBe_isRefusedAndChangesNothing() {
        metrics.bindTo(meters);
        assertThatThrownBy(() -> metrics.bindTo(meters))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("already");
        SimpleMeterRegistry others = new SimpleMeterRegistry();
        scaler.close();
        assertThatThrownBy(() -> metrics.bindTo(others))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("scaler is closed");
        metrics.close();
        assertThatThrownBy(() -> metrics.bindTo(others))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("metrics are closed");

        assertThat(others.getMeters()).isEmpty();
        assertThatThrownBy(() -> new ScalerMetrics(scaler, List.of(), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("every");
    }

    @Test
    void bindTo_twoRegistries_showsTheSameInBoth() {
        SimpleMeterRegistry second = new SimpleMeterRegistry();
        metrics.bindTo(meters);
        metrics.bindTo(second);

        var unused = launch().start();

        for (SimpleMeterRegistry registry : List.of(meters, second)) {
            await().until(() -> registry.find("forrest.launches").counters().size() == 1
                    && registry.find("forrest.instances").tags("stage", "held").gauges().stream()
                            .anyMatch(gauge -> gauge.value() == 1));
        }
    }
}
