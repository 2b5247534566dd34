package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forrest.Endpoint;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import io.forrest.spi.Registry;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What every registry does with what it was given a ttl for, as tests, in the system's time. Not thread-safe; confine it to one
 * thread.
 */
abstract class LeaseContract extends RecordsContract {

    private static final RecordKey KEY = new RecordKey(FOLDER, "brave-fox");
    private static final Map<String, Endpoint> FOX_HERE = Map.of("brave-fox", HERE);
    private static final Map<String, Endpoint> FOX_ELSEWHERE = Map.of("brave-fox", ELSEWHERE);

    /** What shall run out soon. */
    private static final Duration SHORT = Duration.ofSeconds(3);

    /** What shall be renewed in time, by a machine that stands still for seconds, too. */
    private static final Duration STEADY = Duration.ofSeconds(10);

    private static final Duration LONG = Duration.ofMinutes(10);

    /** More than the short one, and what a store may take to notice that something ran out. */
    private static final Duration MORE_THAN_SHORT = Duration.ofMillis(4500);

    /** By then a steady lease was renewed, which is due after a third of it. */
    private static final Duration UNTIL_RENEWED = Duration.ofSeconds(6);

    /** More than the steady one, and what a store may take. */
    private static final Duration MORE_THAN_STEADY = Duration.ofSeconds(12);

    /** How much later than its ttl something may run out. */
    private static final Duration LATE = Duration.ofSeconds(5);

    private Records records() {
        return registry().records();
    }

    private static long nanoTime() {
        return TimeSource.system().nanoTime();
    }

    /** Whether what was written with a ttl, after the start, cannot have run out yet. A later look tells nothing. */
    private static boolean standsForSure(Duration ttl, long start) {
        return nanoTime() - start < ttl.toNanos();
    }

    /** What stands, and what was told of it. */
    private record Seen(Map<String, Endpoint> announced, List<String> calls) {}

    /** The renewed ones wait side by side: one that nothing befell, and one that was nearly withdrawn. */
    @Test
    void announce_withTtl_standsInSilenceForAsLongAsItsRegistryIsOpen() {
        WatchRecorder recorder = new WatchRecorder();
        var unused = watch(registry(), recorder);
        Registry leased = leased(STEADY);
        leased.announce(announcement("brave-fox", HERE));
        leased.announce(announcement("calm-owl", HERE));
        assertThat(leased.withdraw(announcement("calm-owl", ELSEWHERE)))
                .as("an endpoint that is another's")
                .isFalse();
        Map<String, Endpoint> both = Map.of("brave-fox", HERE, "calm-owl", HERE);
        recorder.awaitPicture(both);

        assertStays(
                MORE_THAN_STEADY,
                new Seen(both, recorder.calls()),
                () -> new Seen(announced(registry()), recorder.calls()));
        assertThat(leased.withdraw(announcement("brave-fox", HERE))).isTrue();
    }

    @Test
    void announce_withTtlAndClosed_runsOutAlone() {
        WatchRecorder recorder = new WatchRecorder();
        var unused = watch(registry(), recorder);
        Registry closed = leased(STEADY);
        long start = nanoTime();
        closed.announce(announcement("brave-fox", HERE));
        leased(STEADY).announce(announcement("calm-owl", ELSEWHERE));
        recorder.awaitPicture(Map.of("brave-fox", HERE, "calm-owl", ELSEWHERE));
        closed.close();

        Map<String, Endpoint> atOnce = announced(registry());
        if (standsForSure(STEADY, start)) {
            assertThat(atOnce).as("at once").containsKey("brave-fox");
        }
        assertBecomes(STEADY.plus(LATE), Map.of("calm-owl", ELSEWHERE), () -> announced(registry()));
        recorder.awaitPicture(Map.of("calm-owl", ELSEWHERE));
        assertThat(recorder.calls()).contains("withdrawn brave-fox=" + HERE);
    }

    @Test
    void announce_withoutTtlAndClosed_standsForEver() {
        Registry closed = another();
        closed.announce(announcement("brave-fox", HERE));
        closed.close();

        assertStays(MORE_THAN_SHORT, FOX_HERE, () -> announced(registry()));
    }

    @Test
    void withdraw_withTtl_doesNotComeBack() {
        Registry leased = leased(STEADY);
        leased.announce(announcement("brave-fox", HERE));
        assertThat(leased.withdraw(announcement("brave-fox", HERE))).isTrue();

        assertStays(UNTIL_RENEWED, Map.of(), () -> announced(registry()));
    }

    @Test
    void withdraw_withTtl_leavesTheNameToOthers() {
        Registry leased = leased(STEADY);
        leased.announce(announcement("brave-fox", HERE));
        assertThat(leased.withdraw(announcement("brave-fox", HERE))).isTrue();
        registry().announce(announcement("brave-fox", ELSEWHERE));

        assertStays(UNTIL_RENEWED, FOX_ELSEWHERE, () -> announced(registry()));
    }

    @Test
    void withdraw_ofAnothersWithTtl_isNotRestored() {
        leased(STEADY).announce(announcement("brave-fox", HERE));
        assertThat(registry().withdraw(announcement("brave-fox", HERE))).isTrue();

        assertStays(UNTIL_RENEWED, Map.of(), () -> announced(registry()));
    }

    @Test
    void announce_overAnothersWithTtlThatWasWithdrawn_isLeft() {
        Registry leased = leased(STEADY);
        leased.announce(announcement("brave-fox", HERE));
        assertThat(registry().withdraw(announcement("brave-fox", HERE))).isTrue();
        registry().announce(announcement("brave-fox", ELSEWHERE));

        assertStays(UNTIL_RENEWED, FOX_ELSEWHERE, () -> announced(registry()));
        assertThat(leased.withdraw(announcement("brave-fox", HERE))).isFalse();
        assertThat(announced(registry())).isEqualTo(FOX_ELSEWHERE);
    }

    @Test
    void compareAndSet_withTtl_runsOutForEveryRegistry() {
        long start = nanoTime();
        assertThat(records().compareAndSet(KEY, null, "first", SHORT)).isTrue();
        Optional<String> atOnce = another().records().get(KEY);
        if (standsForSure(SHORT, start)) {
            assertThat(atOnce).as("at once").contains("first");
        }

        assertBecomes(SHORT.plus(LATE), Optional.empty(), () -> records().get(KEY));
        assertThat(another().records().list(FOLDER)).isEmpty();
        assertThat(records().compareAndSet(KEY, "first", "second", SHORT)).isFalse();
    }

    @Test
    void compareAndSet_withTtl_doesNotRunOutBefore() {
        long start = nanoTime();
        assertThat(records().compareAndSet(KEY, null, "first", SHORT)).isTrue();

        assertStays(SHORT, Optional.of("first"), () -> {
            Optional<String> found = records().get(KEY);
            return standsForSure(SHORT, start) ? found : Optional.of("first");
        });
    }

    @Test
    void compareAndSet_withTtlAgainAndAgain_stands() {
        assertThat(records().compareAndSet(KEY, null, "first", STEADY)).isTrue();

        assertStays(
                MORE_THAN_STEADY,
                "renewed",
                () -> records().compareAndSet(KEY, "first", "first", STEADY)
                        ? "renewed"
                        : "refused, where there is " + records().get(KEY));
    }

    @Test
    void compareAndSet_withoutTtlOverOneWithTtl_standsForEver() {
        assertThat(records().compareAndSet(KEY, null, "first", STEADY)).isTrue();
        assertThat(records().compareAndSet(KEY, "first", "first", null)).isTrue();

        assertStays(MORE_THAN_STEADY, Optional.of("first"), () -> records().get(KEY));
    }

    @Test
    void compareAndSet_withShorterTtl_runsOutByThat() {
        assertThat(records().compareAndSet(KEY, null, "first", LONG)).isTrue();
        assertThat(records().compareAndSet(KEY, "first", "second", SHORT)).isTrue();

        assertBecomes(SHORT.plus(LATE), Optional.empty(), () -> records().get(KEY));
    }

    @Test
    void compareAndSet_expectingAnother_doesNotRenew() {
        assertThat(records().compareAndSet(KEY, null, "first", SHORT)).isTrue();

        assertBecomes(SHORT.plus(LATE), Optional.empty(), () -> {
            assertThat(records().compareAndSet(KEY, "other", "first", LONG)).isFalse();
            return records().get(KEY);
        });
    }

    @Test
    void compareAndSet_ofAHolderWhoseTimeRanOut_failsAgainstTheNext() {
        Records next = another().records();
        long start = nanoTime();
        assertThat(records().compareAndSet(KEY, null, "first", SHORT)).isTrue();
        boolean taken = next.compareAndSet(KEY, null, "next", LONG);
        assertThat(taken && standsForSure(SHORT, start)).as("too early").isFalse();

        assertBecomes(SHORT.plus(LATE), true, () -> taken || next.compareAndSet(KEY, null, "next", LONG));
        assertThat(records().compareAndSet(KEY, "first", "first", SHORT)).isFalse();
        assertThat(records().delete(KEY, "first")).isFalse();
        assertThat(records().get(KEY)).contains("next");
    }

    @Test
    void compareAndSet_withTtlOutOfRange_isRefused() {
        for (Duration ttl : List.of(
                Duration.ZERO,
                Duration.ofSeconds(-1),
                Duration.ofMillis(500),
                Duration.ofMillis(1500),
                Duration.ofDays(1).plusSeconds(1))) {
            assertThatIllegalArgumentException()
                    .as("%s", ttl)
                    .isThrownBy(() -> records().compareAndSet(KEY, null, "first", ttl))
                    .withMessageContaining(ttl.toString());
        }
        assertThat(records().get(KEY)).isEmpty();
        assertThat(records().compareAndSet(KEY, null, "first", Duration.ofDays(1)))
                .isTrue();
    }
}
