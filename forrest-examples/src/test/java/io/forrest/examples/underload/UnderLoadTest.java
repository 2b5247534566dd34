package io.forrest.examples.underload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnderLoadTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fly",
                "replace everything",
                "replace --seconds",
                "replace --seconds 0",
                "replace --seconds soon",
                "replace --replacements 0",
                "replace --seconds 10 --replacements 3",
                "replace --generator ab",
                "rollout now",
                "rollout --runs 0",
                "rollout --observe 3",
                "rollout --requests 0",
                "rollout --generator ab",
                "scale --runs 0",
                "scale --between long",
                "scale --requests many",
            })
    void run_whatCannotBeMeant_isMisuseInOneLine(String line) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(UnderLoad.USAGE);

        assertThat(out.toString(UTF_8)).isEmpty();
        assertThat(err.toString(UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith("under-load: ")
                .endsWith("--help)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "replace --help", "rollout --help", "scale --help"})
    void run_help_goesToStandardOutput(String line) {
        assertThat(run(line.split(" "))).isZero();

        assertThat(out.toString(UTF_8)).contains("Usage: under-load");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    private int run(String... args) {
        PrintStream errors = new PrintStream(err, true, UTF_8);
        return UnderLoad.run(new Teardown("under-load", errors), new PrintStream(out, true, UTF_8), errors, args);
    }
}
