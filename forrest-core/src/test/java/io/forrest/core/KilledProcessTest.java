package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Instance;
import io.forrest.Stage;
import io.forrest.etcd.EtcdFixture;
import io.forrest.spi.Container;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
            launchAndKill(etcd.uri().toString(), world.prefix, name);
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

    private static void launchAndKill(String etcd, String prefix, String name)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dforrest.test.image.busybox=" + System.getProperty("forrest.test.image.busybox"),
                KilledLauncher.class.getName(),
                etcd,
                prefix,
                name);
        Process process = builder.redirectErrorStream(true).start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            StringBuilder said = new StringBuilder();
            for (String line = output.readLine(); ; line = output.readLine()) {
                assertThat(line).as("the program ended, having said %s", said).isNotNull();
                if (line.contains(KilledLauncher.STARTED)) {
                    break;
                }
                said.append(line).append('\n');
            }
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
    }
}
