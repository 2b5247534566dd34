package io.forrest.core.internal.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forrest.RegistryException;
import io.forrest.core.internal.record.ProcessMark;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to change a fleet: a record with a ttl, renewed for as long as it is held. It is lost if it could not be renewed for
 * most of its ttl, and its holder told before another can have it. Thread-safe.
 */
final class FleetLease implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.fleet");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static final String FOLDER = "leases";

    /**
     * How long a lease stands, and when it is renewed. Immutable and thread-safe.
     *
     * @param ttl how long it stands unless it is renewed
     * @param renewEvery how long after one renewal the next is due
     * @param tryAgainAfter how long after a renewal that failed it is tried again
     * @param lostAfter how long after the last renewal it counts as lost: before another can have it
     */
    record Times(Duration ttl, Duration renewEvery, Duration tryAgainAfter, Duration lostAfter) {
        static final Times DEFAULT =
                new Times(Duration.ofSeconds(30), Duration.ofSeconds(8), Duration.ofSeconds(2), Duration.ofSeconds(24));
    }

    private final Records records;
    private final RecordKey key;
    private final String text;
    private final Times times;
    private final ScheduledExecutorService timer;
    private final Executor executor;
    private final Runnable onLost;
    private final AtomicReference<State> state = new AtomicReference<>(State.HELD);
    private volatile long renewed;
    private volatile @Nullable Future<?> renewal;
    private volatile @Nullable Future<?> watch;

    private enum State {
        HELD,
        GIVEN_UP,
        LOST
    }

    private FleetLease(
            Records records,
            RecordKey key,
            String text,
            Times times,
            long taken,
            ScheduledExecutorService timer,
            Executor executor,
            Runnable onLost) {
        this.records = records;
        this.key = key;
        this.text = text;
        this.times = times;
        this.renewed = taken;
        this.timer = timer;
        this.executor = executor;
        this.onLost = onLost;
    }

    /** Takes the lease of an app. Returns it, or who holds it. */
    static Taken take(
            Records records,
            String app,
            String holder,
            String worker,
            Times times,
            ScheduledExecutorService timer,
            Executor executor,
            Runnable onLost) {
        RecordKey key = new RecordKey(FOLDER, app);
        String text = MAPPER.createObjectNode()
                .put("holder", holder)
                .put("worker", worker)
                .put("id", UUID.randomUUID().toString())
                .toString();
        Optional<String> standing = records.get(key);
        if (standing.isPresent() && !isOfTheDead(standing.get())) {
            return new Taken(null, field(standing.get(), "holder").orElse("unknown"));
        }
        long taken = TimeSource.system().nanoTime();
        boolean mine;
        try {
            mine = records.compareAndSet(key, standing.orElse(null), text, times.ttl());
        } catch (RegistryException e) {
            if (e.reason() == RegistryException.Reason.UNKNOWN_OUTCOME) {
                release(records, key, text, times);
            }
            throw e;
        }
        if (!mine) {
            String other = records.get(key).flatMap(now -> field(now, "holder")).orElse("unknown");
            return new Taken(null, other);
        }
        FleetLease lease = new FleetLease(records, key, text, times, taken, timer, executor, onLost);
        lease.renewIn(times.renewEvery());
        lease.watch();
        return new Taken(lease, holder);
    }

    /**
     * What came of taking a lease. Immutable and thread-safe.
     *
     * @param lease the lease; null if another holds it
     * @param holder who holds it
     */
    record Taken(@Nullable FleetLease lease, String holder) {}

    private static boolean isOfTheDead(String standing) {
        return field(standing, "worker").filter(ProcessMark::hasEnded).isPresent();
    }

    private static Optional<String> field(String standing, String name) {
        try {
            JsonNode node = MAPPER.readTree(standing).get(name);
            return node == null || !node.isTextual() ? Optional.empty() : Optional.of(node.textValue());
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Returns whether it was lost while it was held: whatever is done under it must end. */
    boolean isLost() {
        return state.get() == State.LOST;
    }

    private void renewIn(Duration delay) {
        renewal = later(this::renew, delay);
        endIfOver();
    }

    /** Sees to it that its loss is told in time, even while the registry is being asked and does not answer. */
    private void watch() {
        Duration left = times.lostAfter().minusNanos(TimeSource.system().nanoTime() - renewed);
        if (state.get() != State.HELD) {
            return;
        }
        if (left.isNegative() || left.isZero()) {
            lost();
            return;
        }
        watch = later(this::watch, left);
        endIfOver();
    }

    private @Nullable Future<?> later(Runnable work, Duration delay) {
        try {
            return timer.schedule(() -> executor.execute(work), delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOGGER.debug("the scaler was closed, so {} is not renewed", key);
            return null;
        }
    }

    private void endIfOver() {
        if (state.get() != State.HELD) {
            cancel(renewal);
            cancel(watch);
        }
    }

    private static void cancel(@Nullable Future<?> future) {
        if (future != null) {
            future.cancel(false);
        }
    }

    private void renew() {
        if (state.get() != State.HELD) {
            return;
        }
        long begun = TimeSource.system().nanoTime();
        try {
            if (!records.compareAndSet(key, text, text, times.ttl())) {
                lost();
                return;
            }
            renewed = begun;
            renewIn(times.renewEvery());
        } catch (RuntimeException e) {
            LOGGER.debug("{} could not be renewed", key, e);
            renewIn(times.tryAgainAfter());
        }
    }

    private void lost() {
        if (state.compareAndSet(State.HELD, State.LOST)) {
            LOGGER.warn("the lease {} was lost", key);
            endIfOver();
            onLost.run();
        }
    }

    /** Gives the lease up. Where the registry does not answer it runs out by itself. */
    @Override
    public void close() {
        if (state.compareAndSet(State.HELD, State.GIVEN_UP)) {
            endIfOver();
            release(records, key, text, times);
        }
    }

    /** Gives a lease up on a thread that was interrupted, too, or is meanwhile: whoever comes next would have to wait. */
    private static void release(Records records, RecordKey key, String text, Times times) {
        boolean interrupted = Thread.interrupted();
        try {
            try {
                boolean unused = records.delete(key, text);
            } catch (RuntimeException e) {
                if (!Thread.interrupted()) {
                    throw e;
                }
                interrupted = true;
                boolean unused = records.delete(key, text);
            }
        } catch (RuntimeException e) {
            LOGGER.warn(
                    "the lease {} could not be given up, and runs out within {}: {}", key, times.ttl(), e.toString());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
