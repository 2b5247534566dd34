package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.Endpoint;
import io.forrest.ForrestEvent;
import io.forrest.Instance;
import io.forrest.InstanceState;
import io.forrest.Launch;
import io.forrest.OnClose;
import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.Repair;
import io.forrest.Scaler;
import io.forrest.Stage;
import io.forrest.Step;
import io.forrest.Supervision;
import io.forrest.event.EventsLost;
import io.forrest.event.Repaired;
import io.forrest.event.StepReached;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two hundred containers that die, and start again, in one burst, under a scaler whose listener stands still, or throws at all it is
 * told: what is to be done is done all the same, and nothing of it is lost to the listener. The scaler looks because of what it is
 * told, and not because it is time to.
 */
class BurstTest {

    private static final int MANY = 200;
    private static final Duration SELDOM = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<ForrestEvent> heard = new CopyOnWriteArrayList<>();

    private final Scaler scaler = world.builder(OnClose.LEAVE)
            .supervision(Supervision.withdraw())
            .supervisedEvery(SELDOM)
            .build();

    @AfterEach
    void close() {
        gate.countDown();
        scaler.close();
    }

    private List<Instance> announced() {
        Launch launch = scaler.launch(FakeWorld.IMAGE).readyWhen(Readiness.probe(endpoint -> ProbeResult.ready()));
        List<Instance> instances = new ArrayList<>(launch.announce(MANY / 2));
        instances.addAll(launch.announce(MANY / 2));
        return instances;
    }

    private void listen(Consumer<ForrestEvent> afterwards) {
        var unused = scaler.onEvent(event -> {
            heard.add(event);
            afterwards.accept(event);
        });
    }

    private void standStill() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitNoKeys() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(world.registry.values()).isEmpty());
    }

    private void kill(List<Instance> instances) {
        instances.forEach(instance -> world.engine.kill(instance.id(), 137));
    }

    private long withdrawals() {
        return heard.stream()
                .filter(event -> event instanceof Repaired repaired
                        && repaired.repair().what() == Repair.Action.WITHDRAW
                        && !repaired.repair().failed())
                .count();
    }

    /** Asserts that all was heard, of each instance once and in its order. */
    private void assertAllHeard(List<Instance> instances) {
        await().atMost(PATIENCE).until(() -> withdrawals() == instances.size());
        assertThat(heard).noneMatch(EventsLost.class::isInstance);
        Map<String, List<String>> told = new HashMap<>();
        heard.forEach(event -> {
            if (event instanceof StepReached step && step.step() == Step.WITHDRAW) {
                told.computeIfAbsent(step.instance(), name -> new ArrayList<>()).add("withdrawn");
            } else if (event instanceof Repaired repaired) {
                told.computeIfAbsent(repaired.instance(), name -> new ArrayList<>())
                        .add("repaired");
            }
        });
        assertThat(told.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        instances.stream().map(Instance::name).toList());
        assertThat(told.values()).allMatch(List.of("withdrawn", "repaired")::equals);
    }

    @Test
    void manyDie_listenerStandsStill_allAreWithdrawnAndNothingIsLost() {
        List<Instance> instances = announced();
        listen(event -> standStill());

        kill(instances);

        awaitNoKeys();
        assertThat(heard).hasSizeLessThan(2);
        gate.countDown();
        assertAllHeard(instances);
    }

    @Test
    void manyDie_listenerThrowsAtEachEvent_isToldAllOfThem() {
        List<Instance> instances = announced();
        listen(event -> {
            throw new IllegalStateException("a listener of a user's");
        });

        kill(instances);

        awaitNoKeys();
        assertAllHeard(instances);
    }

    @Test
    void manyDieAndStartAgain_allAreAnnouncedWhereTheyAnswerNow() {
        List<Instance> instances = announced();
        Map<String, String> before = world.registry.values();

        instances.forEach(instance -> world.engine.restart(instance.id()));

        await().atMost(PATIENCE).untilAsserted(() -> {
            Map<String, String> now = world.registry.values();
            instances.forEach(instance -> {
                InstanceState state = instance.refresh();
                assertThat(state.stage()).isEqualTo(Stage.ANNOUNCED);
                assertThat(now)
                        .containsEntry(
                                instance.name(),
                                state.endpoint().map(Endpoint::toString).orElse("none"));
            });
            assertThat(now).isNotEqualTo(before).hasSameSizeAs(before);
        });
    }
}
