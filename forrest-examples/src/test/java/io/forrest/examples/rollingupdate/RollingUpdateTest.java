package io.forrest.examples.rollingupdate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.docker.DockerRuntime;
import io.forrest.docker.TestImages;
import io.forrest.etcd.EtcdFixture;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RollingUpdateTest {

    private final String prefix = "/rolling-update-" + UUID.randomUUID();

    @Test
    void main_twoImages_promotesThreeWavesAndLeavesNothing() {
        assertThat(run(TestImages.web(), TestImages.webVersion2()))
                .containsExactly(
                        "  wave 1 PROMOTE",
                        "  wave 2 PROMOTE",
                        "  wave 3 PROMOTE",
                        "  PROMOTED: 4 launched, 4 taken back");
    }

    @Test
    void main_imageThatExits_tellsWhyAndItsLastWords() {
        assertThat(run(TestImages.web(), TestImages.exitsAtOnce()))
                .hasSizeGreaterThan(1)
                .anyMatch(line -> line.contains(" was rolled back: "))
                .contains("    giving up");
    }

    private List<String> run(String from, String to) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (EtcdFixture etcd = EtcdFixture.start();
                DockerRuntime runtime = DockerRuntime.create()) {
            RollingUpdate.run(new PrintStream(out, true, UTF_8), etcd.uri().toString(), prefix, from, to);

            assertThat(runtime.list(Map.of("io.forrest.prefix", prefix))).isEmpty();
        }
        return out.toString(UTF_8).lines().toList();
    }
}
