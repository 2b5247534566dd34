package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Instance;
import io.forrest.ReconcileMode;
import io.forrest.Repair;
import io.forrest.Scaler;
import io.forrest.Supervision;
import io.forrest.core.internal.record.ProcessMark;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import io.forrest.testkit.FakeContainerRuntime;
import io.forrest.testkit.FakeEngine;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.FakeTime;
import io.forrest.testkit.Faults;
import io.forrest.testkit.InMemoryRegistry;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Processes whose clocks differ from each other's and the engine's judge what another has begun by the engine's. */
class ClocksTest {

    private static final String IMAGE = "demo/web";
    private static final String ELSEWHERE = "elsewhere 1 1 1";

    private final FakeTime engineTime = new FakeTime();
    private final FakeTime launcherTime = new FakeTime();
    private final FakeTime lookerTime = new FakeTime();
    private final Faults faults = new Faults();
    private final FakeEngine engine = new FakeEngine(engineTime, 0).addImage(IMAGE, FakeImage.exposing(8080));
    private final InMemoryRegistry.Store store = new InMemoryRegistry.Store();
    private final InMemoryRegistry registry = new InMemoryRegistry(store, "/servers", new Faults());

    private Scaler scaler(FakeTime time, Faults befalling) {
        return Forrest.builder(new FakeContainerRuntime(engine, befalling), registry)
                .advertise("127.0.0.1")
                .publishOn("127.0.0.1")
                .supervision(Supervision.none())
                .time(time)
                .build();
    }

    /** Lets the engine's clock be at three hours, and the others' some hours ahead of it. */
    private void set(int launcher, int looker) {
        engineTime.advance(Duration.ofHours(3));
        launcherTime.advance(Duration.ofHours(3 + launcher));
        lookerTime.advance(Duration.ofHours(3 + looker));
    }

    private void pass(Duration time) {
        engineTime.advance(time);
        launcherTime.advance(time);
        lookerTime.advance(time);
    }

    /** Has the records say that a process is at work of which nobody here can tell whether it lives. */
    private void moveElsewhere() {
        Records records = registry.records();
        records.list("instances")
                .forEach((name, text) -> assertThat(records.compareAndSet(
                                new RecordKey("instances", name), text, text.replace(ProcessMark.own(), ELSEWHERE)))
                        .isTrue());
    }

    @AfterEach
    void close() {
        registry.close();
        engine.close();
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0, -1", "1, 0", "-1, 0", "1, -1", "-1, 1"})
    void launchOfAnother_isLeftUntilItsTimeIsOverByTheEnginesClock(int launcher, int looker) throws Exception {
        set(launcher, looker);
        try (Scaler launching = scaler(launcherTime, faults);
                Scaler looking = scaler(lookerTime, new Faults())) {
            faults.on(Operation.START).once().hang();
            CompletableFuture<Instance> coming =
                    launching.launch(IMAGE).within(Duration.ofMinutes(5)).announceAsync();
            faults.awaitHanging(1);
            moveElsewhere();

            pass(Duration.ofMinutes(4));
            assertThat(looking.reconcile(ReconcileMode.DRY_RUN).repairs()).isEmpty();
            pass(Duration.ofMinutes(3));
            assertThat(looking.reconcile().repairs())
                    .extracting(Repair::what)
                    .containsExactly(Repair.Action.UNDO_LAUNCH);
            assertThat(coming.cancel(true)).isTrue();
        }
        assertThat(registry.records().list("instances")).isEmpty();
        assertThat(engine.containers()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0, -1", "1, 0", "-1, 0"})
    void withdrawnByAnother_isDrainedForTheRestByTheEnginesClock(int launcher, int looker) {
        set(launcher, looker);
        try (Scaler launching = scaler(launcherTime, new Faults());
                Scaler looking = scaler(lookerTime, new Faults())) {
            Instance instance =
                    launching.launch(IMAGE).drainFor(Duration.ofMinutes(3)).announce();
            instance.withdraw();
            pass(Duration.ofMinutes(1));
            Duration before = lookerTime.elapsed();

            looking.stop(instance.name());

            assertThat(lookerTime.elapsed().minus(before)).isEqualTo(Duration.ofMinutes(2));
        }
        assertThat(registry.values()).isEqualTo(Map.of());
        assertThat(engine.containers()).isEmpty();
    }
}
