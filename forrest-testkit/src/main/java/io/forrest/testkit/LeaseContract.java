package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forrest.Endpoint;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import io.forrest.spi.Registry;
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
    private static final Duration SHORT = Duration.ofSeconds(1);

    /** What shall be renewed in time, by a busy machine, too. */
    private static final Duration STEADY = Duration.ofSeconds(2);

    private static final Duration NEARLY_STEADY = Duration.ofMillis(1500);

    private static final Duration LONG = Duration.ofMinutes(10);

    /** More than twice the longer one, and more than what a store may take to notice that something ran out. */
    private static final Duration SEVERAL_TTLS = Duration.ofSeconds(5);

    private static final Duration MORE_THAN_A_TTL = Duration.ofMillis(2500);

    /** How much later than its ttl something may run out. */
    private static final Duration LATE = Duration.ofSeconds(5);

    private Records records() {
        return registry().records();
    }

    @Test
    void announce_withTtl_standsForAsLongAsItsRegistryIsOpen() {
        Registry leased = leased(STEADY);
        leased.announce(announcement("brave-fox", HERE));

        assertStays(SEVERAL_TTLS, FOX_HERE, () -> announced(registry()));
        assertThat(leased.withdraw(announcement("brave-fox", HERE))).isTrue();
    }

    @Test
    void announce_withTtl_isRenewedInSilence() {
        WatchRecorder recorder = new WatchRecorder();
        var unused = watch(registry(), recorder);
        leased(STEADY).announce(announcement("brave-fox", HERE));
        recorder.awaitPicture(FOX_HERE);

        assertStays(SEVERAL_TTLS, recorder.calls(), recorder::calls);
    }

    @Test
    void announce_withTtlAndClosed_runsOutAlone() {
        WatchRecorder recorder = new WatchRecorder();
        var unused = watch(registry(), recorder);
        Registry closed = leased(STEADY);
        closed.announce(announcement("brave-fox", HERE));
        leased(STEADY).announce(announcement("calm-owl", ELSEWHERE));
        recorder.awaitPicture(Map.of("brave-fox", HERE, "calm-owl", ELSEWHERE));
        closed.close();

        assertThat(announced(registry())).as("at once").containsKey("brave-fox");
        assertBecomes(STEADY.plus(LATE), Map.of("calm-owl", ELSEWHERE), () -> announced(registry()));
        recorder.awaitPicture(Map.of("calm-owl", ELSEWHERE));
        assertThat(recorder.calls()).contains("withdrawn brave-fox=" + HERE);
    }

    @Test
    void announce_withoutTtlAndClosed_standsForEver() {
        Registry closed = another();
        closed.announce(announcement("brave-fox", HERE));
        closed.close();

        assertStays(MORE_THAN_A_TTL, FOX_HERE, () -> announced(registry()));
    }

    @Test
    void withdraw_withTtl_doesNotComeBack() {
        Registry leased = leased(SHORT);
        leased.announce(announcement("brave-fox", HERE));
        assertThat(leased.withdraw(announcement("brave-fox", HERE))).isTrue();

        assertStays(MORE_THAN_A_TTL, Map.of(), () -> announced(registry()));
    }

    @Test
    void withdraw_withTtl_leavesTheNameToOthers() {
        Registry leased = leased(SHORT);
        leased.announce(announcement("brave-fox", HERE));
        assertThat(leased.withdraw(announcement("brave-fox", HERE))).isTrue();
        registry().announce(announcement("brave-fox", ELSEWHERE));

        assertStays(MORE_THAN_A_TTL, FOX_ELSEWHERE, () -> announced(registry()));
    }

    @Test
    void withdraw_ofAnothersWithTtl_isNotRestored() {
        leased(SHORT).announce(announcement("brave-fox", HERE));
        assertThat(registry().withdraw(announcement("brave-fox", HERE))).isTrue();

        assertStays(MORE_THAN_A_TTL, Map.of(), () -> announced(registry()));
    }

    @Test
    void announce_overAnothersWithTtlThatWasWithdrawn_isLeft() {
        Registry leased = leased(SHORT);
        leased.announce(announcement("brave-fox", HERE));
        assertThat(registry().withdraw(announcement("brave-fox", HERE))).isTrue();
        registry().announce(announcement("brave-fox", ELSEWHERE));

        assertStays(MORE_THAN_A_TTL, FOX_ELSEWHERE, () -> announced(registry()));
        assertThat(leased.withdraw(announcement("brave-fox", HERE))).isFalse();
        assertThat(announced(registry())).isEqualTo(FOX_ELSEWHERE);
    }

    @Test
    void withdraw_ofAnothersEndpoint_keepsItsOwnRenewed() {
        Registry leased = leased(STEADY);
        leased.announce(announcement("brave-fox", HERE));
        assertThat(leased.withdraw(announcement("brave-fox", ELSEWHERE))).isFalse();

        assertStays(SEVERAL_TTLS, FOX_HERE, () -> announced(registry()));
    }

    @Test
    void compareAndSet_withTtl_runsOutForEveryRegistry() {
        assertThat(records().compareAndSet(KEY, null, "first", STEADY)).isTrue();
        assertThat(another().records().get(KEY)).contains("first");

        assertBecomes(STEADY.plus(LATE), Optional.empty(), () -> records().get(KEY));
        assertThat(another().records().list(FOLDER)).isEmpty();
        assertThat(records().compareAndSet(KEY, "first", "second", STEADY)).isFalse();
    }

    @Test
    void compareAndSet_withTtl_doesNotRunOutBefore() {
        assertThat(records().compareAndSet(KEY, null, "first", STEADY)).isTrue();

        assertStays(NEARLY_STEADY, Optional.of("first"), () -> records().get(KEY));
    }

    @Test
    void compareAndSet_withTtlAgainAndAgain_stands() {
        assertThat(records().compareAndSet(KEY, null, "first", STEADY)).isTrue();

        assertStays(SEVERAL_TTLS, true, () -> records().compareAndSet(KEY, "first", "first", STEADY));
    }

    @Test
    void compareAndSet_withoutTtlOverOneWithTtl_standsForEver() {
        assertThat(records().compareAndSet(KEY, null, "first", SHORT)).isTrue();
        assertThat(records().compareAndSet(KEY, "first", "first", null)).isTrue();

        assertStays(MORE_THAN_A_TTL, Optional.of("first"), () -> records().get(KEY));
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
        assertThat(records().compareAndSet(KEY, null, "first", SHORT)).isTrue();
        assertThat(next.compareAndSet(KEY, null, "next", LONG)).as("too early").isFalse();

        assertBecomes(SHORT.plus(LATE), true, () -> next.compareAndSet(KEY, null, "next", LONG));
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
