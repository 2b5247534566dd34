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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to change a fleet: a record with a ttl, renewed for as long as it is held. It is lost if it could not be renewed for
 * nearly its whole ttl, and its holder told before another can have it. Thread-safe.
 */
final class FleetLease implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.fleet");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static final String FOLDER = "leases";
    static final Duration TTL = Duration.ofSeconds(30);
    private static final Duration RENEW_EVERY = Duration.ofSeconds(8);
    private static final Duration LOST_AFTER = Duration.ofSeconds(24);

    private final Records records;
    private final RecordKey key;
    private final String text;
    private final ScheduledExecutorService timer;
    private final Executor executor;
    private final Runnable onLost;
    private volatile long renewed;
    private volatile boolean ended;
    private volatile @Nullable Future<?> next;

    private FleetLease(
            Records records,
            RecordKey key,
            String text,
            long taken,
            ScheduledExecutorService timer,
            Executor executor,
            Runnable onLost) {
        this.records = records;
        this.key = key;
        this.text = text;
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
            mine = records.compareAndSet(key, standing.orElse(null), text, TTL);
        } catch (RegistryException e) {
            if (e.reason() == RegistryException.Reason.UNKNOWN_OUTCOME) {
                release(records, key, text);
            }
            throw e;
        }
        if (!mine) {
            String other = records.get(key).flatMap(now -> field(now, "holder")).orElse("unknown");
            return new Taken(null, other);
        }
        FleetLease lease = new FleetLease(records, key, text, taken, timer, executor, onLost);
        lease.renewLater();
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

    private void renewLater() {
        try {
            next = timer.schedule(() -> executor.execute(this::renew), RENEW_EVERY.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOGGER.debug("the scaler was closed, so {} is not renewed", key);
        }
    }

    private void renew() {
        if (ended) {
            return;
        }
        long begun = TimeSource.system().nanoTime();
        try {
            if (!records.compareAndSet(key, text, text, TTL)) {
                if (!ended) {
                    lost();
                }
                return;
            }
            renewed = begun;
        } catch (RuntimeException e) {
            LOGGER.debug("{} could not be renewed", key, e);
            if (TimeSource.system().nanoTime() - renewed
                    > LOST_AFTER.minus(RENEW_EVERY).toNanos()) {
                lost();
                return;
            }
        }
        if (!ended) {
            renewLater();
        }
    }

    private void lost() {
        ended = true;
        LOGGER.warn("the lease {} was lost", key);
        onLost.run();
    }

    /** Gives the lease up. Where the registry does not answer it runs out by itself. */
    @Override
    public void close() {
        if (ended) {
            return;
        }
        ended = true;
        Future<?> renewal = next;
        if (renewal != null) {
            renewal.cancel(false);
        }
        release(records, key, text);
    }

    private static void release(Records records, RecordKey key, String text) {
        try {
            boolean unused = records.delete(key, text);
        } catch (RuntimeException e) {
            LOGGER.warn("the lease {} could not be given up, and runs out within {}: {}", key, TTL, e.toString());
        }
    }
}
