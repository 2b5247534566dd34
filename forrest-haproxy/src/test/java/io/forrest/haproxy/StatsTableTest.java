package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forrest.Endpoint;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatsTableTest {

    private static final String HEAD = "# pxname,svname,scur,status,type,check_status,addr,\n";
    private static final String FRONTEND = "app_in,FRONTEND,3,OPEN,0,,,\n";
    private static final String SERVER = "app,web,2,UP,2,L4OK,10.0.0.5:32768,\n";
    private static final String BACKEND = "app,BACKEND,2,UP,1,,,\n";

    private static void assertNoTable(String text, String why) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> StatsTable.parse(text))
                .withMessageContaining(why);
    }

    private static StatsRow row(String column, String value) {
        return new StatsRow(Map.of(column, value));
    }

    @Test
    void parse_wholeTable_hasARowEach() throws IOException {
        StatsTable table = StatsTable.parse(HEAD + FRONTEND + SERVER + BACKEND);
        assertThat(table.rows()).extracting(StatsRow::name).containsExactly("FRONTEND", "web", "BACKEND");
        StatsRow server = table.rows().get(1);
        assertThat(server.proxy()).isEqualTo("app");
        assertThat(server.isServer()).isTrue();
        assertThat(server.isBackend()).isFalse();
        assertThat(server.takesRequests()).isTrue();
        assertThat(server.checkPassed()).isTrue();
        assertThat(server.number("scur")).isEqualTo(2);
        assertThat(server.endpoint()).contains(Endpoint.of("10.0.0.5", 32768));
        assertThat(table.rows().get(2).isBackend()).isTrue();
    }

    @Test
    void parse_otherOrderAndOtherColumns_areFoundByName() throws IOException {
        String text = "# pxname,svname,new_one,type,status,\r\napp,web,7,2,MAINT,\r\napp,BACKEND,,1,UP,\r\n";
        StatsRow row = StatsTable.parse(text).rows().get(0);
        assertThat(row.isServer()).isTrue();
        assertThat(row.isInMaintenance()).isTrue();
        assertThat(row.text("new_one")).isEqualTo("7");
        assertThat(row.text("addr")).isEmpty();
        assertThat(row.endpoint()).isEmpty();
        assertThat(row.number("scur")).isZero();
    }

    @Test
    void parse_quotedFields_areOneEach() throws IOException {
        String text = """
                # pxname,svname,last_chk,type,status,
                app,web,"a, ""b"" and c",2,UP,
                app,BACKEND,"",1,UP,
                """;
        StatsTable table = StatsTable.parse(text);
        assertThat(table.rows().get(0).text("last_chk")).isEqualTo("a, \"b\" and c");
        assertThat(table.rows().get(0).status()).isEqualTo("UP");
        assertThat(table.rows().get(1).text("last_chk")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "<html><body>no</body></html>",
                "Permission denied",
                "# be_id be_name",
                "pxname,svname,"
            })
    void parse_anythingElse_isRefusedAndShown(String text) {
        assertNoTable(text, "not HAProxy's statistics: " + Excerpt.of(text));
    }

    @Test
    void parse_cutAnywhere_isRefusedOrEndsBetweenTwoProxies() throws IOException {
        String text = HEAD + FRONTEND + SERVER + BACKEND.strip();
        int afterFrontend = (HEAD + FRONTEND).length();
        for (int length = 0; length < text.length(); length++) {
            // With the whole line of the frontend it could be all there is: who sends it must vouch for that
            if (length != afterFrontend && length != afterFrontend - 1) {
                assertNoTable(text.substring(0, length), "");
            }
        }
        assertThat(StatsTable.parse(text).rows()).hasSize(3);
    }

    @Test
    void parse_halfALine_saysHowMuchOfIt() {
        assertNoTable(HEAD + FRONTEND + "app,web,2", "end within a line: 3 columns of 8");
    }

    @Test
    void parse_moreColumnsThanNames_isNotAnEnd() {
        assertNoTable(HEAD + "app,web,2,UP,2,L4OK,1.2.3.4:5,6,7,\n", "10 columns of 8");
    }

    @Test
    void parse_missingBackend_namesTheProxy() {
        assertNoTable(HEAD + FRONTEND + SERVER, "end within [app]");
    }

    @Test
    void parse_headAlone_isNoTable() {
        assertNoTable(HEAD, "no line");
    }

    @Test
    void parse_columnMissingThatAllHave_isNoTable() {
        assertNoTable("# pxname,svname,\napp,web,\n", "type");
    }

    @ParameterizedTest
    @CsvSource({
        "UP, true, false", "UP 1/3, true, false", "no check, true, false", "DOWN, false, false",
        "DOWN 1/2, false, false", "DRAIN, false, false", "DRAIN 1/2, false, false", "NOLB, false, false",
        "MAINT, false, true", "MAINT (via be/x), false, true", "MAINT (resolution), false, true"
    })
    void status_eachOfHaproxys_isUnderstood(String status, boolean takesRequests, boolean maintenance) {
        assertThat(row("status", status).takesRequests()).isEqualTo(takesRequests);
        assertThat(row("status", status).isInMaintenance()).isEqualTo(maintenance);
    }

    @ParameterizedTest
    @CsvSource({
        "L4OK, true",
        "L6OK, true",
        "L7OK, true",
        "L7OKC, true",
        "* L7OK, true",
        "INI, false",
        "L4CON, false",
        "* L4TOUT, false",
        "L7STS, false",
        "'', false"
    })
    void check_eachOfHaproxys_isUnderstood(String check, boolean passed) {
        assertThat(row("check_status", check).checkPassed()).isEqualTo(passed);
    }

    @Test
    void endpoint_ipv6InBrackets_isRead() {
        assertThat(row("addr", "[fd00::1]:8080").endpoint()).contains(Endpoint.of("fd00::1", 8080));
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix", "/run/app.sock", "127.0.0.1:0", "*:80", "0.0.0.0:80", "abns@x", "-"})
    void endpoint_noneOfAHost_isEmpty(String address) {
        assertThat(row("addr", address).endpoint()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "x", "12345678901234567890"})
    void number_noNumber_isZero(String text) {
        assertThat(row("scur", text).number("scur")).isZero();
    }
}
