package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.ContainerRuntimeException;
import io.forrest.ForrestException;
import io.forrest.Instance;
import io.forrest.Launch;
import io.forrest.OnClose;
import io.forrest.ReconcileMode;
import io.forrest.RegistryException;
import io.forrest.Scaler;
import io.forrest.core.internal.record.Intent;
import io.forrest.spi.Container;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.FaultBuilder;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A pass that is disturbed: by a call that fails, and by a stop at any moment. */
class ReconcileFaultsTest {

    private static final int CALLS = 5;
    private static final String IMAGE = "demo/healthy";

    /** Returns a world in which there is an image that is healthy at once. */
    static FakeWorld world() {
        FakeWorld world = new FakeWorld();
        world.engine.addImage(IMAGE, FakeImage.exposing(8080).healthAfter(Duration.ZERO, Container.Health.HEALTHY));
        return world;
    }

    /** Returns a launch of that image. */
    static Launch launch(FakeWorld world, String name) {
        return world.scaler.launch(IMAGE).named(name).drainFor(Duration.ofSeconds(3));
    }

    /** Makes one of each thing that there is to repair. */
    static void disturb(FakeWorld world) {
        CutOff cutOff = new CutOff(world);
        launch(world, "serving").announce();
        world.engine.kill(launch(world, "dead").announce().id(), 1);
        world.engine.restart(launch(world, "moved").announce().id());
        world.registry.delete(launch(world, "lost").announce().name());
        world.runtime.remove(launch(world, "gone").announce().id());
        cutOff.cutOff(launch(world, "launching").start(), Intent.LIVE);
        cutOff.retireCutOff(launch(world, "retiring").announce());
    }

    /** Asserts that all of what {@link #disturb} made is repaired, and nothing else was touched. */
    static void assertRepaired(FakeWorld world, String description) {
        assertThat(world.scaler.reconcile(ReconcileMode.DRY_RUN).repairs())
                .as(description)
                .isEmpty();
        assertThat(world.registry.values()).as(description).containsOnlyKeys("serving", "moved", "lost", "launching");
        assertThat(world.registry.records().list("instances"))
                .as(description)
                .containsOnlyKeys("serving", "moved", "lost", "launching", "dead");
        assertThat(world.engine.containers())
                .as(description)
                .extracting(Container::name)
                .containsExactlyInAnyOrder("serving", "moved", "lost", "launching", "dead");
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {
                "RECORD_GET",
                "RECORD_LIST",
                "RECORD_SET",
                "RECORD_DELETE",
                "ANNOUNCE",
                "ANNOUNCEMENTS",
                "WITHDRAW",
                "LIST",
                "FIND",
                "STOP",
                "REMOVE"
            })
    void reconcile_anyCallFails_isFinishedByTheNext(Operation operation) {
        Map<String, Consumer<FaultBuilder>> faults = Map.of(
                "fail", FaultBuilder::fail,
                "lose the request", FaultBuilder::loseRequest,
                "lose the answer", FaultBuilder::loseAnswer);
        faults.forEach((kind, fault) -> {
            for (int call = 0; call < CALLS; call++) {
                FakeWorld world = world();
                try {
                    disturb(world);
                    fault.accept(world.faults.on(operation).skipping(call).once());
                    reconcileInSpiteOfFaults(world);
                    assertThat(world.registry.values()).containsKey("serving");
                    world.faults.heal();
                    // What was being taken back is left to whoever did that, for a while; and this process goes on
                    // living.
                    world.time.advance(Duration.ofMinutes(2));
                    assertThat(world.scaler.reconcile().failures()).isEmpty();
                    assertRepaired(world, kind + " of call " + call + " of " + operation);
                } finally {
                    world.end();
                }
            }
        });
    }

    private static void reconcileInSpiteOfFaults(FakeWorld world) {
        try {
            world.scaler.reconcile();
        } catch (ForrestException e) {
            assertThat(e).isInstanceOfAny(RegistryException.class, ContainerRuntimeException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"RECORD_GET", "RECORD_LIST", "RECORD_SET", "ANNOUNCE", "ANNOUNCEMENTS", "WITHDRAW", "LIST", "FIND"
            })
    void reconcile_stopAtAnyMoment_stopWins(Operation operation) {
        for (String what : List.of("lost", "moved", "wiped")) {
            for (int call = 0; call < CALLS; call++) {
                for (boolean before : new boolean[] {true, false}) {
                    stopDuringAPass(what, operation, call, before);
                }
            }
        }
    }

    private static void stopDuringAPass(String what, Operation operation, int call, boolean before) {
        FakeWorld world = world();
        try (Scaler second = world.scaler(OnClose.LEAVE)) {
            Instance instance = launch(world, "mine").announce();
            switch (what) {
                case "lost" -> world.registry.delete("mine");
                case "moved" -> world.engine.restart(instance.id());
                default -> world.registry.wipe();
            }
            FaultBuilder fault = world.faults.on(operation).skipping(call).once();
            Runnable stop = () -> second.stop("mine");
            if (before) {
                fault.before(stop);
            } else {
                fault.after(stop);
            }
            world.scaler.reconcile();
            world.faults.heal();
            second.stop("mine");
            assertThat(world.registry.values())
                    .as("%s, stopped %s call %d of %s", what, before ? "before" : "after", call, operation)
                    .isEmpty();
            world.assertNothingLeft();
            assertThat(world.scaler.reconcile().repairs()).isEmpty();
        } finally {
            world.end();
        }
    }
}
