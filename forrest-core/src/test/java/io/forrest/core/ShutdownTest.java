package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Instance;
import io.forrest.OnClose;
import io.forrest.ReconcileMode;
import io.forrest.Stage;
import io.forrest.etcd.EtcdFixture;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A process that is ended by SIGTERM in the middle of a launch, and closes its scaler in a shutdown hook while its main thread
 * closes everything, too; on a real engine and a real etcd.
 */
class ShutdownTest {

    /** What a shell says of a process that SIGTERM ended: 128 and the signal's number. */
    private static final int TERMINATED = 143;

    private static EtcdFixture etcd;

    @BeforeAll
    static void startEtcd() {
        etcd = EtcdFixture.start();
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    private static void terminate(RealWorld world, OnClose onClose) throws Exception {
        try (ChildJvm child =
                ChildJvm.start(ClosingProgram.class, world.etcd.toString(), world.prefix, onClose.name())) {
            child.awaitWords(ClosingProgram.LAUNCHING);
            assertThat(world.containers()).hasSize(3);
            assertThat(child.terminate()).as(child::said).isEqualTo(TERMINATED);
            assertThat(child.said()).doesNotContain("could not", "left behind");
        }
    }

    @Test
    void terminated_retireAll_nothingIsLeft() throws Exception {
        try (RealWorld world = new RealWorld(etcd.uri())) {
            terminate(world, OnClose.RETIRE_ALL);

            world.assertNothingLeft();
        }
    }

    @Test
    void terminated_leave_theLaunchIsUndoneAndTheRestServes() throws Exception {
        try (RealWorld world = new RealWorld(etcd.uri())) {
            terminate(world, OnClose.LEAVE);

            List<Instance> left = world.scaler.instances();
            assertThat(left)
                    .hasSize(2)
                    .allSatisfy(instance -> assertThat(instance.state().stage()).isEqualTo(Stage.ANNOUNCED));
            assertThat(world.scaler.reconcile(ReconcileMode.DRY_RUN).repairs()).isEmpty();
            for (Instance instance : left) {
                assertThat(RealWorld.answerOf(instance.endpoint())).isNotEmpty();
                world.scaler.stop(instance.name(), Duration.ZERO);
            }
            world.assertNothingLeft();
        }
    }
}
