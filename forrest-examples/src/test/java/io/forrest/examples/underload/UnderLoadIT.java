package io.forrest.examples.underload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.docker.DockerRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar, started by its script, with an etcd and two HAProxies of this machine. */
@Tag("own-daemon")
class UnderLoadIT {

    private static final Path SCRIPT = Path.of("under-load").toAbsolutePath();

    @TempDir
    Path temporary;

    /** How a process came out. */
    private record Outcome(int exit, List<String> out, List<String> err) {}

    @AfterEach
    void nothingIsLeft() throws IOException {
        try (DockerRuntime runtime = DockerRuntime.create();
                Stream<Path> files = Files.list(temporary)) {
            assertThat(runtime.list(Map.of()).stream()
                            .filter(container -> container
                                    .labels()
                                    .getOrDefault("io.forrest.prefix", "")
                                    .startsWith("/under-load-")))
                    .as("containers left")
                    .isEmpty();
            assertThat(files).as("files left").isEmpty();
        }
        assertThat(ProcessHandle.allProcesses()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(temporary.toString())))
                .as("processes left")
                .isEmpty();
    }

    @Test
    void replace_threeContainers_failsNoRequest() throws Exception {
        Outcome outcome = outcome(start("replace", "--replacements=3", "--generator=java"));

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).last().asString().matches("sent \\d{3,}, failed 0");
        assertThat(outcome.out()).anyMatch(line -> line.startsWith("  3  "));
        assertThat(outcome.exit()).isZero();
    }

    @Test
    void replace_whileHaproxyReloads_failsNoRequest() throws Exception {
        Outcome outcome = outcome(start("replace", "--seconds=5", "--reload", "--generator=java"));

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).last().asString().matches("sent \\d{3,}, failed 0");
        assertThat(outcome.out()).anyMatch(line -> line.matches(".*reloaded [1-9]\\d* times"));
        assertThat(outcome.exit()).isZero();
    }

    @Test
    void rollout_tenContainers_failsNoRequest() throws Exception {
        Outcome outcome = outcome(start("rollout", "--observe=1s", "--requests=100", "--generator=java"));

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).last().asString().matches("sent \\d{3,}, failed 0");
        assertThat(outcome.out())
                .anyMatch(line -> line.startsWith("  wave 3 of 3: 10 new with "))
                .anyMatch(line -> line.matches("  run 1: sent \\d{3,}, failed 0"))
                .anyMatch(line ->
                        line.matches("  run 1: demo/myapp to demo/myapp:v2 PROMOTED .* 10 launched, 10 taken back.*"));
        assertThat(outcome.exit()).isZero();
    }

    @Test
    void scale_upAndDown_failsNoRequest() throws Exception {
        Outcome outcome = outcome(start("scale", "--between=1s", "--requests=100", "--generator=java"));

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).last().asString().matches("sent \\d{3,}, failed 0");
        assertThat(outcome.out())
                .anyMatch(line -> line.matches("  scaled to 10 in .*, 7 launched, 0 taken back"))
                .anyMatch(line -> line.startsWith("  scaled to 3 in "));
        assertThat(outcome.exit()).isZero();
    }

    @Test
    void replace_toldToEnd_leavesNothing() throws Exception {
        Process replace = start("replace", "--generator=java");
        List<String> seen = new ArrayList<>();
        try (var lines = replace.inputReader(UTF_8)) {
            String line = lines.readLine();
            while (line != null && !line.startsWith("  1  ")) {
                seen.add(line);
                line = lines.readLine();
            }
            assertThat(line).as("after %s", seen).isNotNull();

            assertThat(replace.toHandle().destroy()).isTrue();

            assertThat(replace.waitFor(2, TimeUnit.MINUTES)).as("it ended").isTrue();
        }
        assertThat(replace.exitValue()).isEqualTo(128 + 15);
        assertThat(new String(replace.getErrorStream().readAllBytes(), UTF_8).lines())
                .containsExactly("under-load: interrupted, cleaning up");
    }

    private Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .putAll(Map.of("JAVA_HOME", System.getProperty("java.home"), "TMPDIR", temporary.toString()));
        return builder.start();
    }

    private static Outcome outcome(Process process) throws IOException, InterruptedException {
        List<String> out = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        List<String> err = new String(process.getErrorStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it ended").isTrue();
        return new Outcome(process.exitValue(), out, err);
    }
}
