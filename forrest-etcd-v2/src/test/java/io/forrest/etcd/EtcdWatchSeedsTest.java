package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.Endpoint;
import io.forrest.testkit.WatchRecorder;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Random writes, deletes, expiries, losses of etcd's history and cuts of the connection: in the end, what a listener was told
 * is what a list finds.
 */
class EtcdWatchSeedsTest {

    private static final int SEEDS = 200;
    private static final int AT_ONCE = 20;
    private static final int STEPS = 30;
    private static final int NAMES = 6;
    private static final int HISTORY = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static EtcdFixture etcd;
    private static EtcdRest stranger;
    private static Wire wire;

    @BeforeAll
    static void startEtcd() {
        etcd = EtcdFixture.start();
        stranger = new EtcdRest(etcd.uri(), null);
        wire = Wire.to(new InetSocketAddress(etcd.uri().getHost(), etcd.uri().getPort()));
    }

    @AfterAll
    static void stopEtcd() {
        wire.close();
        etcd.close();
    }

    @TestFactory
    Stream<DynamicTest> watch_anySequenceOfEvents_endsWithTheTruth() {
        return IntStream.range(0, SEEDS / AT_ONCE)
                .mapToObj(group -> DynamicTest.dynamicTest(
                        "seeds " + group * AT_ONCE + " to " + (group * AT_ONCE + AT_ONCE - 1), () -> run(group)));
    }

    private static void run(int group) {
        List<Story> stories = new ArrayList<>();
        try {
            for (int i = 0; i < AT_ONCE; i++) {
                stories.add(new Story(group * (long) AT_ONCE + i));
            }
            stories.forEach(story -> IntStream.range(0, STEPS).forEach(step -> story.step()));
            stories.forEach(Story::assertTrue);
        } finally {
            stories.forEach(Story::close);
        }
    }

    /** One seed: a prefix, a watch of it, and what happens to it. */
    private static final class Story implements AutoCloseable {

        private final long seed;
        private final Random random;
        private final String prefix = "/seeds-" + UUID.randomUUID() + "/servers";
        private final WatchRecorder recorder = new WatchRecorder();
        private final EtcdV2Registry registry;

        Story(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.registry = EtcdV2Registry.builder(URI.create("http://127.0.0.1:" + wire.port()))
                    .prefix(prefix)
                    // Announces nothing by it; it shortens the time that expiries are held back
                    .ttl(Duration.ofSeconds(3))
                    .hold(Duration.ofMillis(100 + random.nextInt(900)))
                    .build();
            registry.watch(recorder);
        }

        void step() {
            String key = prefix + "/name-" + random.nextInt(NAMES);
            String value = "value=10.0.0." + (1 + random.nextInt(9)) + ":8080";
            int kind = random.nextInt(100);
            if (kind < 45) {
                stranger.put(key, value);
            } else if (kind < 60) {
                stranger.put(key, value + "&ttl=" + random.nextInt(2));
            } else if (kind < 75) {
                stranger.delete(key);
            } else if (kind < 80) {
                stranger.put(key, "value=nothing");
            } else if (kind < 84) {
                stranger.put(key + "/deep", value);
            } else if (kind < 88) {
                stranger.delete(random.nextBoolean() ? prefix : prefix.substring(0, prefix.lastIndexOf('/')));
            } else if (kind < 92) {
                stranger.put(prefix + "other/name-1", value);
            } else if (kind < 97) {
                wire.reset();
            } else if (kind == 97 && random.nextInt(4) == 0) {
                wire.down();
                overflow();
                wire.up();
            } else if (kind == 98) {
                wire.freeze();
                stranger.put(key, value);
                wire.reset();
                wire.thaw();
            } else {
                stranger.put("/foreign/counter", value);
            }
        }

        /** Has etcd forget everything that happened so far, and something happen while nobody hears it. */
        private void overflow() {
            stranger.put(prefix + "/name-0", "value=10.0.0.99:8080");
            stranger.delete(prefix + "/name-1");
            for (int i = 0; i < HISTORY + 5; i++) {
                stranger.put("/foreign/counter", "value=" + i);
            }
        }

        void assertTrue() {
            await("seed " + seed)
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(recorder.picture()).isEqualTo(truth()));
            recorder.assertSound();
        }

        private Map<String, Endpoint> truth() {
            Map<String, Endpoint> truth = new HashMap<>();
            registry.announcements().forEach(announcement -> truth.put(announcement.name(), announcement.endpoint()));
            return truth;
        }

        @Override
        public void close() {
            registry.close();
            stranger.delete(prefix);
        }
    }
}
