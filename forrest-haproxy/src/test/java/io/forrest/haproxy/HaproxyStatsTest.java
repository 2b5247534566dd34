package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.forrest.BalancerException;
import io.forrest.Endpoint;
import io.forrest.Traffic;
import io.forrest.spi.Announcement;
import io.forrest.spi.Served;
import io.forrest.testkit.Leftovers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read of real HAProxies of two versions, whose servers are added and changed by hand. */
class HaproxyStatsTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String CHECK = " check inter 100ms rise 1 fall 1";

    @RegisterExtension
    final Leftovers leftovers = new Leftovers();

    private Origin origin;
    private Announcement web;

    @BeforeEach
    void startOrigin() {
        origin = Origin.start("web-1");
        web = new Announcement("web-1", "web", origin.endpoint());
    }

    @AfterEach
    void stopOrigin() {
        origin.close();
    }

    private static HaproxyFixture start(HaproxyVersion version) {
        return HaproxyFixture.builder().version(version).legends(true).start();
    }

    private static HaproxyStats all(HaproxyFixture haproxy) {
        return HaproxyStats.at(haproxy.socket(), haproxy.tcpSocket(), haproxy.page())
                .backend(haproxy.backend())
                .build();
    }

    private static HaproxyStats withMaster(HaproxyFixture haproxy) {
        return HaproxyStats.at(haproxy.socket())
                .masterSocket(haproxy.socket(), haproxy.masterSocket())
                .build();
    }

    private void add(HaproxyFixture haproxy, String server, Endpoint endpoint, String options) throws IOException {
        assertThat(haproxy.ask("add server app/" + server + " " + endpoint + options))
                .isEqualTo("New server registered.");
    }

    private void add(HaproxyFixture haproxy) throws IOException {
        add(haproxy, "forrest:web-1", origin.endpoint(), "");
        set(haproxy, "state ready");
    }

    private static void set(HaproxyFixture haproxy, String what) throws IOException {
        assertThat(haproxy.ask("set server app/forrest:web-1 " + what)).isEmpty();
    }

    private List<String> words(HaproxyStats stats) throws InterruptedException {
        Served served = stats.awaitServing(web, Duration.ZERO);
        assertThat(served.serving()).isFalse();
        assertThat(served.unreachable()).isEmpty();
        return served.waitingFor();
    }

    private static List<String> each(HaproxyFixture haproxy, String words) {
        return Stream.of(haproxy.socket(), haproxy.tcpSocket(), haproxy.page())
                .map(uri -> uri + ": " + words)
                .toList();
    }

    private static <T> T eventually(Callable<T> look, Predicate<? super T> good) {
        return await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(LONG)
                .until(look, good);
    }

    @Nested
    class Serving {

        @ParameterizedTest
        @EnumSource
        void awaitServing_addedStepByStep_saysEachAndIsServedAtLast(HaproxyVersion version) throws Exception {
            try (HaproxyFixture haproxy = start(version);
                    HaproxyStats stats = all(haproxy)) {
                assertThat(words(stats)).isEqualTo(each(haproxy, "web-1 is absent"));

                add(haproxy, "forrest:web-1", origin.endpoint(), CHECK);
                assertThat(words(stats)).isEqualTo(each(haproxy, "app/forrest:web-1 is MAINT"));

                assertThat(haproxy.ask("enable health app/forrest:web-1")).isEmpty();
                set(haproxy, "state drain");
                assertThat(eventually(
                                () -> words(stats), said -> said.stream().noneMatch(line -> line.contains("INI"))))
                        .isEqualTo(each(haproxy, "app/forrest:web-1 is DRAIN"));

                set(haproxy, "weight 0");
                set(haproxy, "state ready");
                assertThat(words(stats)).isEqualTo(each(haproxy, "app/forrest:web-1 is UP, weight 0"));

                set(haproxy, "weight 1");
                assertThat(stats.awaitServing(web, LONG)).isEqualTo(new Served(true, List.of(), List.of(), List.of()));
                assertThat(Visitor.get(haproxy.frontend())).isEqualTo("web-1");

                origin.kill();
                assertThat(eventually(() -> stats.awaitServing(web, Duration.ZERO), said -> !said.serving())
                                .waitingFor())
                        .allMatch(line -> line.endsWith(": app/forrest:web-1 is DOWN (L4CON)"));
            }
        }

        @Test
        void awaitServing_addedMeanwhile_ends() throws Exception {
            try (HaproxyFixture haproxy = start(HaproxyVersion.DEFAULT);
                    HaproxyStats stats = all(haproxy)) {
                CompletableFuture<Void> added = CompletableFuture.runAsync(
                        () -> {
                            try {
                                add(haproxy);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));

                assertThat(stats.awaitServing(web, LONG).serving()).isTrue();
                added.join();
            }
        }

        @ParameterizedTest
        @EnumSource
        void awaitServing_otherAddressUnderTheName_isNotServed(HaproxyVersion version) throws Exception {
            try (HaproxyFixture haproxy = start(version);
                    HaproxyStats stats = all(haproxy)) {
                add(haproxy, "web-1", Endpoint.of("10.9.8.7", 80), "");
                assertThat(haproxy.ask("set server app/web-1 state ready")).isEmpty();

                assertThat(words(stats)).isEqualTo(each(haproxy, "app/web-1 has another address, 10.9.8.7:80"));
            }
        }

        @ParameterizedTest
        @EnumSource
        void awaitServing_ipv6_isServed(HaproxyVersion version) throws Exception {
            web = new Announcement("web-1", "web", Endpoint.of("fd00::5", 8080));
            try (HaproxyFixture haproxy = start(version);
                    HaproxyStats stats = all(haproxy)) {
                add(haproxy, "forrest:web-1", Endpoint.of("fd00::5", 8080), "");
                set(haproxy, "state ready");

                assertThat(stats.awaitServing(web, Duration.ZERO))
                        .isEqualTo(new Served(true, List.of(), List.of(), List.of()));
            }
        }

        @ParameterizedTest
        @EnumSource
        void awaitServing_addressesNotShown_isServedAndUnverified(HaproxyVersion version) throws Exception {
            try (HaproxyFixture haproxy = HaproxyFixture.builder()
                    .version(version)
                    .legends(false)
                    .globalLine("stats socket /forrest/user.sock mode 666 level user")
                    .start()) {
                URI user = haproxy.socket().resolve("user.sock");
                try (HaproxyStats stats = HaproxyStats.at(haproxy.page(), URI.create("unix://" + user.getPath()))
                        .build()) {
                    add(haproxy, "forrest:web-1", Endpoint.of("10.9.8.7", 80), "");
                    set(haproxy, "state ready");

                    assertThat(stats.awaitServing(web, Duration.ZERO))
                            .isEqualTo(new Served(
                                    true,
                                    List.of(),
                                    List.of(),
                                    List.of(
                                            haproxy.page() + ": address unverified, `stats show-legends` shows it",
                                            "unix://" + user.getPath()
                                                    + ": address unverified, `level operator` shows it")));
                }
            }
        }

        @Test
        void awaitServing_noSuchBackend_isSaid() throws Exception {
            try (HaproxyFixture haproxy = start(HaproxyVersion.DEFAULT);
                    HaproxyStats stats =
                            HaproxyStats.at(haproxy.page()).backend("ap").build()) {
                assertThat(words(stats)).containsExactly(haproxy.page() + ": has no backend ap");
            }
        }

        @ParameterizedTest
        @EnumSource
        void awaitServing_pageWithPassword_isReadWithTheRightOne(HaproxyVersion version) throws Exception {
            try (HaproxyFixture haproxy = HaproxyFixture.builder()
                            .version(version)
                            .legends(true)
                            .statsAuth("admin", "secret")
                            .start();
                    HaproxyStats right = HaproxyStats.at(haproxy.page())
                            .credentials("admin", "secret")
                            .build();
                    HaproxyStats wrong = HaproxyStats.at(haproxy.page())
                            .credentials("admin", "wrong-secret")
                            .build();
                    HaproxyStats none = HaproxyStats.at(haproxy.page()).build()) {
                add(haproxy);

                assertThat(right.awaitServing(web, Duration.ZERO).serving()).isTrue();
                assertThat(wrong.awaitServing(web, Duration.ZERO))
                        .isEqualTo(new Served(
                                false,
                                List.of(),
                                List.of(haproxy.page() + ": answers 401: wrong user or password"),
                                List.of()));
                assertThat(none.awaitServing(web, Duration.ZERO).unreachable())
                        .containsExactly(haproxy.page() + ": answers 401: it wants a user and a password");
                assertThatExceptionOfType(BalancerException.class)
                        .isThrownBy(wrong::traffic)
                        .withMessage(
                                "no HAProxy can be asked: " + haproxy.page() + ": answers 401: wrong user or password");
            }
        }

        @Test
        void awaitServing_oneOfTwoKilled_isServedByTheOther() throws Exception {
            try (HaproxyFixture one = start(HaproxyVersion.DEFAULT);
                    HaproxyFixture two = start(HaproxyVersion.NEWER);
                    HaproxyStats stats = HaproxyStats.at(one.page(), one.socket(), two.page())
                            .build()) {
                add(two);
                one.kill();

                assertThat(stats.awaitServing(web, LONG))
                        .isEqualTo(new Served(
                                true,
                                List.of(),
                                List.of(
                                        one.page() + ": Connection refused",
                                        one.socket() + ": Connection refused: nobody listens on it"),
                                List.of()));
                assertThat(stats.traffic("web-1").orElseThrow().serving()).isTrue();
                assertThat(stats.awaitDrained(web, SHORT).unreachable()).hasSize(2);
            }
        }

        @Test
        void awaitServing_oneOfTwoFrozen_isServedByTheOther() throws Exception {
            try (HaproxyFixture one = start(HaproxyVersion.DEFAULT);
                    HaproxyFixture two = start(HaproxyVersion.DEFAULT);
                    HaproxyStats stats = HaproxyStats.at(one.page(), one.socket(), two.socket())
                            .build()) {
                add(two);
                one.pause();
                try {
                    assertThat(stats.awaitServing(web, LONG))
                            .isEqualTo(new Served(
                                    true,
                                    List.of(),
                                    List.of(
                                            one.page() + ": no answer within 2 s",
                                            one.socket() + ": no answer within 2 s"),
                                    List.of()));
                } finally {
                    one.unpause();
                }
                add(one);
                assertThat(eventually(
                                        () -> stats.awaitServing(web, Duration.ZERO),
                                        said -> said.unreachable().isEmpty())
                                .serving())
                        .isTrue();
            }
        }
    }

    @Nested
    class Draining {

        @ParameterizedTest
        @EnumSource
        void awaitDrained_sessionHeld_isDrainedOnceItHasEnded(HaproxyVersion version) throws Exception {
            try (HaproxyFixture haproxy = start(version);
                    HaproxyStats stats = withMaster(haproxy)) {
                add(haproxy);
                origin.hold();
                CompletableFuture<String> answer = Visitor.begin(haproxy.frontend());
                await().until(() -> origin.underWay() == 1);
                assertThat(stats.traffic("web-1").orElseThrow().sessions()).isEqualTo(1);

                set(haproxy, "state drain");
                assertThat(stats.awaitDrained(web, Duration.ZERO)).satisfies(drained -> {
                    assertThat(drained.drained()).isFalse();
                    assertThat(drained.sessions()).isEqualTo(1);
                    assertThat(drained.waitingFor())
                            .containsExactly(haproxy.socket() + ": app/forrest:web-1 is DRAIN, sessions: 1");
                });
                set(haproxy, "state maint");
                assertThat(stats.awaitDrained(web, Duration.ZERO).waitingFor())
                        .containsExactly(haproxy.socket() + ": app/forrest:web-1 is MAINT, sessions: 1");

                origin.release();
                assertThat(stats.awaitDrained(web, LONG).drained()).isTrue();
                assertThat(origin.underWay()).isZero();
                assertThat(answer.join()).isEqualTo("web-1");
            }
        }

        @ParameterizedTest
        @EnumSource
        void awaitDrained_withoutMasterOrByThePage_waitsTheWholeTime(HaproxyVersion version) throws Exception {
            try (HaproxyFixture haproxy = start(version);
                    HaproxyStats stats =
                            HaproxyStats.at(haproxy.socket(), haproxy.page()).build()) {
                var drained = stats.awaitDrained(web, SHORT);

                assertThat(drained.drained()).isFalse();
                assertThat(drained.waitingFor()).isEmpty();
                assertThat(drained.unreachable()).isEmpty();
                assertThat(drained.blindSpots())
                        .containsExactly(
                                haproxy.socket() + ": old workers of a reload cannot be seen without the master socket",
                                haproxy.page() + ": old workers of a reload cannot be seen by the page");
            }
        }

        @ParameterizedTest
        @EnumSource
        void awaitDrained_oldWorkerHoldsASession_isDrainedOnceThatHasEnded(HaproxyVersion version) throws Exception {
            try (HaproxyFixture haproxy = start(version);
                    HaproxyStats stats = withMaster(haproxy)) {
                add(haproxy);
                origin.hold();
                CompletableFuture<String> answer = Visitor.begin(haproxy.frontend());
                await().until(() -> origin.underWay() == 1);
                long old = haproxy.pid();
                haproxy.reload();

                assertThat(words(stats)).containsExactly(haproxy.socket() + ": web-1 is absent");
                // just after a reload the master may still count both as current
                var drained = eventually(
                        () -> stats.awaitDrained(web, Duration.ZERO),
                        said -> said.waitingFor().stream().anyMatch(line -> line.contains("old worker")));
                assertThat(drained.waitingFor())
                        .containsExactly(haproxy.socket() + ": in old worker " + old
                                + ", app/forrest:web-1 is no check, sessions: 1");
                assertThat(drained.sessions()).isEqualTo(1);
                assertThat(drained.drained()).isFalse();
                origin.release();

                assertThat(stats.awaitDrained(web, LONG).drained()).isTrue();
                assertThat(origin.underWay()).isZero();
                assertThat(answer.join()).isEqualTo("web-1");
            }
        }

        @Test
        void awaitDrained_masterOfAnother_isNeverDrained() throws Exception {
            try (HaproxyFixture haproxy = start(HaproxyVersion.DEFAULT);
                    HaproxyFixture other = start(HaproxyVersion.DEFAULT)) {
                other.reload();
                try (HaproxyStats stats = HaproxyStats.at(haproxy.socket())
                        .masterSocket(haproxy.socket(), other.masterSocket())
                        .build()) {
                    var drained = stats.awaitDrained(web, SHORT);

                    assertThat(drained.drained()).isFalse();
                    assertThat(drained.waitingFor())
                            .singleElement()
                            .asString()
                            .startsWith(haproxy.socket() + ": worker " + haproxy.pid())
                            .contains("another's master");
                }
            }
        }

        @Test
        void awaitDrained_statisticsSocketForAMaster_isNeverDrained() throws Exception {
            try (HaproxyFixture haproxy = start(HaproxyVersion.DEFAULT);
                    HaproxyStats stats = HaproxyStats.at(haproxy.socket())
                            .masterSocket(haproxy.socket(), haproxy.tcpSocket())
                            .build()) {
                assertThat(stats.awaitDrained(web, SHORT).waitingFor())
                        .singleElement()
                        .asString()
                        .startsWith(haproxy.socket() + ": its master (" + haproxy.tcpSocket() + ") cannot be asked: ");
            }
        }
    }

    @Nested
    class Counting {

        private HaproxyFixture serving(HaproxyVersion version) {
            return HaproxyFixture.builder()
                    .version(version)
                    .legends(true)
                    .backendLine("server web-1 " + origin.endpoint())
                    .start();
        }

        private Traffic traffic(HaproxyStats stats) {
            return stats.traffic("web-1").orElseThrow();
        }

        private void visit(HaproxyFixture haproxy, int times) {
            for (int i = 0; i < times; i++) {
                var unused = Visitor.get(haproxy.frontend());
            }
        }

        @ParameterizedTest
        @EnumSource
        void traffic_reloadAndCountersCleared_goesOn(HaproxyVersion version) throws Exception {
            try (HaproxyFixture haproxy = serving(version);
                    HaproxyStats socket = withMaster(haproxy);
                    HaproxyStats page = HaproxyStats.at(haproxy.page()).build()) {
                assertThat(traffic(socket)).isEqualTo(new Traffic(true, "no check", 0, 0, 0, Duration.ZERO));
                visit(haproxy, 3);
                origin.status(500);
                visit(haproxy, 1);
                assertCounts(socket, page, 4, 1);

                haproxy.reload();
                visit(haproxy, 1);
                origin.status(200);
                visit(haproxy, 1);
                assertCounts(socket, page, 6, 2);

                assertThat(haproxy.ask("clear counters all")).isEmpty();
                visit(haproxy, 1);
                assertCounts(socket, page, 7, 2);

                haproxy.restart();
                assertCounts(socket, page, 7, 2);
            }
        }

        private void assertCounts(HaproxyStats socket, HaproxyStats page, long requests, long errors) {
            for (HaproxyStats stats : List.of(socket, page)) {
                assertThat(traffic(stats).requests()).isEqualTo(requests);
                assertThat(traffic(stats).errors()).isEqualTo(errors);
            }
        }

        @Test
        void traffic_reloadThatHasCountedMore_goesOnByTheSocket() throws Exception {
            try (HaproxyFixture haproxy = serving(HaproxyVersion.DEFAULT);
                    HaproxyStats stats = HaproxyStats.at(haproxy.tcpSocket()).build()) {
                visit(haproxy, 2);
                assertThat(traffic(stats).requests()).isEqualTo(2);
                haproxy.reload();
                visit(haproxy, 5);

                assertThat(traffic(stats).requests()).isEqualTo(7);
            }
        }

        @ParameterizedTest
        @EnumSource
        void traffic_serverAnswersNothing_isAnError(HaproxyVersion version) throws Exception {
            try (HaproxyFixture haproxy = serving(version);
                    HaproxyStats stats = all(haproxy)) {
                origin.delay(LONG);
                CompletableFuture<String> answer = Visitor.begin(haproxy.frontend());
                await().until(() -> origin.underWay() == 1);
                origin.kill();
                assertThat(answer.join()).isEmpty();

                Traffic traffic = eventually(() -> traffic(stats), seen -> seen.sessions() == 0);
                // one HAProxy, given three times; and the newer counts twice what is not answered
                assertThat(traffic.errors()).isEqualTo(version == HaproxyVersion.DEFAULT ? 3 : 6);
                assertThat(traffic.requests()).isEqualTo(3);
            }
        }

        @Test
        void traffic_slowServer_isTheMeanResponseTime() throws Exception {
            try (HaproxyFixture haproxy = serving(HaproxyVersion.DEFAULT);
                    HaproxyStats stats = HaproxyStats.at(haproxy.socket()).build()) {
                origin.delay(SHORT);
                visit(haproxy, 2);

                assertThat(traffic(stats).responseTime()).isBetween(SHORT.minusMillis(1), LONG);
            }
        }

        @Test
        void traffic_twoHaproxies_isOfBoth() throws Exception {
            try (HaproxyFixture one = serving(HaproxyVersion.DEFAULT);
                    HaproxyFixture two = start(HaproxyVersion.NEWER);
                    HaproxyStats stats =
                            HaproxyStats.at(one.socket(), two.socket()).build()) {
                add(two);
                visit(one, 2);
                visit(two, 3);
                assertThat(traffic(stats)).satisfies(traffic -> {
                    assertThat(traffic.requests()).isEqualTo(5);
                    assertThat(traffic.serving()).isTrue();
                    assertThat(traffic.state()).isEqualTo("no check");
                });

                set(two, "state drain");
                assertThat(traffic(stats).serving()).isFalse();
                assertThat(traffic(stats).state()).isEqualTo("no check/DRAIN");
                one.kill();
                assertThat(traffic(stats).requests()).isEqualTo(5);
                two.kill();
                assertThatExceptionOfType(BalancerException.class)
                        .isThrownBy(stats::traffic)
                        .withMessageContainingAll(
                                one.socket().toString(), two.socket().toString());
            }
        }
    }
}
