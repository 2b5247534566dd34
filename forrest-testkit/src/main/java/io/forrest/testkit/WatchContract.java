package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Endpoint;
import io.forrest.NameTakenException;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Registry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every registry tells who watches it, as tests. Not thread-safe; confine it to one thread. */
abstract class WatchContract extends WatchClosingContract {

    private static final Map<String, Endpoint> FOX_ELSEWHERE = Map.of("brave-fox", ELSEWHERE);
    private static final int MANY = 200;
    private static final int FLAPS = 50;
    private static final int STEPS = 300;
    private static final int STRIDE = 20;
    private static final int NAMES = 8;

    @Test
    void watch_ofNewPrefix_tellsAnEmptySnapshot() {
        WatchRecorder recorder = watching(registry());
        recorder.awaitPicture(NOTHING);

        assertThat(recorder.calls()).containsExactly("snapshot");
    }

    @Test
    void watch_ofWhatStands_tellsItAsTheSnapshot() {
        registry().announce(announcement("brave-fox", HERE));
        another().announce(announcement("calm-owl", ELSEWHERE));
        WatchRecorder recorder = watching(registry());
        recorder.awaitPicture(Map.of("brave-fox", HERE, "calm-owl", ELSEWHERE));

        assertThat(recorder.calls()).containsExactly("snapshot brave-fox=" + HERE + " calm-owl=" + ELSEWHERE);
    }

    @Test
    void watch_announcedByAnybody_isTold() {
        WatchRecorder recorder = watching(registry());
        recorder.awaitPicture(NOTHING);
        another().announce(announcement("brave-fox", HERE));
        recorder.awaitPicture(FOX_HERE);
        registry().announce(announcement("calm-owl", ELSEWHERE));
        recorder.awaitPicture(Map.of("brave-fox", HERE, "calm-owl", ELSEWHERE));

        assertThat(recorder.calls())
                .containsExactly("snapshot", "announced brave-fox=" + HERE, "announced calm-owl=" + ELSEWHERE);
    }

    @Test
    void watch_withdrawnByAnybody_isTold() {
        registry().announce(announcement("brave-fox", HERE));
        registry().announce(announcement("calm-owl", ELSEWHERE));
        WatchRecorder recorder = watching(registry());
        recorder.awaitPicture(Map.of("brave-fox", HERE, "calm-owl", ELSEWHERE));
        recorder.forgetCalls();
        another().withdraw(announcement("calm-owl", ELSEWHERE));
        recorder.awaitPicture(FOX_HERE);
        registry().withdraw(announcement("brave-fox", HERE));
        recorder.awaitPicture(NOTHING);

        assertThat(recorder.calls()).containsExactly("withdrawn calm-owl=" + ELSEWHERE, "withdrawn brave-fox=" + HERE);
    }

    @Test
    void watch_endpointReplaced_endsWithTheOther() {
        registry().announce(announcement("brave-fox", HERE));
        WatchRecorder recorder = watching(registry());
        recorder.awaitPicture(FOX_HERE);
        another().withdraw(announcement("brave-fox", HERE));
        another().announce(announcement("brave-fox", ELSEWHERE));
        recorder.awaitCall("announced brave-fox=" + ELSEWHERE);

        recorder.awaitPicture(FOX_ELSEWHERE);
        assertThat(recorder.calls()).endsWith("announced brave-fox=" + ELSEWHERE);
    }

    @Test
    void watch_ofTwoHundredChanges_tellsAll() {
        WatchRecorder recorder = watching(registry());
        WatchRecorder other = watching(another());
        List<Announcement> all = IntStream.range(0, MANY)
                .mapToObj(i -> announcement("instance-" + i, Endpoint.of("10.0.0.5", 32768 + i)))
                .toList();
        Map<String, Endpoint> expected = new TreeMap<>();
        all.forEach(announcement -> expected.put(announcement.name(), announcement.endpoint()));
        Registry changing = another();
        all.forEach(changing::announce);
        recorder.awaitPicture(expected);
        other.awaitPicture(expected);
        all.forEach(changing::withdraw);

        recorder.awaitPicture(NOTHING);
        other.awaitPicture(NOTHING);
    }

    @Test
    void watch_twiceOnOneRegistry_tellsEachListenerEverything() {
        List<WatchRecorder> recorders = List.of(watching(registry()), watching(registry()));
        recorders.forEach(recorder -> recorder.awaitPicture(NOTHING));
        another().announce(announcement("brave-fox", HERE));
        recorders.forEach(recorder -> recorder.awaitPicture(FOX_HERE));
        another().withdraw(announcement("brave-fox", HERE));
        recorders.forEach(recorder -> recorder.awaitPicture(NOTHING));

        recorders.forEach(recorder -> assertThat(recorder.calls())
                .containsExactly("snapshot", "announced brave-fox=" + HERE, "withdrawn brave-fox=" + HERE));
    }

    @Test
    void watch_listenerThatBlocks_hearsTheTruthInTheEndAndHarmsNoOther() {
        HeldListeners held = new HeldListeners(Duration.ofSeconds(40));
        WatchRecorder blocked = new WatchRecorder(held::hold);
        try {
            var unused = watch(registry(), blocked);
            blocked.awaitCall("snapshot");
            WatchRecorder other = watching(registry());
            other.awaitPicture(NOTHING);
            for (int i = 0; i < FLAPS; i++) {
                registry().announce(announcement("brave-fox", HERE));
                registry().withdraw(announcement("brave-fox", HERE));
            }
            registry().announce(announcement("brave-fox", ELSEWHERE));
            other.awaitPicture(FOX_ELSEWHERE);
            assertStays(aWhile(), List.of("snapshot"), blocked::calls);
        } finally {
            held.release();
        }

        blocked.awaitPicture(FOX_ELSEWHERE);
        assertThat(blocked.calls()).as("conflated").hasSizeLessThan(FLAPS / 5);
    }

    @Test
    void watch_listenerThatThrows_hearsASnapshotNextAndLosesNothing() {
        Set<String> toThrow = ConcurrentHashMap.newKeySet();
        toThrow.addAll(List.of("snapshot", "announced", "withdrawn"));
        WatchRecorder recorder = new WatchRecorder(line -> {
            if (toThrow.remove(line.split(" ", 2)[0])) {
                throw new IllegalStateException("thrown by a test's listener on " + line);
            }
        });
        var unused = watch(registry(), recorder);
        recorder.awaitPicture(NOTHING);
        registry().announce(announcement("brave-fox", HERE));
        recorder.awaitPicture(FOX_HERE);
        registry().withdraw(announcement("brave-fox", HERE));
        recorder.awaitPicture(NOTHING);
        registry().announce(announcement("calm-owl", HERE));
        recorder.awaitPicture(Map.of("calm-owl", HERE));

        assertThat(recorder.calls())
                .containsExactly(
                        "snapshot",
                        "snapshot",
                        "announced brave-fox=" + HERE,
                        "snapshot brave-fox=" + HERE,
                        "withdrawn brave-fox=" + HERE,
                        "snapshot",
                        "announced calm-owl=" + HERE);
    }

    @Test
    void watch_ofOtherPrefixesAndRecords_tellsNothing() {
        WatchRecorder recorder = watching(registry());
        recorder.awaitPicture(NOTHING);
        RecordKey key = new RecordKey(FOLDER, "grey-elk");
        assertThat(registry().records().compareAndSet(key, null, "10.0.0.5:1")).isTrue();
        assertThat(registry().records().delete(key, "10.0.0.5:1")).isTrue();
        under(prefix() + "-2").announce(announcement("grey-elk", ELSEWHERE));
        under(prefix() + "/d").announce(announcement("grey-elk", ELSEWHERE));
        registry().announce(announcement("brave-fox", HERE));
        recorder.awaitPicture(FOX_HERE);

        assertThat(recorder.calls()).containsExactly("snapshot", "announced brave-fox=" + HERE);
    }

    @Test
    void watch_byAnInterruptedCaller_watchesAndKeepsTheStatus() {
        WatchRecorder recorder = new WatchRecorder();
        boolean kept;
        Thread.currentThread().interrupt();
        try {
            var unused = watch(registry(), recorder);
        } finally {
            kept = Thread.interrupted();
        }

        assertThat(kept).as("interrupted status").isTrue();
        registry().announce(announcement("brave-fox", HERE));
        recorder.awaitPicture(FOX_HERE);
    }

    @Test
    void watch_ofRandomChanges_endsWithWhatStands() {
        Random random = new Random(20);
        List<Registry> changing = List.of(another(), another());
        List<WatchRecorder> recorders = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            if (step % (STEPS / 3) == 0) {
                recorders.add(watching(registry()));
            }
            change(changing.get(random.nextInt(2)), random);
            if (step % STRIDE == STRIDE - 1) {
                // What is conflated to nothing would never be found wrong.
                Map<String, Endpoint> standing = announced(registry());
                recorders.forEach(recorder -> recorder.awaitPicture(standing));
            }
        }

        Map<String, Endpoint> standing = announced(registry());
        assertStays(aWhile(), standing, () -> Map.copyOf(recorders.get(0).picture()));
    }

    private static void change(Registry registry, Random random) {
        Announcement announcement =
                announcement("instance-" + random.nextInt(NAMES), random.nextBoolean() ? HERE : ELSEWHERE);
        if (random.nextInt(3) == 0) {
            registry.withdraw(announcement);
            return;
        }
        try {
            registry.announce(announcement);
        } catch (NameTakenException e) {
            // The other one stands there, as may happen.
        }
    }
}
