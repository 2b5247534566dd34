package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Instance;
import io.forrest.Stage;
import io.forrest.etcd.EtcdFixture;
import io.forrest.spi.Container;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a JVM leaves that is killed between start and announcement. */
class KilledProcessTest {

    @Test
    void killedBetweenStartAndAnnounce_isSeenAsLaunchingAndStoppedWhole() throws Exception {
        try (EtcdFixture etcd = EtcdFixture.start();
                RealWorld world = new RealWorld(etcd.uri())) {
            String name = "killed-" + world.prefix.substring(20);
            KilledLauncher.launchAndKill(etcd.uri().toString(), world.prefix, name);
            Map<String, String> records = world.registry.records().list("instances");
            List<Container> containers = world.containers();

            List<Instance> seen = world.scaler.instances();

            assertThat(seen).singleElement().satisfies(instance -> {
                assertThat(instance.name()).isEqualTo(name);
                assertThat(instance.state().stage()).isEqualTo(Stage.LAUNCHING);
            });
            assertThat(world.registry.records().list("instances"))
                    .as("reads change nothing")
                    .isEqualTo(records);
            assertThat(world.containers()).hasSameSizeAs(containers).hasSize(1);
            assertThat(world.registry.announcements()).isEmpty();
            assertThat(world.scaler.stop(name).found()).isTrue();
            world.assertNothingLeft();
        }
    }
}
