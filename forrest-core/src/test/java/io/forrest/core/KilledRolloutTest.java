package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Fleet;
import io.forrest.FleetState;
import io.forrest.Instance;
import io.forrest.Rollout;
import io.forrest.RolloutPhase;
import io.forrest.RolloutReport;
import io.forrest.RolloutState;
import io.forrest.docker.TestImages;
import io.forrest.etcd.EtcdFixture;
import io.forrest.spi.Container;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A rollout whose JVM is killed is found, and ended either way by another. */
class KilledRolloutTest {

    private static EtcdFixture etcd;

    @BeforeAll
    static void start() {
        etcd = EtcdFixture.start();
    }

    @AfterAll
    static void stop() {
        etcd.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"LAUNCHING", "OBSERVING", "RETIRING", "ROLLING_BACK"})
    void killed_resumedByAnother_leavesOneWholeGeneration(RolloutPhase phase) throws Exception {
        try (RealWorld world = new RealWorld(etcd.uri())) {
            RolloutReport report = killed(world, phase).resume();
            boolean back = phase == RolloutPhase.ROLLING_BACK;
            assertThat(report.state().phase()).isEqualTo(back ? RolloutPhase.ROLLED_BACK : RolloutPhase.PROMOTED);
            assertWhole(world, back ? TestImages.web() : KilledRollout.image(phase));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LAUNCHING", "OBSERVING", "RETIRING", "ROLLING_BACK"})
    void killed_rolledBackByAnother_leavesTheOldWhole(RolloutPhase phase) throws Exception {
        try (RealWorld world = new RealWorld(etcd.uri())) {
            RolloutReport report = killed(world, phase).rollBack();
            assertThat(report.state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
            assertWhole(world, TestImages.web());
        }
    }

    private static Rollout killed(RealWorld world, RolloutPhase phase) throws Exception {
        KilledRollout.rollOutAndKill(etcd.uri().toString(), world.prefix, phase);
        Rollout found = world.scaler.fleet("web").rollout().orElseThrow();
        assertThat(found.state()).map(RolloutState::phase).contains(phase);
        assertThat(world.registry.records().list("leases"))
                .as("the dead one's lease")
                .isNotEmpty();
        return found;
    }

    private static void assertWhole(RealWorld world, String image) {
        Fleet fleet = world.scaler.fleet("web");
        assertThat(fleet.rollout()).isEmpty();
        assertThat(fleet.state()).map(FleetState::image).contains(image);
        assertThat(fleet.instances())
                .hasSize(KilledRollout.SIZE)
                .extracting(Instance::image)
                .containsOnly(image);
        assertThat(world.containers())
                .hasSize(KilledRollout.SIZE)
                .extracting(Container::status)
                .containsOnly(Container.Status.RUNNING);
        assertThat(world.registry.announcements()).hasSize(KilledRollout.SIZE);
        assertThat(world.registry.records().list("instances")).hasSize(KilledRollout.SIZE);
        assertThat(world.registry.records().list("leases")).isEmpty();
        fleet.stop();
        world.assertNothingLeft();
        assertThat(world.registry.records().list("fleets")).isEmpty();
    }
}
