package io.forrest.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.ByteSize;
import io.forrest.Mount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerSpecTest {

    private static ContainerSpec spec(
            Map<String, String> environment, List<String> command, Map<String, String> labels, List<Mount> mounts) {
        return new ContainerSpec(
                "brave_oak",
                "demo/myapp:v2",
                8080,
                null,
                environment,
                command,
                labels,
                ByteSize.mebibytes(64),
                0.5,
                mounts,
                "backend",
                null);
    }

    @Test
    void toString_secrets_areNotInIt() {
        ContainerSpec spec = spec(
                Map.of("DB_PASSWORD", "hunter2", "TOKEN", "s3cr3t"),
                List.of("serve", "--key=opensesame"),
                Map.of("team", "trees"),
                List.of(Mount.volume("data", "/data")));

        assertThat(spec.toString())
                .doesNotContain("hunter2", "s3cr3t", "opensesame")
                .contains(
                        "DB_PASSWORD",
                        "TOKEN",
                        "brave_oak",
                        "demo/myapp:v2",
                        "8080",
                        "team",
                        "trees",
                        "/data",
                        "backend");
    }

    @Test
    void new_collectionsChangedAfterwards_stayAsTheyWere() {
        Map<String, String> environment = new HashMap<>(Map.of("A", "1"));
        List<String> command = new ArrayList<>(List.of("serve"));
        Map<String, String> labels = new HashMap<>(Map.of("team", "trees"));
        List<Mount> mounts = new ArrayList<>(List.of(Mount.volume("data", "/data")));
        ContainerSpec spec = spec(environment, command, labels, mounts);

        environment.clear();
        command.clear();
        labels.clear();
        mounts.clear();

        assertThat(spec.environment()).containsOnlyKeys("A");
        assertThat(spec.command()).containsExactly("serve");
        assertThat(spec.labels()).containsOnlyKeys("team");
        assertThat(spec.mounts()).hasSize(1);
    }
}
