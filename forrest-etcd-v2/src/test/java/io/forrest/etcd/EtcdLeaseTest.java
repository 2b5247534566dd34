package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.forrest.Endpoint;
import io.forrest.spi.Announcement;
import io.forrest.testkit.WatchRecorder;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is announced with a ttl, and what becomes of it when others, or etcd itself, do something to its key. */
class EtcdLeaseTest {

    private static final Endpoint HERE = Endpoint.of("10.0.0.5", 32768);
    private static final Endpoint ELSEWHERE = Endpoint.of("10.0.0.6", 32769);
    private static final Announcement FOX = new Announcement("brave-fox", "", HERE);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Longer than a machine stands still. */
    private static final Duration STEADY = Duration.ofSeconds(10);

    private static EtcdFixture etcd;
    private static EtcdRest stranger;

    private final String prefix = "/lease-" + UUID.randomUUID();
    private final List<EtcdEvent> events = new CopyOnWriteArrayList<>();
    private final EtcdV2Registry registry = open(STEADY);

    @BeforeAll
    static void startEtcd() {
        etcd = EtcdFixture.start();
        stranger = new EtcdRest(etcd.uri(), null);
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    private EtcdV2Registry open(Duration ttl) {
        return EtcdV2Registry.builder(etcd.uri())
                .prefix(prefix)
                .ttl(ttl)
                .onEvent(events::add)
                .build();
    }

    @AfterEach
    void close() {
        registry.close();
        stranger.delete(prefix);
    }

    private void awaitKey(String expected) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(stranger.get(prefix + "/brave-fox")).contains(expected));
    }

    private void awaitEvent(EtcdEvent event) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(events).contains(event));
    }

    /** Lets two rounds of renewals pass by watching one that was announced last. */
    private void awaitRenewals() {
        registry.announce(new Announcement("calm-owl", "", ELSEWHERE));
        for (int i = 0; i < 2; i++) {
            long before = index("/calm-owl");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(index("/calm-owl")).isGreaterThan(before));
        }
    }

    private long index(String key) {
        return Long.parseLong(stranger.get(prefix + key).replaceAll("(?s).*\"modifiedIndex\":(\\d+).*", "$1"));
    }

    @Test
    void ttl_outOfRange_isRefused() {
        for (Duration ttl : List.of(
                Duration.ZERO,
                Duration.ofSeconds(-1),
                Duration.ofMillis(1500),
                Duration.ofDays(1).plusSeconds(1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> EtcdV2Registry.builder(URI.create("http://10.0.0.2"))
                            .ttl(ttl))
                    .withMessageContaining("a ttl must be whole seconds, 1 second to 1 day, was " + ttl);
        }
    }

    @Test
    void announce_withTtl_standsWithATtlAndIsRenewedWithoutAWord() {
        WatchRecorder recorder = new WatchRecorder();
        registry.announce(FOX);
        assertThat(stranger.get(prefix + "/brave-fox")).contains("\"ttl\":", "\"expiration\":");
        registry.watch(recorder);
        recorder.awaitPicture(Map.of("brave-fox", HERE));
        long first = index("/brave-fox");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(index("/brave-fox")).isGreaterThanOrEqualTo(first + 4));
        assertThat(recorder.calls()).containsExactly("snapshot brave-fox=" + HERE);
        recorder.assertSound();
    }

    @Test
    void announce_overOwnPermanentKey_givesItTheTtl() {
        stranger.put(prefix + "/brave-fox", "value=" + HERE);
        registry.announce(FOX);

        assertThat(stranger.get(prefix + "/brave-fox")).contains("\"ttl\":");
    }

    @Test
    void announce_withoutTtlOverOwnLeasedKey_makesItPermanent() {
        stranger.put(prefix + "/brave-fox", "value=" + HERE + "&ttl=60");
        try (EtcdV2Registry permanent =
                EtcdV2Registry.builder(etcd.uri()).prefix(prefix).build()) {
            permanent.announce(FOX);
        }

        assertThat(stranger.get(prefix + "/brave-fox"))
                .contains(HERE.toString())
                .doesNotContain("ttl", "expiration");
    }

    @Test
    void renewal_ofWhatRanOut_announcesItAgain() {
        registry.announce(FOX);
        // Ends a ttl by a ttl that ends sooner
        stranger.put(prefix + "/brave-fox", "value=" + HERE + "&ttl=0");

        awaitEvent(new EtcdEvent.LeaseRestored(FOX));
        awaitKey("\"ttl\":");
        assertThat(stranger.get(prefix + "/brave-fox")).contains(HERE.toString());
    }

    @Test
    void renewal_ofWhatWentWithItsDirectory_announcesItAgain() {
        registry.announce(FOX);
        stranger.delete(prefix);

        awaitEvent(new EtcdEvent.LeaseRestored(FOX));
        awaitKey(HERE.toString());
    }

    @Test
    void renewal_ofWhatAnotherTookBack_leavesItAndSaysSo() {
        registry.announce(FOX);
        try (EtcdV2Registry another =
                EtcdV2Registry.builder(etcd.uri()).prefix(prefix).build()) {
            assertThat(another.withdraw(FOX)).isTrue();
        }

        awaitEvent(new EtcdEvent.LeaseLost(FOX, "somebody took back " + prefix + "/brave-fox"));
        awaitRenewals();
        assertThat(stranger.get(prefix + "/brave-fox")).startsWith("404");
    }

    @Test
    void renewal_ofWhatAnotherTookOver_leavesItAndSaysSo() {
        registry.announce(FOX);
        stranger.put(prefix + "/brave-fox", "value=" + ELSEWHERE);

        awaitEvent(new EtcdEvent.LeaseLost(FOX, "another value stands at " + prefix + "/brave-fox"));
        awaitRenewals();
        assertThat(stranger.get(prefix + "/brave-fox"))
                .contains(ELSEWHERE.toString())
                .doesNotContain("ttl");
    }

    @Test
    void withdraw_thenAnnounceElsewhere_isRenewedThere() {
        registry.announce(FOX);
        assertThat(registry.withdraw(FOX)).isTrue();
        registry.announce(new Announcement("brave-fox", "", ELSEWHERE));

        awaitRenewals();
        assertThat(stranger.get(prefix + "/brave-fox")).contains(ELSEWHERE.toString(), "\"ttl\":");
        assertThat(events).isEmpty();
    }

    @Test
    void withdraw_thrice_staysGone() {
        registry.announce(FOX);
        assertThat(registry.withdraw(FOX)).isTrue();
        assertThat(registry.withdraw(FOX)).isFalse();
        assertThat(registry.withdraw(FOX)).isFalse();

        awaitRenewals();
        assertThat(stranger.get(prefix + "/brave-fox")).startsWith("404");
        assertThat(events).isEmpty();
    }

    @Test
    void close_thrice_letsEverythingRunOut() {
        registry.announce(FOX);
        registry.close();
        registry.close();
        registry.close();

        awaitKey("404");
    }

    @Test
    void withdraw_underAnotherAppsName_isRenewedNoLonger() {
        registry.announce(FOX);
        // The keys do not tell the app, and whoever withdraws may know another
        assertThat(registry.withdraw(new Announcement("brave-fox", "owls", HERE)))
                .isTrue();

        awaitRenewals();
        assertThat(stranger.get(prefix + "/brave-fox")).startsWith("404");
        assertThat(events).isEmpty();
    }

    static Stream<Named<Runnable>> throwables() {
        return Stream.of(
                Named.of("an exception", () -> {
                    throw new IllegalStateException("a listener of the test's");
                }),
                Named.of("an error", () -> {
                    throw new LinkageError("a listener of the test's");
                }));
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void onEvent_listenerThatThrows_harmsNoRenewal(Runnable thrower) {
        try (LoggedEvents log = LoggedEvents.of(EtcdV2Registry.class);
                EtcdV2Registry harmed = EtcdV2Registry.builder(etcd.uri())
                        .prefix(prefix)
                        .ttl(Duration.ofSeconds(1))
                        .onEvent(event -> {
                            events.add(event);
                            thrower.run();
                        })
                        .build()) {
            harmed.announce(FOX);
            for (int i = 1; i <= 2; i++) {
                int times = i;
                stranger.delete(prefix);
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(events)
                                .filteredOn(EtcdEvent.LeaseRestored.class::isInstance)
                                .hasSizeGreaterThanOrEqualTo(times));
            }
            awaitKey(HERE.toString());
            // The listener's, and not the renewal's
            assertThat(log.messages()).noneMatch(message -> message.contains("by a defect"));
        }
    }
}
