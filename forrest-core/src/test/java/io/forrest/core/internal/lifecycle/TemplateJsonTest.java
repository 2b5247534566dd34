package io.forrest.core.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.ByteSize;
import io.forrest.Mount;
import io.forrest.ProbeResult;
import io.forrest.PullPolicy;
import io.forrest.Readiness;
import io.forrest.spi.ImageReference;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TemplateJsonTest {

    private static LaunchOptions told() {
        LaunchOptions options = new LaunchOptions(new LaunchOptions(ImageReference.parse("demo/myapp:v2")));
        options.env.put("B", "2");
        options.env.put("A", "\"1\"");
        options.labels.put("team", "trees");
        options.app = "myapp";
        options.port = 8080;
        options.command = List.of("serve", "--all");
        options.memory = ByteSize.mebibytes(64);
        options.cpus = 0.5;
        options.mounts = List.of(
                Mount.volume("data", "/data"),
                Mount.bind("/etc/app", "/etc/app").asReadOnly());
        options.network = "backend";
        options.pull = PullPolicy.NEVER;
        options.readyWhen = Readiness.http("/healthz");
        options.readyWithin = Duration.ofSeconds(1);
        options.drainFor = Duration.ofSeconds(2);
        options.stopGrace = Duration.ofSeconds(3);
        options.within = Duration.ofSeconds(4);
        return options;
    }

    private static TemplateJson.Read read(String text) {
        return TemplateJson.read(text).orElseThrow();
    }

    @Test
    void read_ofWhatWasWritten_hasEveryOption() {
        String written = TemplateJson.write(told());

        assertThat(read(written).missing()).isEmpty();
        assertThat(read(written).options()).usingRecursiveComparison().isEqualTo(told());
        assertThat(TemplateJson.write(read(written).options())).isEqualTo(written);
    }

    @Test
    void read_ofSecretsAndAFunction_saysThatTheyAreMissing() {
        LaunchOptions options = told();
        options.secrets.put("TOKEN", "s3cr3t");
        options.readyWhen = Readiness.probe(endpoint -> ProbeResult.ready());
        String written = TemplateJson.write(options);

        assertThat(written).doesNotContain("s3cr3t");
        assertThat(read(written).missing())
                .containsExactly("the secret TOKEN", "the function that readiness is told by");
    }

    @Test
    void read_ofWhatALaterVersionWrote_saysWhichOptionIsNotKnown() {
        String later = TemplateJson.write(told()).replace("\"app\":", "\"user\":\"nobody\",\"app\":");

        assertThat(read(later).missing()).containsExactly("the option user, which a later version knows");
    }

    @Test
    void read_whatNoVersionWrote_isNoTemplate() {
        String good = TemplateJson.write(told());
        for (String[] change : new String[][] {
            {"\"image\":\"demo/myapp:v2\"", "\"image\":7"},
            {"\"port\":8080", "\"port\":65536"},
            {"\"pull\":\"NEVER\"", "\"pull\":\"OFTEN\""},
            {"\"drainFor\":\"PT2S\"", "\"drainFor\":\"soon\""},
            {"\"kind\":\"VOLUME\"", "\"kind\":\"CLOUD\""}
        }) {
            assertThat(good).contains(change[0]);
            assertThat(TemplateJson.read(good.replace(change[0], change[1])))
                    .as(change[1])
                    .isEmpty();
        }
        assertThat(TemplateJson.read("{")).isEmpty();
    }
}
