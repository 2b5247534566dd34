package io.forrest.etcd;

import io.forrest.spi.TimeSource;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the endpoints and which of them answered last, so that every operation begins there. Thread-safe.
 */
final class Failover {

    private static final Logger LOG = LoggerFactory.getLogger(EtcdV2Registry.class);

    private final List<URI> endpoints;
    private final @Nullable Duration attemptTimeout;
    private final Duration deadline;
    private final TimeSource time;
    private final Set<URI> silent = ConcurrentHashMap.newKeySet();
    private volatile int lastGood;

    /**
     * Creates it.
     *
     * @param attemptTimeout how long one endpoint may take; null: as long as the operation
     * @param deadline how long an operation may take
     */
    Failover(List<URI> endpoints, @Nullable Duration attemptTimeout, Duration deadline, TimeSource time) {
        this.endpoints = List.copyOf(endpoints);
        this.attemptTimeout = attemptTimeout;
        this.deadline = deadline;
        this.time = time;
    }

    /**
     * Begins an operation, whose time runs from now.
     *
     * @param what what it is about to do, for messages: {@code announce "web-1"} say
     */
    Operation begin(String what) {
        return new Operation(this, what);
    }

    List<URI> endpoints() {
        return endpoints;
    }

    int lastGood() {
        return lastGood;
    }

    Duration deadline() {
        return deadline;
    }

    TimeSource time() {
        return time;
    }

    /** Returns how long an attempt may take when an operation has so much time left. */
    Duration limit(Duration left) {
        return attemptTimeout == null || attemptTimeout.compareTo(left) > 0 ? left : attemptTimeout;
    }

    /** Begins here from now on; tells the end of an outage once. */
    void answered(int index) {
        lastGood = index;
        if (silent.remove(endpoints.get(index))) {
            LOG.info("etcd at {} answers again", endpoints.get(index));
        }
    }

    /** Tells an outage once. */
    void failed(int index, String why) {
        if (silent.add(endpoints.get(index))) {
            LOG.warn("etcd at {} does not answer as it should: {}", endpoints.get(index), why);
        }
    }
}
