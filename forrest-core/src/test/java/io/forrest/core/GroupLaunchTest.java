package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forrest.AnnouncementException;
import io.forrest.ForrestException;
import io.forrest.Instance;
import io.forrest.NotReadyException;
import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.event.StepFailed;
import io.forrest.spi.Container;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupLaunchTest {

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 40})
    void announce_several_announcesAll(int count) {
        List<Instance> instances = world.launch().announce(count);

        assertThat(instances).hasSize(count).doesNotHaveDuplicates();
        assertThat(world.registry.values())
                .containsOnlyKeys(instances.stream().map(Instance::name).toList());
        assertThat(world.engine.containers()).hasSize(count);
    }

    @Test
    void announce_several_nothingIsAnnouncedBeforeAllAreReady() {
        AtomicInteger ready = new AtomicInteger();
        AtomicInteger early = new AtomicInteger();
        world.scaler
                .launch(FakeWorld.IMAGE)
                .readyWhen(Readiness.probe(endpoint -> {
                    early.addAndGet(world.registry.values().size());
                    ready.incrementAndGet();
                    return ProbeResult.ready();
                }))
                .announce(5);

        assertThat(ready).hasValue(5);
        assertThat(early).hasValue(0);
    }

    @Test
    void announce_oneNeverReady_leavesNothing() {
        AtomicInteger probes = new AtomicInteger();

        assertThatThrownBy(() -> world.scaler
                        .launch(FakeWorld.IMAGE)
                        .readyWhen(Readiness.probe(endpoint ->
                                probes.incrementAndGet() == 4 ? ProbeResult.never("broken") : ProbeResult.ready()))
                        .announce(6))
                .isInstanceOf(NotReadyException.class)
                .hasMessageContaining("broken");
        world.assertNothingLeft();
        assertThat(world.faults.calls())
                .noneSatisfy(call -> assertThat(call.operation()).isEqualTo(Operation.ANNOUNCE));
    }

    @Test
    void announce_oneCannotBeAnnounced_withdrawsDrainsAndRemovesTheRest() {
        world.faults.on(Operation.ANNOUNCE).skipping(2).once().fail();

        assertThatThrownBy(() -> world.launch().drainFor(Duration.ofSeconds(5)).announce(4))
                .isInstanceOf(AnnouncementException.class);
        world.assertNothingLeft();
        assertThat(world.time.elapsed()).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void announce_oneCannotBeRemoved_isListed() {
        world.faults.on(Operation.ANNOUNCE).once().fail();
        world.faults.on(Operation.REMOVE).once().fail();

        assertThatThrownBy(() -> world.launch().announce(3))
                .isInstanceOfSatisfying(
                        ForrestException.class,
                        e -> assertThat(e.leftBehind())
                                .hasSize(2)
                                .anySatisfy(left -> assertThat(left).startsWith("container "))
                                .anySatisfy(left -> assertThat(left).startsWith("record ")));
        assertThat(world.engine.containers()).hasSize(1);
        assertThat(world.registry.values()).isEmpty();
    }

    @Test
    void announce_oneLeavesAContainer_theOthersLeaveNothing() {
        world.faults.on(Operation.START).once().failHalfway();

        assertThatThrownBy(() -> world.launch().announce(3))
                .isInstanceOfSatisfying(
                        ForrestException.class, e -> assertThat(e.leftBehind()).hasSize(2));
        assertThat(world.engine.containers()).hasSize(1);
        assertThat(world.registry.records().list("instances")).hasSize(1);
    }

    @Test
    void announce_noneCanBeRemoved_allAreListedAndToldOf() {
        AtomicInteger probes = new AtomicInteger();
        world.faults.on(Operation.REMOVE).fail();

        assertThatThrownBy(() -> world.scaler
                        .launch(FakeWorld.IMAGE)
                        .readyWhen(Readiness.probe(endpoint -> probes.incrementAndGet() == 3
                                ? ProbeResult.never("broken")
                                : ProbeResult.notYet("starting")))
                        .announce(3))
                .isInstanceOfSatisfying(NotReadyException.class, e -> {
                    assertThat(world.engine.containers())
                            .isNotEmpty()
                            .allSatisfy(container -> assertThat(e.leftBehind())
                                    .anySatisfy(left -> assertThat(left).contains(container.name())));
                    for (Container container : world.engine.containers()) {
                        await().until(() -> world.events.stream()
                                .anyMatch(event -> event instanceof StepFailed failed
                                        && failed.instance().equals(container.name())));
                    }
                });
    }

    @Test
    void announce_severalOfOneName_isRefusedNamingBoth() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> world.launch().named("mine").announce(2))
                .withMessageContaining("named(\"mine\")")
                .withMessageContaining("announce(2)");
        assertThat(world.launch().named("mine").announce(1)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1001})
    void announce_countOutOfRange_isRefused(int count) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> world.launch().announce(count))
                .withMessageContaining("1 to 1000");
    }
}
