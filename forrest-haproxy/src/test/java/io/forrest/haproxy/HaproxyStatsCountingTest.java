package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.forrest.BalancerException;
import io.forrest.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read of real HAProxies of the requests they counted. */
class HaproxyStatsCountingTest extends HaproxyStatsGround {

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
                HaproxyStats stats = HaproxyStats.at(one.socket(), two.socket()).build()) {
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
