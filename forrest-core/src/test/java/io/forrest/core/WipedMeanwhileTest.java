package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forrest.Instance;
import io.forrest.OnClose;
import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.Reconciliation;
import io.forrest.Repair;
import io.forrest.Scaler;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The store is wiped while an instance comes or goes, and whoever repairs records and announces its container anew. */
class WipedMeanwhileTest {

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    private final Scaler other = world.scaler(OnClose.LEAVE);
    private final List<Map<String, ?>> announcedWhenStopped = new ArrayList<>();

    @AfterEach
    void close() {
        other.close();
    }

    private void wipeAndRepair() {
        world.registry.wipe();
        Reconciliation repaired = other.reconcile();
        assertThat(repaired.repairs()).extracting(Repair::what).containsExactly(Repair.Action.RECORD);
        assertThat(world.registry.values()).hasSize(1);
    }

    private void watchStops() {
        world.faults
                .on(Operation.STOP, Operation.REMOVE)
                .before(() -> announcedWhenStopped.add(Map.copyOf(world.registry.values())));
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"RECORD_SET", "WITHDRAW"})
    void stop_wipedBeforeItIsStopped_isWithdrawnAgainFirst(Operation last) {
        Instance instance = world.launch().drainFor(Duration.ofSeconds(5)).announce();
        world.faults.on(last).once().after(this::wipeAndRepair);
        watchStops();

        assertThat(instance.stop().withdrawn()).isTrue();

        assertThat(announcedWhenStopped)
                .isNotEmpty()
                .allSatisfy(keys -> assertThat(keys).isEmpty());
        world.assertNothingLeft();
    }

    @Test
    void stop_wipedAndNotYetRepaired_isNotAnnouncedByWhoRepairsNext() {
        Instance instance = world.launch().announce();
        world.faults.on(Operation.WITHDRAW).once().after(world.registry::wipe);
        world.faults
                .on(Operation.STOP)
                .once()
                .before(() -> assertThat(other.reconcile().repairs()).isEmpty());

        instance.stop();

        world.assertNothingLeft();
    }

    @Test
    void stop_wipedWhileItIsStopped_leavesNoKey() {
        Instance instance = world.launch().announce();
        world.faults.on(Operation.STOP).once().before(this::wipeAndRepair);

        instance.stop();

        world.assertNothingLeft();
    }

    @Test
    void launch_wipedBeforeItIsReady_isUndoneWithItsNewKey() {
        watchStops();
        assertThatThrownBy(() -> world.scaler
                        .launch(FakeWorld.IMAGE)
                        .readyWhen(Readiness.probe(endpoint -> {
                            wipeAndRepair();
                            return ProbeResult.never("it is broken");
                        }))
                        .announce())
                .hasMessageContaining("it is broken");

        assertThat(announcedWhenStopped)
                .isNotEmpty()
                .allSatisfy(keys -> assertThat(keys).isEmpty());
        world.assertNothingLeft();
    }

    @Test
    void start_wipedBeforeItIsHeld_isUndoneWithItsNewKey() {
        assertThatThrownBy(() -> world.scaler
                        .launch(FakeWorld.IMAGE)
                        .readyWhen(Readiness.probe(endpoint -> {
                            wipeAndRepair();
                            return ProbeResult.ready();
                        }))
                        .start())
                .hasMessageContaining("meanwhile");

        world.assertNothingLeft();
    }

    @Test
    void launch_refusedByTheRegistryAndAnnouncedByAnother_isUndoneWithItsKey() {
        world.faults
                .on(Operation.ANNOUNCE)
                .once()
                .before(() -> assertThat(other.reconcile().repairs())
                        .extracting(Repair::what)
                        .containsExactly(Repair.Action.ANNOUNCE));
        world.faults.on(Operation.ANNOUNCE).once().refuse();

        assertThatThrownBy(() -> world.launch().announce()).hasMessageContaining("refuse");

        world.assertNothingLeft();
    }
}
