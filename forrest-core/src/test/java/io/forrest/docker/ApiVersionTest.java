package io.forrest.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiVersionTest {

    @ParameterizedTest(name = "{0} to {1}: {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "1.12, 1.41, 1.41",
                "1.24, 1.44, 1.44",
                "1.24, 1.47, 1.44",
                "1.44, 1.52, 1.44",
                "1.48, 1.60, 1.48",
                "1.12, 1.40, 1.40",
                "1.12, 1.39, -",
                "1.12, 1.30, -",
                "-, 1.41, 1.41",
                "-, 1.9, -",
                "2.0, 2.1, 2.0",
            })
    void pick_engineOfARange_isTheNewestThatBothKnow(String min, String max, String expected) {
        assertThat(ApiVersion.pick(
                                ApiVersion.parse(min).orElse(null),
                                ApiVersion.parse(max).orElseThrow())
                        .map(ApiVersion::toString))
                .isEqualTo(ApiVersion.parse(expected).map(ApiVersion::toString));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1.", "one.two", "1.41.2", "-1.41"})
    void parse_somethingElse_isEmpty(String text) {
        assertThat(ApiVersion.parse(text)).isEmpty();
    }
}
