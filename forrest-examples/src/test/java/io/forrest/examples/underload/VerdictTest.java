package io.forrest.examples.underload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.examples.underload.Verdict.Counted;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {

    @ParameterizedTest
    @CsvSource({"0, 0, 0, 0", "3, 0, 0, 3", "0, 2, 1, 2", "0, 1, 2, 2"})
    void lines_whoeverCountedMost_hasTheLastWord(long clients, long counters, long log, long most) {
        Verdict verdict = new Verdict(
                new Tally(100, clients, List.of()), new Counted(101, counters, false), new RequestLog(102, log));

        assertThat(verdict.failed()).isEqualTo(most);
        assertThat(verdict.lines()).last().isEqualTo("sent 100, failed " + most);
    }
}
