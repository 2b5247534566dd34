package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forrest.haproxy.StatsSource.Reading;
import io.forrest.haproxy.Tables.Server;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class StatsSocketTest {

    private static final String TABLE = Tables.text("app", Server.up("web-1"));
    private static final String INFO = "Name: HAProxy\nVersion: 3.0.1\nPid: 12\nUptime_sec: 3\nStart_time_sec: 1795\n";

    @Test
    void reading_tableAndInformation_areBothTaken() throws Exception {
        Reading reading = StatsSocket.reading(TABLE + "\n" + INFO);

        assertThat(reading.table().rows()).hasSize(2);
        assertThat(reading.process()).isEqualTo("12@1795");
    }

    @Test
    void reading_withoutStartTime_isThePid() throws Exception {
        assertThat(StatsSocket.reading(TABLE + "\nPid: 12").process()).isEqualTo("12");
    }

    @Test
    void reading_endsBehindAProxy_isRefused() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> StatsSocket.reading(TABLE))
                .withMessage("HAProxy's statistics end before their end");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> StatsSocket.reading(TABLE + "\nName: HAProxy\nPi"))
                .withMessage("HAProxy's statistics end before their end");
    }

    @Test
    void reading_somethingElse_isRefused() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> StatsSocket.reading("Permission denied\n\nPermission denied"))
                .withMessage("not HAProxy's statistics: \"Permission denied\"");
    }
}
