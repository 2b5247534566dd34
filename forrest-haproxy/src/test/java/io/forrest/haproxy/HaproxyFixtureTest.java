package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.testcontainers.DockerClientFactory;

/** That the test bed is what it says, and how real HAProxys answer what the driver asks. */
class HaproxyFixtureTest {

    private static final String OPTIONS =
            " check inter 500ms downinter 100ms rise 1 fall 3 pool-purge-delay 5s pool-max-conn -1";
    private static final String NO_ADDRESS = "'server' expects <name> and <addr>[:<port>] as arguments.";
    private static final String STATIC = "Backend must use a dynamic load balancing to support dynamic servers.";

    /** Asks on a connection of its own: on one from before a reload the old worker would answer once more. */
    private static String get(URI uri) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    @ParameterizedTest
    @EnumSource
    void start_serverAddedByHand_isServedUntilARestart(HaproxyVersion version) throws Exception {
        try (HaproxyFixture haproxy = HaproxyFixture.builder().version(version).start();
                Origin origin = Origin.start("hello")) {
            assertThat(haproxy.ask("add server app/forrest:x " + origin.endpoint() + OPTIONS))
                    .isEqualTo("New server registered.");
            assertThat(haproxy.ask("enable health app/forrest:x")).isEmpty();
            assertThat(haproxy.ask("set server app/forrest:x state ready")).isEmpty();
            assertThat(get(haproxy.frontend())).isEqualTo("hello");
            assertThat(origin.requests()).isEqualTo(1);
            assertThat(haproxy.ask("show servers state app")).contains(" forrest:x 127.0.0.1 2 0 ");
            StatsRow row =
                    StatsTable.parse(haproxy.ask("show stat -1 6 -1")).rows().get(0);
            assertThat(row.name()).isEqualTo("forrest:x");
            assertThat(row.endpoint()).contains(origin.endpoint());

            haproxy.restart();
            assertThat(haproxy.ask("show servers state app")).doesNotContain("forrest:x");
        }
    }

    @ParameterizedTest
    @EnumSource
    void ask_ipv6_isTakenAndShown(HaproxyVersion version) throws Exception {
        try (HaproxyFixture haproxy = HaproxyFixture.builder().version(version).start()) {
            assertThat(haproxy.ask("add server app/six [::1]:8080" + OPTIONS)).isEqualTo("New server registered.");
            assertThat(haproxy.ask("show servers state app"))
                    .contains(" six ::1 ")
                    .contains(" 8080 ");
            assertThat(StatsTable.parse(haproxy.ask("show stat")).rows())
                    .anySatisfy(row -> assertThat(row.text("addr")).isEqualTo("[::1]:8080"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void ask_serverWithoutAddress_tellsWhetherServersCanBeAdded(HaproxyVersion version) throws Exception {
        try (HaproxyFixture haproxy = HaproxyFixture.builder().version(version).start();
                HaproxyFixture fixed = HaproxyFixture.builder()
                        .version(version)
                        .balance("static-rr")
                        .start();
                HaproxyFixture map = HaproxyFixture.builder()
                        .version(version)
                        .balance("source")
                        .start();
                HaproxyFixture operator = HaproxyFixture.builder()
                        .version(version)
                        .operatorLevel()
                        .start()) {
            assertThat(haproxy.ask("add server app/forrest:-probe")).isEqualTo(NO_ADDRESS);
            assertThat(haproxy.ask("add server other/forrest:-probe")).isEqualTo("No such backend.");
            assertThat(fixed.ask("add server app/forrest:-probe")).isEqualTo(STATIC);
            assertThat(map.ask("add server app/forrest:-probe")).isEqualTo(STATIC);
            assertThat(operator.ask("add server app/forrest:-probe")).isEqualTo("Permission denied");
        }
    }

    @ParameterizedTest
    @EnumSource
    void sockets_allOfThem_answer(HaproxyVersion version) throws Exception {
        try (HaproxyFixture haproxy = HaproxyFixture.builder().version(version).start()) {
            String worker = "Pid: " + haproxy.pid();
            assertThat(HaproxySocket.at(haproxy.tcpSocket()).ask("show info")).contains(worker);
            HaproxySocket master = HaproxySocket.at(haproxy.masterSocket());
            assertThat(master.ask("show proc")).contains("# workers").contains("\n" + haproxy.pid() + " ");
            assertThat(master.ask("@!" + haproxy.pid() + " show info")).contains(worker);
            assertThat(master.ask("@!99999 show info")).startsWith("Can't find the target PID");
            assertThat(get(URI.create(haproxy.page() + ";csv"))).startsWith("# pxname,svname,");
        }
    }

    @ParameterizedTest
    @EnumSource
    void reload_includeReplaced_isServedByANewWorker(HaproxyVersion version, @TempDir Path directory) throws Exception {
        Path include = directory.resolve("servers.cfg");
        try (HaproxyFixture haproxy = HaproxyFixture.builder()
                        .version(version)
                        .include(include)
                        .start();
                Origin origin = Origin.start("included")) {
            assertThat(get(haproxy.frontend())).contains("503");
            long former = haproxy.pid();
            Path written = directory.resolve("servers.new");
            Files.writeString(written, "backend app\n    server forrest:x " + origin.endpoint() + "\n");
            Files.move(written, include, StandardCopyOption.ATOMIC_MOVE);
            haproxy.reload();
            assertThat(haproxy.pid()).isNotEqualTo(former);
            assertThat(get(haproxy.frontend())).isEqualTo("included");
        }
    }

    @ParameterizedTest
    @EnumSource
    void kill_startedAgain_answersOnTheSameSocket(HaproxyVersion version) throws Exception {
        try (HaproxyFixture haproxy = HaproxyFixture.builder().version(version).start()) {
            haproxy.kill();
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> haproxy.ask("show info"));
            haproxy.startAgain();
            assertThat(haproxy.ask("show info")).startsWith("Name: HAProxy");
        }
    }

    @ParameterizedTest
    @EnumSource
    void pause_ask_timesOutUntilItGoesOn(HaproxyVersion version) throws Exception {
        try (HaproxyFixture haproxy = HaproxyFixture.builder().version(version).start()) {
            haproxy.pause();
            try {
                assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> haproxy.ask("show info"));
            } finally {
                haproxy.unpause();
            }
            assertThat(haproxy.ask("show info")).startsWith("Name: HAProxy");
        }
    }

    @Test
    void close_twice_leavesNeitherContainerNorDirectory() throws Exception {
        HaproxyFixture haproxy = HaproxyFixture.builder().start();
        Path directory = Path.of(haproxy.socket().resolve(".").getPath());
        assertThat(directory).isNotEmptyDirectory();
        haproxy.close();
        haproxy.close();
        assertThat(directory).doesNotExist();
        assertNothingMounts(directory);
    }

    @Test
    void start_faultyConfiguration_saysWhatHaproxySays() {
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        HaproxyFixture.builder().backendLine("no-such-keyword").start())
                .withMessageContaining("no-such-keyword");
    }

    @Test
    void origin_delayedAndKilled_endsWhatIsUnderWay() throws Exception {
        Origin origin = Origin.start("slow").delay(Duration.ofMinutes(1));
        var answer = HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create("http://" + origin.endpoint()))
                                .build(),
                        BodyHandlers.ofString());
        await().until(() -> origin.underWay() == 1);
        origin.kill();
        await().until(answer::isCompletedExceptionally);
        try (Origin next = Origin.start("next", origin.endpoint().port())) {
            assertThat(get(URI.create("http://" + next.endpoint()))).isEqualTo("next");
        }
    }

    private static void assertNothingMounts(Path directory) {
        var docker = DockerClientFactory.lazyClient();
        assertThat(docker.listContainersCmd().withShowAll(true).exec())
                .noneSatisfy(container -> assertThat(container.getMounts())
                        .anySatisfy(mount -> assertThat(mount.getSource()).isEqualTo(directory.toString())));
    }
}
