package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.haproxy.StatsSource.Reading;
import io.forrest.haproxy.Tables.Server;
import io.forrest.haproxy.TrafficLedger.Count;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TrafficLedgerTest {

    private static final StatsSource ONE = new ScriptedSource("one");
    private static final StatsSource OTHER = new ScriptedSource("other");

    private TrafficLedger ledger = new TrafficLedger(BackendScope.ALL);

    private void enter(StatsSource source, String process, Server... servers) {
        ledger.enter(source, ledger.version(source), new Reading(Tables.of(servers), process));
    }

    private static Server web(long requests, long errors) {
        return Server.up("web-1").counts(requests, errors);
    }

    private Count web() {
        return ledger.totals().getOrDefault("web-1", Count.NONE);
    }

    @Test
    void totals_firstReading_areWhatHaproxyHasCounted() {
        enter(ONE, "1", web(5, 2));

        assertThat(web()).isEqualTo(new Count(5, 2));
    }

    @Test
    void totals_counterGoesOn_isNotAddedTwice() {
        enter(ONE, "1", web(5, 2));
        enter(ONE, "1", web(7, 2));

        assertThat(web()).isEqualTo(new Count(7, 2));
    }

    @Test
    void totals_counterGoesBack_goOn() {
        enter(ONE, "", web(5, 2));
        enter(ONE, "", web(1, 0));

        assertThat(web()).isEqualTo(new Count(6, 2));
    }

    @Test
    void totals_onlyOneCounterGoesBack_bothBeganAgain() {
        enter(ONE, "", web(5, 2));
        enter(ONE, "", web(6, 1));

        assertThat(web()).isEqualTo(new Count(11, 3));
    }

    @Test
    void totals_otherProcess_goOnAlsoWhereItHasCountedMore() {
        enter(ONE, "1", web(5, 2));
        enter(ONE, "2", web(9, 3));

        assertThat(web()).isEqualTo(new Count(14, 5));
    }

    @Test
    void totals_serverGoneAndBack_goOn() {
        enter(ONE, "1", web(5, 2));
        enter(ONE, "1");
        assertThat(web()).isEqualTo(new Count(5, 2));

        enter(ONE, "1", web(8, 2));
        assertThat(web()).isEqualTo(new Count(13, 4));
    }

    @Test
    void totals_severalHaproxiesAndServers_areAddedUp() {
        enter(ONE, "1", web(5, 2), Server.up("forrest:web-1").counts(1, 1));
        enter(OTHER, "1", web(10, 0), Server.up("web-2").counts(7, 0));

        assertThat(web()).isEqualTo(new Count(16, 3));
        assertThat(ledger.totals()).containsOnlyKeys("web-1", "web-2");
    }

    @Test
    void enter_olderThanWhatWasEnteredMeanwhile_isPassedOver() {
        long version = ledger.version(ONE);
        enter(ONE, "1", web(5, 0));
        ledger.enter(ONE, version, new Reading(Tables.of(web(4, 0)), "1"));

        assertThat(web()).isEqualTo(new Count(5, 0));
    }

    @Test
    void totals_manyInstancesGone_keepTheLatest() {
        for (int i = 0; i < 10_001; i++) {
            enter(ONE, "1", Server.up("web-" + i).counts(1, 0));
        }
        enter(ONE, "1");

        assertThat(ledger.totals()).hasSize(10_000).doesNotContainKey("web-0").containsKey("web-10000");
    }

    @Property(tries = 200)
    void totals_whateverHappens_neverGoBackAndMissNothing(
            @ForAll @Size(max = 40) List<@IntRange(min = -3, max = 5) Integer> steps) {
        ledger = new TrafficLedger(BackendScope.ALL); // one object of this class runs all tries
        long sent = 0;
        long counter = 0;
        long process = 0;
        List<Long> totals = new ArrayList<>(List.of(0L));
        for (int step : steps) {
            switch (step) {
                case -3 -> process++;
                case -2 -> enter(ONE, "" + process);
                default -> {}
            }
            counter = step < 0 ? 0 : counter + step;
            sent += Math.max(step, 0);
            enter(ONE, "" + process, web(counter, 0));
            totals.add(web().requests());
        }

        assertThat(totals).isSorted();
        assertThat(web().requests()).isEqualTo(sent);
    }
}
