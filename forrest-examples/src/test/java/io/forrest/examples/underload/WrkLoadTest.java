package io.forrest.examples.underload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class WrkLoadTest {

    private static final String GOOD = """
            Running 1440m test @ http://127.0.0.1:19999/
              1 threads and 4 connections
              Thread Stats   Avg      Stdev     Max   +/- Stdev
                Latency     7.81ms    9.50ms  62.77ms   89.26%
                Req/Sec   375.35    173.03   660.00     65.00%
              760 requests in 2.05s, 75.70KB read
            """;
    private static final String END = """
            Requests/sec:    371.15
            Transfer/sec:     36.97KB
            """;

    @Test
    void tally_nothingFailed_isTheRequests() {
        assertThat(WrkLoad.tally(GOOD + END)).isEqualTo(new Tally(760, 0, List.of()));
    }

    @Test
    void tally_errors_countEachKindOnce() {
        Tally tally = WrkLoad.tally(GOOD
                + "  Socket errors: connect 1, read 20, write 300, timeout 4000\n"
                + "  Non-2xx or 3xx responses: 50000\n"
                + END);

        assertThat(tally.sent()).isEqualTo(760 + 321);
        assertThat(tally.failed()).isEqualTo(54321);
        assertThat(tally.words())
                .containsExactly(
                        "Socket errors: connect 1, read 20, write 300, timeout 4000",
                        "Non-2xx or 3xx responses: 50000");
    }

    @Test
    void tally_noReport_repeatsWhatItSays() {
        assertThatThrownBy(() -> WrkLoad.tally("unable to connect to 127.0.0.1:1 Connection refused\n"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Connection refused");
    }
}
