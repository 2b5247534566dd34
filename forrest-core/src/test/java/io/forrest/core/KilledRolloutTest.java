package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Fleet;
import io.forrest.FleetState;
import io.forrest.Instance;
import io.forrest.ObservedMember;
import io.forrest.Rollout;
import io.forrest.RolloutPhase;
import io.forrest.RolloutReport;
import io.forrest.RolloutState;
import io.forrest.WaveFacts;
import io.forrest.docker.TestImages;
import io.forrest.etcd.EtcdFixture;
import io.forrest.spi.Container;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    @CsvSource({"LAUNCHING, 1", "OBSERVING, 1", "RETIRING, 1", "ROLLING_BACK, 1", "OBSERVING, 2", "RETIRING, 2"})
    void killed_resumedByAnother_leavesOneWholeGeneration(RolloutPhase phase, int wave) throws Exception {
        try (RealWorld world = new RealWorld(etcd.uri())) {
            RolloutReport report = killed(world, phase, wave).resume();
            boolean back = phase == RolloutPhase.ROLLING_BACK;
            assertObserved(report, back ? KilledRollout.WAVES + 1 : wave);
            assertThat(report.state().phase()).isEqualTo(back ? RolloutPhase.ROLLED_BACK : RolloutPhase.PROMOTED);
            assertWhole(world, back ? TestImages.web() : KilledRollout.image(phase));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LAUNCHING", "OBSERVING", "RETIRING", "ROLLING_BACK"})
    void killed_rolledBackByAnother_leavesTheOldWhole(RolloutPhase phase) throws Exception {
        try (RealWorld world = new RealWorld(etcd.uri())) {
            RolloutReport report = killed(world, phase, 1).rollBack();
            assertThat(report.state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
            assertThat(report.facts()).isEmpty();
            assertWhole(world, TestImages.web());
        }
    }

    /** Asserts that a wave, judged by the one that was killed or not, was observed to its end, and so were all after it. */
    private static void assertObserved(RolloutReport report, int first) {
        assertThat(report.facts())
                .extracting(WaveFacts::wave)
                .containsExactlyElementsOf(IntStream.rangeClosed(first, KilledRollout.WAVES)
                        .boxed()
                        .toList());
        assertThat(report.facts()).allSatisfy(seen -> {
            assertThat(seen.observed()).isGreaterThanOrEqualTo(KilledRollout.OBSERVED);
            assertThat(seen.fresh())
                    .as("one by the first wave, all by the second")
                    .hasSize(seen.wave())
                    .allMatch(ObservedMember::isWell);
        });
    }

    private static Rollout killed(RealWorld world, RolloutPhase phase, int wave) throws Exception {
        KilledRollout.rollOutAndKill(etcd.uri().toString(), world.prefix, phase, wave);
        Rollout found = world.scaler.fleet("web").rollout().orElseThrow();
        assertThat(found.state()).map(RolloutState::phase).contains(phase);
        assertThat(found.state()).map(RolloutState::wave).contains(wave);
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
