package io.forrest.core.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.ByteSize;
import io.forrest.Mount;
import io.forrest.PullPolicy;
import io.forrest.Readiness;
import io.forrest.spi.ImageReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LaunchOptionsTest {

    private static LaunchOptions told() {
        LaunchOptions options = new LaunchOptions(new LaunchOptions(ImageReference.parse("demo/myapp:v2")));
        options.env.put("A", "1");
        options.secrets.put("B", "2");
        options.labels.put("team", "trees");
        options.app = "myapp";
        options.name = "brave_oak";
        options.port = 8080;
        options.command = List.of("serve");
        options.memory = ByteSize.mebibytes(64);
        options.cpus = 0.5;
        options.mounts = List.of(Mount.volume("data", "/data"));
        options.network = "backend";
        options.pull = PullPolicy.NEVER;
        options.readyWhen = Readiness.http("/healthz");
        options.readyWithin = Duration.ofSeconds(1);
        options.drainFor = Duration.ofSeconds(2);
        options.stopGrace = Duration.ofSeconds(3);
        options.within = Duration.ofSeconds(4);
        return options;
    }

    /** An option that is added and not copied would be forgotten by the next option that is set. */
    @Test
    void new_copy_hasEveryOption() {
        LaunchOptions told = told();

        assertThat(told).hasNoNullFieldsOrProperties();
        assertThat(new LaunchOptions(told)).usingRecursiveComparison().isEqualTo(told);
    }

    @Test
    void new_copyChanged_leavesTheOther() {
        LaunchOptions told = told();
        LaunchOptions copy = new LaunchOptions(told);

        copy.env.put("A", "3");
        copy.secrets.clear();
        copy.labels.put("other", "label");
        copy.port = 80;

        assertThat(told).usingRecursiveComparison().isEqualTo(told());
    }

    @Test
    void environment_variablesAndSecrets_isBoth() {
        assertThat(told().environment()).isEqualTo(Map.of("A", "1", "B", "2"));
    }
}
