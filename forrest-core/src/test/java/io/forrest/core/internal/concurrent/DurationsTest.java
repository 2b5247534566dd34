package io.forrest.core.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT0.000000001S", "PT15S", "PT24H"})
    void requireTime_upToADay_accepted(Duration time) {
        assertThatCode(() -> Durations.requireTime(time, "drainFor")).doesNotThrowAnyException();
    }

    /** The longest one has no count of nanoseconds that fits into a long. */
    @ParameterizedTest
    @ValueSource(strings = {"PT-0.000000001S", "PT-1H", "PT24H0.000000001S", "PT2562047788015215H30M7.999999999S"})
    void requireTime_beyond_refusedWithNameAndTime(Duration time) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.requireTime(time, "drainFor"))
                .withMessageContaining("drainFor")
                .withMessageContaining(time.toString());
        assertThatIllegalArgumentException().isThrownBy(() -> Durations.requireLimit(time, "within"));
    }

    @Test
    void requireLimit_zero_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.requireLimit(Duration.ZERO, "within"))
                .withMessageContaining("within");
        assertThatCode(() -> Durations.requireLimit(Duration.ofNanos(1), "within"))
                .doesNotThrowAnyException();
    }

    @Test
    void shorter_two_isTheShorterOne() {
        Duration one = Duration.ofSeconds(1);
        Duration two = Duration.ofSeconds(2);

        assertThat(Durations.shorter(one, two)).isEqualTo(one);
        assertThat(Durations.shorter(two, one)).isEqualTo(one);
        assertThat(Durations.shorter(one, one)).isEqualTo(one);
    }
}
