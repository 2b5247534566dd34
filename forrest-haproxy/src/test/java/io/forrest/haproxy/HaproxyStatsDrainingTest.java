package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read of real HAProxies of whether an instance is drained. */
class HaproxyStatsDrainingTest extends HaproxyStatsGround {

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
