package io.forrest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

    @Test
    void mebibytes_count_isPowersOfTwo() {
        assertThat(ByteSize.mebibytes(256).bytes()).isEqualTo(268_435_456L);
        assertThat(ByteSize.gibibytes(1)).isEqualTo(ByteSize.mebibytes(1024));
        assertThat(ByteSize.gibibytes(1).bytes()).isEqualTo(1_073_741_824L);
    }

    @Test
    void toString_size_hasItsUnit() {
        assertThat(ByteSize.mebibytes(256)).hasToString("268435456 bytes");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void new_nothing_refused(long bytes) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ByteSize(bytes))
                .withMessageContaining(Long.toString(bytes));
    }

    @Test
    void mebibytes_moreThanFits_refusedAndNotWrapped() {
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> ByteSize.mebibytes(1L << 43));
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> ByteSize.gibibytes(1L << 34));
        assertThatIllegalArgumentException().isThrownBy(() -> ByteSize.mebibytes(0));
        assertThatIllegalArgumentException().isThrownBy(() -> ByteSize.gibibytes(-1));
    }
}
