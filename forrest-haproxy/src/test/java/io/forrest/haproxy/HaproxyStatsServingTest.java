package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forrest.BalancerException;
import io.forrest.Endpoint;
import io.forrest.spi.Announcement;
import io.forrest.spi.Served;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read of real HAProxies of whether an instance is served. */
class HaproxyStatsServingTest extends HaproxyStatsGround {

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
            assertThat(eventually(() -> words(stats), said -> said.stream().noneMatch(line -> line.contains("INI"))))
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
                HaproxyStats stats =
                        HaproxyStats.at(one.page(), one.socket(), two.page()).build()) {
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
                HaproxyStats stats =
                        HaproxyStats.at(one.page(), one.socket(), two.socket()).build()) {
            add(two);
            one.pause();
            try {
                assertThat(stats.awaitServing(web, LONG))
                        .isEqualTo(new Served(
                                true,
                                List.of(),
                                List.of(one.page() + ": no answer within 2 s", one.socket() + ": no answer within 2 s"),
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
