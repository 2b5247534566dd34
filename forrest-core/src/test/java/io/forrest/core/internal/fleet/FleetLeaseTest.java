package io.forrest.core.internal.fleet;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.core.internal.concurrent.Threads;
import io.forrest.core.internal.record.ProcessMark;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import io.forrest.testkit.Faults;
import io.forrest.testkit.InMemoryRegistry;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One at a time may change a fleet, and who may not any more is told in time. */
class FleetLeaseTest {

    private static final RecordKey KEY = new RecordKey(FleetLease.FOLDER, "web");
    /** Lost soon, though not before a renewal that is held up for a second has begun. */
    private static final FleetLease.Times BRIEF = new FleetLease.Times(
            Duration.ofSeconds(5), Duration.ofMillis(20), Duration.ofMillis(10), Duration.ofSeconds(2));

    private static final FleetLease.Times QUICK = new FleetLease.Times(
            Duration.ofSeconds(5), Duration.ofMillis(20), Duration.ofMillis(10), Duration.ofMillis(400));
    private static final FleetLease.Times PATIENT = new FleetLease.Times(
            Duration.ofSeconds(30), Duration.ofMillis(20), Duration.ofMillis(10), Duration.ofSeconds(24));
    private static final String ENDED = ProcessMark.own() + "0";

    private final Faults faults = new Faults();
    private final InMemoryRegistry registry = new InMemoryRegistry(new InMemoryRegistry.Store(), "/servers", faults);
    private final Records records = registry.records();
    private final ScheduledExecutorService timer = Threads.timer();
    private final ExecutorService executor = Threads.pool("test");
    private final CountDownLatch lost = new CountDownLatch(1);

    @AfterEach
    void end() {
        faults.heal();
        timer.shutdownNow();
        executor.shutdownNow();
        registry.close();
    }

    private FleetLease.Taken take(String holder, String worker, FleetLease.Times times) {
        return FleetLease.take(records, "web", holder, worker, times, timer, executor, lost::countDown);
    }

    private FleetLease held(FleetLease.Times times) {
        return requireNonNull(take("first", ProcessMark.own(), times).lease());
    }

    private void assertLost(FleetLease lease) throws InterruptedException {
        assertThat(lost.await(20, TimeUnit.SECONDS)).as("told that it is lost").isTrue();
        assertThat(lease.isLost()).isTrue();
    }

    private void awaitSets(int count) throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(count);
        faults.on(Operation.RECORD_SET).after(asked::countDown);
        assertThat(asked.await(20, TimeUnit.SECONDS)).as("renewed").isTrue();
        faults.heal();
    }

    @Test
    void take_heldByAnother_namesItsHolderUntilGivenUp() {
        FleetLease first = held(FleetLease.Times.DEFAULT);
        FleetLease.Taken refused = take("second", ProcessMark.own(), FleetLease.Times.DEFAULT);
        assertThat(refused.lease()).isNull();
        assertThat(refused.holder()).isEqualTo("first");
        first.close();
        first.close();
        first.close();
        FleetLease second = requireNonNull(
                take("second", ProcessMark.own(), FleetLease.Times.DEFAULT).lease());
        first.close();
        assertThat(records.get(KEY)).as("only its own is given up").isPresent();
        second.close();
        assertThat(records.get(KEY)).isEmpty();
        assertThat(lost.getCount()).isEqualTo(1);
    }

    @Test
    void take_heldByProcessThatHasEnded_takesItOver() {
        assertThat(take("first", ENDED, FleetLease.Times.DEFAULT).lease()).isNotNull();
        FleetLease second = requireNonNull(
                take("second", ProcessMark.own(), FleetLease.Times.DEFAULT).lease());
        assertThat(records.get(KEY).orElseThrow()).contains("second");
        second.close();
    }

    @Test
    void take_damagedRecord_isRefusedAsOfAnUnknownHolder() {
        assertThat(records.compareAndSet(KEY, null, "no JSON")).isTrue();
        assertThat(take("second", ProcessMark.own(), QUICK)).isEqualTo(new FleetLease.Taken(null, "unknown"));
    }

    @Test
    void take_answerLost_leavesNoLease() {
        faults.on(Operation.RECORD_SET).once().loseAnswer();
        try {
            assertThat(take("first", ProcessMark.own(), QUICK).lease()).isNull();
        } catch (io.forrest.RegistryException e) {
            assertThat(e.reason()).isEqualTo(io.forrest.RegistryException.Reason.UNKNOWN_OUTCOME);
        }
        assertThat(records.get(KEY)).isEmpty();
    }

    @Test
    void held_isRenewedAndGoneOnceGivenUp() throws Exception {
        FleetLease lease = held(PATIENT);
        awaitSets(5);
        assertThat(lease.isLost()).isFalse();
        lease.close();
        assertThat(records.get(KEY)).isEmpty();
    }

    @Test
    void held_shortOutage_isNotLost() throws Exception {
        FleetLease lease = held(PATIENT);
        faults.on(Operation.RECORD_SET).times(3).fail();
        awaitSets(2);
        assertThat(lease.isLost()).isFalse();
        lease.close();
    }

    @Test
    void held_registrySilent_isToldBeforeTheTtlIsOver() throws Exception {
        FleetLease lease = held(QUICK);
        faults.on(Operation.RECORD_SET).fail();
        assertLost(lease);
        lease.close();
    }

    @Test
    void held_renewalHangs_isToldAllTheSame() throws Exception {
        FleetLease lease = held(BRIEF);
        faults.on(Operation.RECORD_SET).hang();
        faults.awaitHanging(1);
        assertLost(lease);
    }

    @Test
    void held_overwritten_isLostAndNotTakenFromTheOther() throws Exception {
        FleetLease lease = held(QUICK);
        while (!records.compareAndSet(KEY, records.get(KEY).orElseThrow(), "another's")) {
            Thread.onSpinWait();
        }
        assertLost(lease);
        lease.close();
        assertThat(records.get(KEY)).contains("another's");
    }

    @Test
    void held_deleted_isLost() throws Exception {
        FleetLease lease = held(QUICK);
        records.delete(KEY, records.get(KEY).orElseThrow());
        assertLost(lease);
        assertThat(records.get(KEY)).isEmpty();
    }
}
