package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Endpoint;
import io.forrest.haproxy.Tables.Server;
import io.forrest.spi.Announcement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerRowsTest {

    private static final String ADDRESS = "10.0.0.5:32768";
    private static final Announcement WEB = new Announcement("web-1", "web", Endpoint.parse(ADDRESS));
    private static final Server UP = Server.up("web-1").at(ADDRESS);

    private static ServerRows rows(StatsTable table) {
        return ServerRows.of(table, BackendScope.ALL, WEB);
    }

    @ParameterizedTest
    @ValueSource(strings = {"web-1", "forrest:web-1"})
    void notServing_upAtTheAddress_isEmptyByEitherName(String server) {
        ServerRows rows = rows(Tables.of(Server.up(server).at(ADDRESS)));

        assertThat(rows.notServing()).isEmpty();
        assertThat(rows.isUnverified()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UP", "UP 1/3", "no check"})
    void notServing_takesRequests_isEmpty(String status) {
        assertThat(rows(Tables.of(UP.is(status))).notServing()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "DOWN,L4CON,app/web-1 is DOWN (L4CON)",
        "DOWN 1/2,* L4CON,app/web-1 is DOWN 1/2 (L4CON)",
        "DRAIN,L7OK,app/web-1 is DRAIN",
        "DRAIN 1/2,INI,app/web-1 is DRAIN 1/2 (INI)",
        "NOLB,L7OKC,app/web-1 is NOLB",
        "MAINT,L4CON,app/web-1 is MAINT",
        "MAINT (via app/x),,app/web-1 is MAINT (via app/x)"
    })
    void notServing_takesNone_isItsStatusAndWhatFailed(String status, String check, String words) {
        assertThat(rows(Tables.of(UP.is(status).check(check == null ? "" : check)))
                        .notServing())
                .contains(words);
    }

    @Test
    void notServing_weightZero_isSaid() {
        assertThat(rows(Tables.of(UP.weight(0))).notServing()).contains("app/web-1 is UP, weight 0");
    }

    @Test
    void notServing_noServer_isAbsent() {
        assertThat(rows(Tables.of(Server.up("web-2").at(ADDRESS))).notServing()).contains("web-1 is absent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.6:32768", "10.0.0.5:32769", "unix", "unix@/run/x"})
    void notServing_otherAddress_isSaid(String address) {
        assertThat(rows(Tables.of(Server.up("forrest:web-1").at(address))).notServing())
                .contains("app/forrest:web-1 has another address, " + address);
    }

    @Test
    void notServing_addressNotShown_isEmptyAndUnverified() {
        ServerRows rows = rows(Tables.of(UP.at("")));

        assertThat(rows.notServing()).isEmpty();
        assertThat(rows.isUnverified()).isTrue();
    }

    @Test
    void notServing_oneOfTwoIsDown_namesThatOne() {
        StatsTable table = Tables.both(Tables.of(UP), Tables.in("other", UP.is("DOWN")));

        assertThat(rows(table).notServing()).contains("other/web-1 is DOWN");
    }

    @Test
    void notServing_backendGiven_othersDoNotCount() {
        StatsTable table = Tables.both(Tables.of(UP), Tables.in("other", UP.is("DOWN")));

        assertThat(ServerRows.of(table, BackendScope.of("app"), WEB).notServing())
                .isEmpty();
        assertThat(ServerRows.of(table, BackendScope.of("other"), WEB).notServing())
                .contains("other/web-1 is DOWN");
    }

    @Test
    void backendMissing_isNeitherServedNorDrained_butInAnOldWorker() {
        ServerRows rows = ServerRows.of(Tables.of(UP.is("MAINT")), BackendScope.of("ap"), WEB);

        assertThat(rows.notServing()).contains("has no backend ap");
        assertThat(rows.notDrained()).contains("has no backend ap");
        assertThat(rows.whereBackendMayBeMissing().notDrained()).isEmpty();
    }

    @Test
    void notDrained_absentOrElsewhere_isEmpty() {
        assertThat(rows(Tables.of()).notDrained()).isEmpty();
        assertThat(rows(Tables.of(UP.at("10.0.0.6:1").sessions(3))).notDrained())
                .isEmpty();
    }

    @Test
    void notDrained_maintenanceWithoutSessions_isEmpty() {
        assertThat(rows(Tables.of(UP.is("MAINT"))).notDrained()).isEmpty();
    }

    @Test
    void notDrained_sessionsInMaintenance_areCounted() {
        ServerRows rows = rows(Tables.of(UP.is("MAINT").sessions(3)));

        assertThat(rows.notDrained()).contains("app/web-1 is MAINT, sessions: 3");
        assertThat(rows.sessions()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UP", "DRAIN", "DOWN", "no check", "NOLB"})
    void notDrained_noSessionsButNotInMaintenance_isSaid(String status) {
        assertThat(rows(Tables.of(UP.is(status))).notDrained()).contains("app/web-1 is " + status + ", sessions: 0");
    }

    @Test
    void notDrained_addressNotShown_countsForIt() {
        assertThat(rows(Tables.of(UP.at(""))).notDrained()).isPresent();
    }
}
