package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.forrest.Endpoint;
import io.forrest.haproxy.Server.Mode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServersStateTest {

    private static final String HEAD =
            "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight"
                    + " srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state"
                    + " srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl\n";

    private static String line(String name, String address, int operation, int admin, int port) {
        return "3 app 1 " + name + " " + address + " " + operation + " " + admin + " 100 1 0 6 3 1 6 0 0 0 - " + port
                + " - 0\n";
    }

    @Test
    void parse_twoServers_areRead() throws Exception {
        List<ServersState.Row> rows = ServersState.parse(
                        HEAD + line("forrest:fox", "10.0.0.5", 2, 0, 32768) + line("sorry", "::1", 0, 1, 80))
                .rows();

        assertThat(rows)
                .containsExactly(
                        new ServersState.Row("app", "forrest:fox", Endpoint.of("10.0.0.5", 32768), true, 0, 100),
                        new ServersState.Row("app", "sorry", Endpoint.of("::1", 80), false, 1, 100));
    }

    @Test
    void parse_none_isEmpty() throws Exception {
        assertThat(ServersState.parse(HEAD.strip()).rows()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0, READY",
        "4, READY",
        "1, MAINTENANCE",
        "2, MAINTENANCE",
        "32, MAINTENANCE",
        "8, DRAINING",
        "16, DRAINING",
        "9, MAINTENANCE",
        "12, DRAINING",
        "5, MAINTENANCE"
    })
    void mode_ofEachBit_isTold(int admin, Mode mode) {
        assertThat(new ServersState.Row("app", "x", null, true, admin, 1).mode())
                .isEqualTo(mode);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "0.0.0.0", "nosuchhost"})
    void parse_noAddress_isServerWithoutEndpoint(String address) throws Exception {
        assertThat(ServersState.parse(HEAD + line("x", address, 0, 0, 80)).rows())
                .singleElement()
                .returns(null, ServersState.Row::endpoint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "2\n# be_id be_name x\n", "Permission denied", "<html>\n<body>", "1\n# other"})
    void parse_anythingElse_isRefused(String text) {
        assertThatIOException().isThrownBy(() -> ServersState.parse(text)).withMessageContaining("state of servers");
    }

    @Test
    void parse_lineCutOff_isRefused() {
        assertThatIOException()
                .isThrownBy(() -> ServersState.parse(HEAD + "3 app 1 forrest:fox 10.0.0.5 2"))
                .withMessageContaining("state of a server");
    }
}
