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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many threads and connections a registry needs, and how many announcements it carries. */
class EtcdScaleTest {

    private static final Logger LOG = LoggerFactory.getLogger(EtcdScaleTest.class);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static EtcdFixture etcd;
    private static EtcdRest stranger;

    private final String prefix = "/scale-" + UUID.randomUUID();

    @BeforeAll
    static void startEtcd() {
        etcd = EtcdFixture.start();
        stranger = new EtcdRest(etcd.uri(), null);
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    private static Announcement announcement(int i) {
        return new Announcement("instance-" + i, "", Endpoint.of("10.0." + i / 250 + "." + (1 + i % 250), 30_000));
    }

    /** The threads of registries and of the HTTP clients below them, which have one each. */
    private static Set<Thread> threads() {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread -> !thread.getName().startsWith("forrest-etcd")
                && !thread.getName().startsWith("HttpClient"));
        return threads;
    }

    private static long index(String key) {
        return Long.parseLong(stranger.get(key).replaceAll("(?s).*\"modifiedIndex\":(\\d+).*", "$1"));
    }

    @Test
    void oneWatchAndAThousandLeases_needFourThreadsAndThreeConnections() {
        Set<Thread> before = threads();
        try (Wire wire = Wire.to(
                        new InetSocketAddress(etcd.uri().getHost(), etcd.uri().getPort()));
                EtcdV2Registry registry = EtcdV2Registry.builder(URI.create("http://127.0.0.1:" + wire.port()))
                        .prefix(prefix)
                        .ttl(Duration.ofSeconds(20)) // a shorter one a busy machine cannot keep up with
                        .build()) {
            WatchRecorder recorder = new WatchRecorder();
            registry.watch(recorder);
            for (int i = 0; i < 1_000; i++) {
                registry.announce(announcement(i));
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(recorder.picture()).hasSize(1_000));
            long first = index(prefix + "/instance-0");
            AtomicInteger mostThreads = new AtomicInteger();
            AtomicInteger mostConnections = new AtomicInteger();
            await("several rounds of renewals")
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(50))
                    .untilAsserted(() -> {
                        Set<Thread> now = threads();
                        now.removeAll(before);
                        mostThreads.accumulateAndGet(now.size(), Math::max);
                        mostConnections.accumulateAndGet(wire.connections(), Math::max);
                        assertThat(index(prefix + "/instance-0")).isGreaterThanOrEqualTo(first + 2_000);
                    });
            LOG.info("1 watch and 1,000 leases: {} threads, {} connections", mostThreads, mostConnections);

            assertThat(mostThreads.get()).isBetween(1, 4);
            assertThat(mostConnections.get()).isBetween(1, 3);
            assertThat(registry.announcements()).hasSize(1_000);
            assertThat(recorder.calls()).noneMatch(call -> call.startsWith("withdrawn"));
        }
    }

    @Test
    void tenThousandAnnouncements_areListedWatchedAndRenewed() throws Exception {
        int count = 10_000;
        TimeSource time = TimeSource.system();
        Set<Thread> before = threads();
        try (EtcdV2Registry registry = EtcdV2Registry.builder(etcd.uri())
                .prefix(prefix)
                .ttl(Duration.ofMinutes(4)) // renewed by one thread, which has 16 ms for each
                .deadline(Duration.ofMinutes(1))
                .build()) {
            WatchRecorder recorder = new WatchRecorder();
            registry.watch(recorder);
            long start = time.nanoTime();
            announceAll(registry, count);
            long announced = time.nanoTime();
            assertThat(registry.announcements()).hasSize(count);
            long listed = time.nanoTime();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(recorder.picture()).hasSize(count));
            LOG.info(
                    "{} announcements: written in {} ms, listed in {} ms",
                    count,
                    Duration.ofNanos(announced - start).toMillis(),
                    Duration.ofNanos(listed - announced).toMillis());
            List<String> sample = IntStream.range(0, 20)
                    .mapToObj(i -> prefix + "/instance-" + i * (count / 20))
                    .toList();
            List<Long> indices = sample.stream().map(EtcdScaleTest::index).toList();

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    sample.stream().map(EtcdScaleTest::index).toList())
                            .allSatisfy(index -> assertThat(index)
                                    .isGreaterThan(
                                            indices.stream().max(Long::compare).orElseThrow())));
            Set<Thread> now = threads();
            now.removeAll(before);
            now.removeIf(thread -> thread.getName().contains("lookup"));
            LOG.info("{} leases: {} threads", count, now.size());
            assertThat(now).hasSizeBetween(1, 4);
            assertThat(recorder.calls()).noneMatch(call -> call.startsWith("withdrawn"));
        }
    }

    private static void announceAll(EtcdV2Registry registry, int count) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> futures = IntStream.range(0, 8)
                    .<Future<?>>mapToObj(lane -> executor.submit(() -> {
                        for (int i = lane; i < count; i += 8) {
                            registry.announce(announcement(i));
                        }
                    }))
                    .toList();
            for (Future<?> future : futures) {
                future.get();
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
