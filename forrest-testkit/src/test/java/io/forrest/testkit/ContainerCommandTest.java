package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ContainerCommandTest {

    private static void assertRuns(String script, @Nullable Integer exitCode, String... output) {
        assertThat(ContainerCommand.run(List.of("sh", "-c", script), Map.of("WHO", "you; me")))
                .as(script)
                .isEqualTo(new ContainerCommand(List.of(output), exitCode));
    }

    @Test
    void script_ofEchoAndExit_isRunAsAShellWould() {
        assertRuns("", 0);
        assertRuns("echo", 0, "");
        assertRuns("echo one", 0, "one");
        assertRuns("echo one;echo   two  words ; exit 3; echo never", 3, "one", "two words");
        assertRuns("echo \"a;  b\" 'c;  $WHO' ; exit", 0, "a;  b c;  $WHO");
        assertRuns("echo $WHO \"${WHO}!\" x$NOBODY.", 0, "you; me you; me! x.");
    }

    @Test
    void script_ofAnythingElse_goesOnAsTheImageWould() {
        assertRuns("echo one; exec httpd -f", null, "one");
    }

    @Test
    void command_ofNoScript_goesOnAsTheImageWould() {
        assertThat(ContainerCommand.run(List.of(), Map.of()).exitCode()).isNull();
        assertThat(ContainerCommand.run(List.of("httpd", "-f"), Map.of()).exitCode())
                .isNull();
    }

    @Test
    void command_ofNoSuchProgram_diesAsAnInitProcessDoes() {
        assertThat(ContainerCommand.run(List.of("/no/such/program", "-v"), Map.of()))
                .isEqualTo(
                        new ContainerCommand(List.of("exec /no/such/program failed: No such file or directory"), 127));
    }
}
