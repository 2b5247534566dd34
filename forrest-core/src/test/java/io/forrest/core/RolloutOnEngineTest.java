package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forrest.Fleet;
import io.forrest.Instance;
import io.forrest.Launch;
import io.forrest.Rollout;
import io.forrest.RolloutException;
import io.forrest.RolloutPhase;
import io.forrest.RolloutReport;
import io.forrest.docker.TestImages;
import io.forrest.etcd.EtcdFixture;
import io.forrest.spi.Container;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Versions that do not live are rolled back, with the reason and their last words, on a real engine and etcd. */
class RolloutOnEngineTest {

    private final EtcdFixture etcd = EtcdFixture.start();
    private final RealWorld world = new RealWorld(etcd.uri());
    private final Fleet fleet =
            world.scaler.launch(TestImages.web()).drainFor(Duration.ZERO).fleet();

    @AfterEach
    void end() {
        world.close();
        etcd.close();
    }

    private void assertRolledBack(Rollout rollout, String reason, String lastWords) {
        assertThatThrownBy(() -> rollout.observe(Duration.ofSeconds(20)).run())
                .isInstanceOfSatisfying(RolloutException.class, failure -> {
                    RolloutReport report = failure.report().orElseThrow();
                    assertThat(report.state().phase()).isEqualTo(RolloutPhase.ROLLED_BACK);
                    assertThat(report.reason()).contains(reason);
                    assertThat(report.logTail()).anyMatch(line -> line.contains(lastWords));
                });
        assertThat(fleet.instances()).hasSize(2).extracting(Instance::image).containsOnly(TestImages.web());
        assertThat(world.containers())
                .hasSize(2)
                .allMatch(container -> container.status() == Container.Status.RUNNING)
                .as("old ones, whatever else they have in common with the new")
                .extracting(container -> container.labels().get("io.forrest.generation"))
                .containsOnly("1");
        assertThat(world.registry.announcements()).hasSize(2);
        fleet.stop();
        world.assertNothingLeft();
        assertThat(world.registry.records().list("leases")).isEmpty();
        assertThat(world.registry.records().list("fleets")).isEmpty();
    }

    private static UnaryOperator<Launch> program(String script) {
        return launch -> launch.command("sh", "-c", script);
    }

    @Test
    void newVersionDiesAtStart_isRolledBack() {
        fleet.scaleTo(2);
        assertRolledBack(fleet.rollOut(TestImages.exitsAtOnce()), "could not be launched", "giving up");
    }

    @Test
    void newVersionNeverGetsReady_isRolledBack() {
        fleet.scaleTo(2);
        assertRolledBack(
                fleet.rollOut(launch -> program("echo not today; exec sleep 100000")
                        .apply(launch)
                        .readyWithin(Duration.ofSeconds(2))),
                "not ready",
                "not today");
    }

    @Test
    void newVersionDiesWhileItIsObserved_isRolledBack() {
        fleet.scaleTo(2);
        assertRolledBack(
                fleet.rollOut(program("mkdir -p /www; httpd -p 8080 -h /www; sleep 10; echo worn out; exit 4")),
                "is dead",
                "worn out");
    }
}
