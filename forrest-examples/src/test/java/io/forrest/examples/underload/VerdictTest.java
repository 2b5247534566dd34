package io.forrest.examples.underload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.examples.underload.Verdict.Counted;
import java.util.List;
import org.junit.jupiter.api.Test;
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

    private static Verdict of(long sent, long requests, long failed) {
        return new Verdict(
                new Tally(sent, 0, List.of()), new Counted(requests, failed, false), new RequestLog(requests, failed));
    }

    @Test
    void since_secondRun_leavesOutWhatHaproxyCountedBefore() {
        Verdict first = of(100, 101, 2).since(Verdict.NOTHING);
        Verdict second = of(50, 152, 2).since(first);

        assertThat(first.words()).isEqualTo("sent 100, failed 2");
        assertThat(second).isEqualTo(of(50, 51, 0));
        assertThat(first.plus(second)).isEqualTo(of(150, 152, 2));
        assertThat(Verdict.NOTHING.plus(first).plus(second).words()).isEqualTo("sent 150, failed 2");
    }

    @ParameterizedTest
    @CsvSource({"100, 0, true", "99, 0, false", "100, 1, false"})
    void isGood_needsEnoughAndNoFailure(long sent, long failed, boolean good) {
        assertThat(of(sent, sent, failed).isGood(100)).isEqualTo(good);
    }
}
