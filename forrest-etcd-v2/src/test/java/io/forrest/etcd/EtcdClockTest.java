package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forrest.Endpoint;
import io.forrest.RegistryException;
import io.forrest.RegistryException.Reason;
import io.forrest.etcd.ScriptedServer.Reply;
import io.forrest.spi.Announcement;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Announcing while the client's clock jumps. */
class EtcdClockTest {

    private static final Announcement WEB = new Announcement("web-1", "", Endpoint.of("10.0.0.5", 32768));
    private static final Duration DAY = Duration.ofDays(1);
    private static final Reply ABSENT = Reply.error(404, 100);

    /** The system's time, and what was added to it. Thread-safe. */
    private static final class JumpingTime implements TimeSource {

        private volatile Duration day = Duration.ZERO;
        private volatile Duration count = Duration.ZERO;

        @Override
        public Instant now() {
            return TimeSource.system().now().plus(day);
        }

        @Override
        public long nanoTime() {
            return TimeSource.system().nanoTime() + count.toNanos();
        }

        @Override
        public void sleep(Duration time) throws InterruptedException {
            TimeSource.system().sleep(time);
        }

        /** Returns a reply that is given after the time of day, and the count of nanoseconds, were set on by so much. */
        Reply jumping(Duration day, Duration count, Reply reply) {
            return (in, out) -> {
                this.day = this.day.plus(day);
                this.count = this.count.plus(count);
                return reply.to(in, out);
            };
        }
    }

    private static Duration tookToFail(EtcdV2Registry registry, Reason reason) {
        long start = System.nanoTime();
        RegistryException failure = catchThrowableOfType(RegistryException.class, () -> registry.announce(WEB));
        assertThat(failure.reason()).isEqualTo(reason);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void announce_timeOfDayJumps_changesNothing(int days) {
        JumpingTime time = new JumpingTime();
        Reply jump = time.jumping(DAY.multipliedBy(days), Duration.ZERO, Reply.hangUp());
        try (ScriptedServer server = ScriptedServer.replying(jump, ABSENT, Reply.done());
                EtcdV2Registry registry =
                        EtcdV2Registry.builder(server.uri()).timeSource(time).build()) {
            registry.announce(WEB);

            assertThat(server.requests()).hasSize(3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void announce_clockJumpsBeforeTheAnswer_isDone(int days) {
        JumpingTime time = new JumpingTime();
        Reply jump = time.jumping(DAY.multipliedBy(days), DAY.multipliedBy(days), Reply.done());
        try (ScriptedServer server = ScriptedServer.replying(jump);
                EtcdV2Registry registry =
                        EtcdV2Registry.builder(server.uri()).timeSource(time).build()) {
            registry.announce(WEB);

            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void announce_clockJumpsOnBeforeTheAnswerIsLost_isUnknownAtOnce() {
        JumpingTime time = new JumpingTime();
        Reply jump = time.jumping(DAY, DAY, Reply.hangUp());
        try (ScriptedServer server = ScriptedServer.replying(jump, Reply.done());
                EtcdV2Registry registry = EtcdV2Registry.builder(server.uri())
                        .deadline(Duration.ofMinutes(1))
                        .timeSource(time)
                        .build()) {
            assertThat(tookToFail(registry, Reason.UNKNOWN_OUTCOME)).isLessThan(Duration.ofSeconds(20));

            assertThat(server.requests()).hasSize(1);
            registry.announce(WEB);
        }
    }

    @Test
    void announce_clockJumpsBackBeforeTheAnswerIsLost_isSettledAndDone() {
        JumpingTime time = new JumpingTime();
        Reply jump = time.jumping(DAY.negated(), DAY.negated(), Reply.hangUp());
        try (ScriptedServer server = ScriptedServer.replying(jump, ABSENT, Reply.done());
                EtcdV2Registry registry =
                        EtcdV2Registry.builder(server.uri()).timeSource(time).build()) {
            registry.announce(WEB);

            assertThat(server.requests()).hasSize(3);
        }
    }

    /** Otherwise it would try for a day. */
    @Test
    @Timeout(60)
    void announce_clockJumpsBackAndNothingIsAnswered_failsByTheDeadlineAllTheSame() {
        JumpingTime time = new JumpingTime();
        Reply jump = time.jumping(DAY.negated(), DAY.negated(), Reply.hangUp());
        try (ScriptedServer server = ScriptedServer.replying(jump, Reply.hang());
                EtcdV2Registry registry = EtcdV2Registry.builder(server.uri())
                        .deadline(Duration.ofSeconds(1))
                        .timeSource(time)
                        .build()) {
            assertThat(tookToFail(registry, Reason.UNKNOWN_OUTCOME)).isLessThan(Duration.ofSeconds(20));
        }
    }
}
