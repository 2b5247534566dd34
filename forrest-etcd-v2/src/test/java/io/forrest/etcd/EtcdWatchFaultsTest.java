package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.Endpoint;
import io.forrest.spi.Announcement;
import io.forrest.spi.TimeSource;
import io.forrest.testkit.WatchRecorder;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a watch, and what it watches, go through when members of a real cluster fail. */
class EtcdWatchFaultsTest {

    private static final Logger LOG = LoggerFactory.getLogger(EtcdWatchFaultsTest.class);

    private static final Endpoint HERE = Endpoint.of("10.0.0.5", 32768);
    private static final Announcement FOX = new Announcement("brave-fox", "", HERE);
    private static final Announcement OWL = new Announcement("calm-owl", "", HERE);
    private static final Duration HOLD = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MORE_THAN_THE_HISTORY = 1_500;

    private static EtcdCluster cluster;

    private final String prefix = "/watch-" + UUID.randomUUID();
    private final List<EtcdEvent> events = new CopyOnWriteArrayList<>();
    private final WatchRecorder recorder = new WatchRecorder();
    private EtcdV2Registry watching;

    @BeforeAll
    static void startCluster() {
        cluster = EtcdCluster.start();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void openRegistry() {
        watching = open(first(cluster.uris()));
    }

    private EtcdV2Registry open(List<URI> uris) {
        return builder(uris).hold(HOLD).onEvent(events::add).build();
    }

    private EtcdV2RegistryBuilder builder(List<URI> uris) {
        return EtcdV2Registry.builder(uris.get(0), uris.subList(1, uris.size()).toArray(URI[]::new))
                .prefix(prefix)
                .deadline(Duration.ofSeconds(30));
    }

    /** The URLs with the leader's first, so that the watch begins there. */
    private static List<URI> first(List<URI> uris) {
        URI leader = cluster.uri(cluster.leader());
        return Stream.concat(Stream.of(leader), uris.stream().filter(uri -> !uri.equals(leader)))
                .toList();
    }

    @AfterEach
    void repair() {
        watching.close();
        cluster.repair();
        recorder.assertSound();
    }

    private static Map<String, Endpoint> truth(EtcdV2Registry registry) {
        Map<String, Endpoint> truth = new HashMap<>();
        registry.announcements().forEach(announcement -> truth.put(announcement.name(), announcement.endpoint()));
        return truth;
    }

    private void awaitTruth(Map<String, Endpoint> expected) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(recorder.picture()).isEqualTo(expected));
    }

    /** Begins a watch that has told one announcement. */
    private void armed() {
        watching.announce(FOX);
        watching.watch(recorder);
        recorder.awaitPicture(Map.of("brave-fox", HERE));
    }

    private void assertChangesArriveAfter(String fault) {
        TimeSource time = TimeSource.system();
        long start = time.nanoTime();
        try (EtcdV2Registry another = builder(cluster.uris()).build()) {
            another.announce(OWL);
            long acknowledged = time.nanoTime();
            awaitTruth(Map.of("brave-fox", HERE, "calm-owl", HERE));
            LOG.info(
                    "{}: the next announcement was acknowledged after {} ms, and told to the watch {} ms later",
                    fault,
                    Duration.ofNanos(acknowledged - start).toMillis(),
                    Duration.ofNanos(time.nanoTime() - acknowledged).toMillis());
        }
    }

    @Test
    void watch_leaderKilled_goesOnAtAnother() {
        armed();
        cluster.kill(cluster.leader());

        assertChangesArriveAfter("leader killed");
        assertThat(recorder.calls()).noneMatch(call -> call.startsWith("withdrawn"));
    }

    @Test
    void watch_leaderFrozen_goesOnAtAnother() {
        armed();
        cluster.pause(cluster.leader());

        assertChangesArriveAfter("leader frozen");
    }

    @Test
    void watch_memberLostTheOthers_goesOnAtAnother() {
        armed();
        cluster.isolate(cluster.leader());

        assertChangesArriveAfter("leader cut off from the others");
    }

    @Test
    void watch_pathFrozenWithoutAWord_goesOnWithinTheHoldTime() {
        armed();
        cluster.cut(cluster.leader());

        assertChangesArriveAfter("path to the watched member frozen, hold time 1 s");
    }

    @Test
    void watch_memberWipedAndRebuilt_goesOn() {
        armed();
        cluster.wipe(cluster.leader());

        assertChangesArriveAfter("watched member wiped and rebuilt");
        assertThat(recorder.calls()).noneMatch(call -> call.startsWith("withdrawn"));
    }

    @Test
    void watch_quorumLost_saysSoAndKeepsThePicture() {
        armed();
        List<Integer> followers = cluster.followers();
        followers.forEach(cluster::kill);
        recorder.awaitCall("disconnected");
        assertThat(recorder.picture()).containsOnlyKeys("brave-fox");
        followers.forEach(cluster::restart);
        cluster.awaitHealth();

        recorder.awaitCall("reconnected");
        assertChangesArriveAfter("quorum lost and found");
        assertThat(events).hasAtLeastOneElementOfType(EtcdEvent.Disconnected.class);
        assertThat(events).hasAtLeastOneElementOfType(EtcdEvent.Connected.class);
    }

    @Test
    void watch_everyMemberGoneAndBack_losesNothing() {
        armed();
        for (int member = 0; member < cluster.size(); member++) {
            cluster.kill(member);
        }
        recorder.awaitCall("disconnected");
        for (int member = 0; member < cluster.size(); member++) {
            cluster.restart(member);
        }
        cluster.awaitHealth();

        recorder.awaitCall("reconnected");
        assertChangesArriveAfter("all members killed and restarted");
        assertThat(recorder.calls()).noneMatch(call -> call.startsWith("withdrawn"));
    }

    @Test
    void watch_storeBuiltAnew_findsOutThatItsIndexWentBack() {
        try (EtcdFixture before = EtcdFixture.start();
                EtcdFixture after = EtcdFixture.start();
                Wire wire = Wire.to(address(before.uri()));
                EtcdV2Registry registry = EtcdV2Registry.builder(URI.create("http://127.0.0.1:" + wire.port()))
                        .prefix(prefix)
                        .hold(HOLD)
                        .onEvent(events::add)
                        .build()) {
            for (int i = 0; i < 20; i++) {
                registry.announce(FOX);
                assertThat(registry.withdraw(FOX)).isTrue();
            }
            registry.announce(FOX);
            registry.watch(recorder);
            recorder.awaitPicture(Map.of("brave-fox", HERE));
            wire.lead(address(after.uri()));
            wire.reset();
            recorder.awaitPicture(Map.of());

            registry.announce(OWL);
            recorder.awaitPicture(Map.of("calm-owl", HERE));
        }
    }

    private static InetSocketAddress address(URI uri) {
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    private static void writeElsewhere() {
        EtcdRest stranger = new EtcdRest(cluster.uri(cluster.leader()), null);
        for (int i = 0; i < MORE_THAN_THE_HISTORY; i++) {
            assertThat(stranger.put("/foreign/counter", "value=" + i)).startsWith("20");
        }
    }

    @Test
    void watch_fifteenHundredForeignWritesWhileArmed_losesNothing() {
        armed();
        writeElsewhere();

        assertChangesArriveAfter("1,500 foreign writes under an armed watch");
    }

    @Test
    void watch_fifteenHundredForeignWritesBetweenTwoPolls_listsAgainAndLosesNothing() {
        try (Wire wire = Wire.to(address(cluster.uri(cluster.leader())));
                EtcdV2Registry far = builder(List.of(URI.create("http://127.0.0.1:" + wire.port())))
                        .hold(HOLD)
                        .onEvent(events::add)
                        .build()) {
            watching.announce(FOX);
            far.watch(recorder);
            recorder.awaitPicture(Map.of("brave-fox", HERE));
            wire.down();
            assertThat(watching.withdraw(FOX)).isTrue();
            watching.announce(OWL);
            writeElsewhere();
            wire.up();

            recorder.awaitPicture(Map.of("calm-owl", HERE));
        }
    }

    @Test
    void watch_eightHundredExpireInOneSweep_convergesToTheTruth() {
        EtcdRest stranger = new EtcdRest(cluster.uri(cluster.leader()), null);
        watching.announce(FOX);
        for (int i = 0; i < 800; i++) {
            // Counted down, so that they end together
            int left = Math.max(1, 12 - i / 100);
            stranger.put(prefix + "/instance-" + i, "value=10.0.0.9:" + (30_000 + i) + "&ttl=" + left);
        }
        watching.watch(recorder);
        recorder.awaitCall("snapshot");

        awaitTruth(Map.of("brave-fox", HERE));
        assertThat(truth(watching)).containsOnlyKeys("brave-fox");
    }

    @Test
    void watch_everyMemberGoneForLongerThanTheTtl_isToldOfNoWithdrawal() {
        int count = 10; // renewed one after another, once the members are back
        // A third of it is how long a slow machine has to renew all that ran out, before the watch would tell
        Duration ttl = Duration.ofSeconds(15);
        try (EtcdV2Registry leasing =
                builder(cluster.uris()).ttl(ttl).onEvent(events::add).build()) {
            for (int i = 0; i < count; i++) {
                leasing.announce(new Announcement("leased-" + i, "", Endpoint.of("10.0.0.7", 30_000 + i)));
            }
            Map<String, Endpoint> all = truth(leasing);
            leasing.watch(recorder);
            recorder.awaitPicture(all);
            long start = TimeSource.system().nanoTime();
            for (int member = 0; member < cluster.size(); member++) {
                cluster.kill(member);
            }
            await().atMost(PATIENCE)
                    .until(() -> TimeSource.system().nanoTime() - start
                            > ttl.plusSeconds(3).toNanos());
            for (int member = 0; member < cluster.size(); member++) {
                cluster.restart(member);
            }
            cluster.awaitHealth();
            long healthy = TimeSource.system().nanoTime();
            recorder.awaitCall("reconnected");

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(truth(leasing)).isEqualTo(all);
                assertThat(recorder.picture()).isEqualTo(all);
            });
            LOG.info(
                    "all members gone for longer than the ttl: {} of {} leases ran out, all back {} ms after the cluster",
                    events.stream()
                            .filter(EtcdEvent.LeaseRestored.class::isInstance)
                            .count(),
                    count,
                    Duration.ofNanos(TimeSource.system().nanoTime() - healthy).toMillis());
            assertThat(recorder.calls()).noneMatch(call -> call.startsWith("withdrawn"));
            assertThat(recorder.calls().stream().filter(call -> call.startsWith("snapshot")))
                    .allMatch(call -> call.split(" ").length == count + 1);
        }
    }
}
