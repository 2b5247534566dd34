package io.forrest.core.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** A clock that is set by hand. */
    private static final class HandClock implements TimeSource {

        private long nanos;

        HandClock(long nanos) {
            this.nanos = nanos;
        }

        void advance(Duration time) {
            nanos += time.toNanos();
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public void sleep(Duration time) {
            advance(time);
        }
    }

    /** The count of nanoseconds starts anywhere, and wraps. */
    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1_000_000_000_000L, Long.MAX_VALUE - 1, Long.MIN_VALUE, -5_000_000_000L})
    void remaining_timePasses_fallsToZero(long start) {
        HandClock clock = new HandClock(start);
        Deadline deadline = Deadline.in(LIMIT, clock);

        assertThat(deadline.remaining()).isEqualTo(LIMIT);
        assertThat(deadline.passed()).isFalse();

        clock.advance(LIMIT.minusNanos(1));
        assertThat(deadline.remaining()).isEqualTo(Duration.ofNanos(1));
        assertThat(deadline.passed()).isFalse();

        clock.advance(Duration.ofNanos(1));
        assertThat(deadline.remaining()).isZero();
        assertThat(deadline.passed()).isTrue();

        clock.advance(Duration.ofDays(365));
        assertThat(deadline.remaining()).isZero();
        assertThat(deadline.passed()).isTrue();
    }

    @Test
    void limit_timePasses_staysAsItWas() {
        HandClock clock = new HandClock(0);
        Deadline deadline = Deadline.in(LIMIT, clock);
        clock.advance(Duration.ofHours(1));

        assertThat(deadline.limit()).isEqualTo(LIMIT);
    }

    @Test
    void in_noTime_hasPassed() {
        assertThat(Deadline.in(Duration.ZERO, new HandClock(0)).passed()).isTrue();
    }
}
