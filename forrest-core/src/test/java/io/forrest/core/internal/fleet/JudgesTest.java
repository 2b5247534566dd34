package io.forrest.core.internal.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Judge;
import io.forrest.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgesTest {

    @Test
    void read_builtInJudges_areAsTheyWereWritten() {
        for (Judge judge : List.<Judge>of(
                Judge.alive(),
                Judge.noWorseThanOld(),
                Judge.noWorseThanOld().moreErrors(0.25).slower(3).minRequests(7),
                Judge.noWorseThanOld().moreErrors(0).slower(0).minRequests(Long.MAX_VALUE / 10),
                Judge.noWorseThanOld().moreErrors(0.000_000_1).slower(99.5).minRequests(1))) {
            assertThat(Judges.read(Judges.write(judge))).map(Judge::toString).contains(judge.toString());
        }
    }

    @Test
    void write_ofAFunction_isNothingThatCanBeRead() {
        String written = Judges.write(facts -> Verdict.promote());

        assertThat(written).isEmpty();
        assertThat(Judges.read(written)).isEmpty();
    }

    @Test
    void read_whatNoVersionWrote_isNoJudge() {
        for (String text : List.of(
                "bold",
                "noWorseThanOld",
                "noWorseThanOld 2 0.5 100",
                "noWorseThanOld 0.01 101 100",
                "noWorseThanOld 0.01 0.5 0",
                "noWorseThanOld 0.01 0.5 -1",
                "noWorseThanOld - E 1",
                "noWorseThanOld 0.01 0.5 100 more")) {
            assertThat(Judges.read(text)).as(text).isEmpty();
        }
    }
}
