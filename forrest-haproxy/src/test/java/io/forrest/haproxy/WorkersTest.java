package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

    private static final String OF_2_6 = """
            #<PID>          <type>          <reloads>       <uptime>        <version>
            7082            master          2 [failed: 0]   0d00h00m18s     2.6.12-1+deb12u4
            # workers
            7511            worker          0               0d00h00m02s     2.6.12-1+deb12u4
            # old workers
            7260            worker          1               0d00h00m03s     2.6.12-1+deb12u4
            7085            worker          2               0d00h00m18s     2.6.12-1+deb12u4
            # programs
            7099            dataplane       0               0d00h00m18s     -
            # old programs
            7098            worker          1               0d00h00m18s     -
            """;

    @Test
    void parse_workersAndPrograms_areTheWorkers() throws Exception {
        Workers workers = Workers.parse(OF_2_6);

        assertThat(workers.current()).containsExactly("7511");
        assertThat(workers.old()).containsExactly("7260", "7085");
    }

    @Test
    void parse_noneOld_isNone() throws Exception {
        assertThat(Workers.parse("#<PID> <type>\n1 master 0\n# workers\n8 worker 0 0d\n# programs\n")
                        .old())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Unknown command: 'show proc'", "# pxname,svname,\n"})
    void parse_anythingElse_isRefused(String answer) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Workers.parse(answer))
                .withMessageStartingWith("not a master's list of processes");
    }
}
