package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Instance;
import io.forrest.OnClose;
import io.forrest.Scaler;
import io.forrest.Supervision;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.Operation;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A scaler that is closed in the middle of a replacement leaves nothing that keeps others from going on. */
class CloseReplacingTest {

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    private Scaler replacing(OnClose onClose) {
        world.engine.addImage("demo/web", FakeImage.exposing(8080));
        return world.builder(onClose)
                .supervision(Supervision.replace(100, Duration.ofHours(1)))
                .replacedAfter(Duration.ofMillis(20), Duration.ofMillis(100))
                .supervisedEvery(Duration.ofHours(1))
                .build();
    }

    @ParameterizedTest
    @EnumSource(names = {"START", "FIND", "ANNOUNCE", "REMOVE", "RECORD_DELETE"})
    void ofAFleet_atEachCall_leavesNoLease(Operation call) throws Exception {
        Scaler closing = replacing(OnClose.LEAVE);
        closing.launch("demo/web").drainFor(Duration.ZERO).fleet().scaleTo(3);
        closeAt(call, closing, world.engine.containers().get(0).id());

        assertThat(world.scaler.fleet("web").scaleTo(1).size()).isEqualTo(1);
        world.scaler.fleet("web").stop();
        world.scaler.reconcile();
        world.assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(names = {"START", "FIND", "ANNOUNCE", "REMOVE", "RECORD_DELETE"})
    void ofAnInstance_atEachCall_leavesNoLease(Operation call) throws Exception {
        Scaler closing = replacing(OnClose.RETIRE_ALL);
        Instance dead = closing.launch("demo/web").drainFor(Duration.ZERO).announce();
        closeAt(call, closing, dead.id());

        world.time.advance(Duration.ofMinutes(10));
        world.scaler.reconcile();
        world.assertNothingLeft();
    }

    private void closeAt(Operation call, Scaler closing, String victim) throws Exception {
        world.faults.on(call).during(this::isLeased).once().hang();
        world.engine.kill(victim, 1);
        world.faults.awaitHanging(1);

        closing.close();

        assertThat(world.registry.records().list("leases")).isEmpty();
    }

    private boolean isLeased() {
        return !world.unfaulted().records().list("leases").isEmpty();
    }
}
