package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.Endpoint;
import io.forrest.Subscription;
import io.forrest.spi.Announcement;
import io.forrest.testkit.WatchRecorder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a watch makes of all that strangers and etcd itself do to the store. */
class EtcdWatchTest {

    private static final Endpoint HERE = Endpoint.of("10.0.0.5", 32768);
    private static final Endpoint ELSEWHERE = Endpoint.of("10.0.0.6", 32769);
    private static final int HISTORY = 1_000;

    private static EtcdFixture etcd;
    private static EtcdRest stranger;

    private final String prefix = "/watch-" + UUID.randomUUID();
    private final List<EtcdEvent> events = new CopyOnWriteArrayList<>();
    private final WatchRecorder recorder = new WatchRecorder();
    private EtcdV2Registry registry = open(Duration.ofSeconds(20));

    @BeforeAll
    static void startEtcd() {
        etcd = EtcdFixture.start();
        stranger = new EtcdRest(etcd.uri(), null);
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    private EtcdV2Registry open(Duration hold) {
        return EtcdV2Registry.builder(etcd.uri())
                .prefix(prefix)
                .hold(hold)
                .onEvent(events::add)
                .build();
    }

    private void reopen(Duration hold) {
        registry.close();
        registry = open(hold);
    }

    @AfterEach
    void close() {
        registry.close();
        stranger.delete(prefix);
        recorder.assertSound();
    }

    private static Announcement announcement(String name, Endpoint endpoint) {
        return new Announcement(name, "", endpoint);
    }

    private static Map<String, Endpoint> truth(EtcdV2Registry registry) {
        Map<String, Endpoint> truth = new HashMap<>();
        registry.announcements().forEach(announcement -> truth.put(announcement.name(), announcement.endpoint()));
        return truth;
    }

    private static void writeElsewhere(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(stranger.put("/foreign/counter", "value=" + i)).startsWith("20");
        }
    }

    @Test
    void watch_prefixThatDoesNotExist_tellsTheFirstThatIsAnnounced() {
        registry.watch(recorder);
        recorder.awaitPicture(Map.of());
        registry.announce(announcement("brave-fox", HERE));

        recorder.awaitPicture(Map.of("brave-fox", HERE));
        assertThat(recorder.calls()).containsExactly("snapshot", "announced brave-fox=" + HERE);
    }

    @Test
    void watch_foreignAndHiddenKeys_tellsNothing() {
        registry.watch(recorder);
        recorder.awaitPicture(Map.of());
        stranger.put(prefix + "/_hidden", "value=10.0.0.9:1");
        stranger.put(prefix + "/folder/deep", "value=10.0.0.9:1");
        stranger.put(prefix + "/no-endpoint", "value=hello");
        stranger.put(prefix + "/no%20name", "value=10.0.0.9:1");
        stranger.put(prefix + "other/brave-fox", "value=10.0.0.9:1");
        stranger.delete(prefix + "other");
        registry.announce(announcement("last", HERE));

        recorder.awaitPicture(Map.of("last", HERE));
        assertThat(recorder.calls()).containsExactly("snapshot", "announced last=" + HERE);
    }

    @Test
    void watch_sameValueWrittenAgain_tellsNothing() {
        registry.announce(announcement("brave-fox", HERE));
        registry.watch(recorder);
        recorder.awaitPicture(Map.of("brave-fox", HERE));
        stranger.put(prefix + "/brave-fox", "value=" + HERE);
        stranger.put(prefix + "/brave-fox", "value=" + HERE + "&ttl=60");
        registry.announce(announcement("last", HERE));

        recorder.awaitPicture(Map.of("brave-fox", HERE, "last", HERE));
        assertThat(recorder.calls()).containsExactly("snapshot brave-fox=" + HERE, "announced last=" + HERE);
    }

    @Test
    void watch_valueReplaced_tellsTheNewOne() {
        registry.announce(announcement("brave-fox", HERE));
        registry.watch(recorder);
        recorder.awaitPicture(Map.of("brave-fox", HERE));
        stranger.put(prefix + "/brave-fox", "value=" + ELSEWHERE);

        recorder.awaitPicture(Map.of("brave-fox", ELSEWHERE));
        stranger.put(prefix + "/brave-fox", "value=no endpoint");
        recorder.awaitPicture(Map.of());
    }

    @Test
    void watch_keyReplacedByDirectory_tellsThatItIsGone() {
        registry.announce(announcement("brave-fox", HERE));
        registry.watch(recorder);
        recorder.awaitPicture(Map.of("brave-fox", HERE));
        stranger.put(prefix + "/brave-fox", "dir=true");

        recorder.awaitPicture(Map.of());
    }

    @Test
    void watch_prefixDeletedAsOne_tellsThatAllAreGone() {
        registry.announce(announcement("brave-fox", HERE));
        registry.announce(announcement("calm-owl", ELSEWHERE));
        registry.watch(recorder);
        recorder.awaitPicture(Map.of("brave-fox", HERE, "calm-owl", ELSEWHERE));
        stranger.delete(prefix);

        recorder.awaitPicture(Map.of());
        registry.announce(announcement("brave-fox", ELSEWHERE));
        recorder.awaitPicture(Map.of("brave-fox", ELSEWHERE));
    }

    @Test
    void watch_directoryAboveExpires_tellsThatAllAreGone() {
        String above = "/above-" + UUID.randomUUID();
        stranger.put(above, "dir=true");
        try (EtcdV2Registry below =
                EtcdV2Registry.builder(etcd.uri()).prefix(above + "/servers").build()) {
            below.watch(recorder);
            below.announce(announcement("brave-fox", HERE));
            recorder.awaitPicture(Map.of("brave-fox", HERE));
            assertThat(stranger.put(above, "dir=true&prevExist=true&ttl=1")).startsWith("200");

            recorder.awaitPicture(Map.of());
        }
    }

    @Test
    void watch_keyExpires_tellsThatItIsGone() {
        stranger.put(prefix + "/brave-fox", "value=" + HERE);
        registry.watch(recorder);
        recorder.awaitPicture(Map.of("brave-fox", HERE));
        stranger.put(prefix + "/brave-fox", "value=" + HERE + "&ttl=1");
        recorder.awaitPicture(Map.of());

        assertThat(recorder.calls()).contains("snapshot brave-fox=" + HERE, "withdrawn brave-fox=" + HERE);
    }

    @Test
    void watch_manyForeignWritesWhileArmed_losesNothing() {
        registry.watch(recorder);
        recorder.awaitPicture(Map.of());
        writeElsewhere(HISTORY + HISTORY / 2);
        registry.announce(announcement("brave-fox", HERE));

        recorder.awaitPicture(Map.of("brave-fox", HERE));
    }

    @Test
    void watch_quietForLongInABusyStore_goesOnWithoutListing() {
        reopen(Duration.ofMillis(300));
        registry.watch(recorder);
        recorder.awaitPicture(Map.of());
        for (int i = 0; i < 3; i++) {
            writeElsewhere(HISTORY / 2);
        }
        registry.announce(announcement("brave-fox", HERE));

        recorder.awaitPicture(Map.of("brave-fox", HERE));
        assertThat(events).isEmpty();
    }

    @Test
    void watch_twoHundredChangesAtOnce_endsWithTheTruth() {
        registry.watch(recorder);
        recorder.awaitPicture(Map.of());
        for (int i = 0; i < 200; i++) {
            registry.announce(announcement("instance-" + i, Endpoint.of("10.0.0.5", 30_000 + i)));
        }

        recorder.awaitPicture(truth(registry));
        assertThat(recorder.picture()).hasSize(200);
    }

    @Test
    void watch_eightHundredExpireAtOnce_convergesToTheTruth() {
        for (int i = 0; i < 800; i++) {
            stranger.put(prefix + "/instance-" + i, "value=10.0.0.5:" + (30_000 + i) + "&ttl=5");
        }
        stranger.put(prefix + "/lasting", "value=" + HERE);
        registry.watch(recorder);
        recorder.awaitCall("snapshot");
        // The sweep may take etcd several rounds
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(recorder.picture()).containsOnly(Map.entry("lasting", HERE)));
        assertThat(truth(registry)).containsOnly(Map.entry("lasting", HERE));
    }

    @Test
    void close_whileArmed_freesTheServersWatcher() {
        registry.watch(recorder);
        Subscription second = registry.watch(new WatchRecorder());
        await().untilAsserted(() -> assertThat(watchers()).isEqualTo(2));
        second.close();
        await().untilAsserted(() -> assertThat(watchers()).isEqualTo(1));
        registry.close();
        await().untilAsserted(() -> assertThat(watchers()).isZero());
    }

    private static int watchers() {
        String stats = stranger.path("/v2/stats/store");
        return Integer.parseInt(stats.replaceAll("(?s).*\"watchers\":(\\d+).*", "$1"));
    }
}
