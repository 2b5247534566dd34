package io.forrest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WaveTest {

    @Test
    void of_sizes_roundsUpAndNeverExceeds() {
        assertThat(Wave.one().of(10)).isEqualTo(1);
        assertThat(Wave.one().of(0)).isZero();
        assertThat(Wave.count(5).of(3)).isEqualTo(3);
        assertThat(Wave.percent(25).of(10)).isEqualTo(3);
        assertThat(Wave.percent(1).of(1)).isEqualTo(1);
        assertThat(Wave.all().of(7)).isEqualTo(7);
    }

    @Test
    void parse_whatIsWritten_isTheSame() {
        for (Wave wave : new Wave[] {Wave.one(), Wave.count(1000), Wave.percent(25), Wave.all()}) {
            assertThat(Wave.parse(wave.toString())).isEqualTo(wave).hasSameHashCodeAs(wave);
        }
        assertThat(Wave.count(25)).isNotEqualTo(Wave.percent(25));
    }

    @Test
    void parse_anythingElse_isRefused() {
        for (String text : new String[] {"", "x", "0", "0%", "101%", "1001", "-1", "5 %", "99999999999"}) {
            assertThatThrownBy(() -> Wave.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
