package io.forrest.core.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.ProbeResult;
import io.forrest.Readiness;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadinessTextTest {

    @Test
    void read_written_isTheSame() {
        for (Readiness readiness : List.of(
                Readiness.port(),
                Readiness.healthcheck(),
                Readiness.http("/"),
                Readiness.http("/ready?deep=yes").status(204),
                Readiness.http("/ready").host("[fd00::5]:80"))) {
            assertThat(ReadinessText.read(ReadinessText.write(readiness))).contains(readiness);
        }
    }

    @Test
    void read_function_isThePort() {
        Readiness function = Readiness.probe(endpoint -> ProbeResult.ready());

        assertThat(ReadinessText.read(ReadinessText.write(function))).contains(Readiness.port());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Port", "http", "http 200", "http 200 x", "http 999 /", "http 200 / a b", "http 200 /\n"})
    void read_madeUp_isEmpty(String text) {
        assertThat(ReadinessText.read(text)).isEmpty();
    }
}
