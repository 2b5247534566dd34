package io.forrest.etcd;

import io.forrest.spi.TimeSource;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Knows the endpoints and which of them answered last, so that every operation begins there, and how long all may take.
 * Thread-safe.
 */
final class Failover {

    private final Reachability reachability;
    private final @Nullable Duration attemptTimeout;
    private final Duration deadline;
    private final TimeSource time;

    /**
     * Creates it; changes are logged, and told to a listener.
     *
     * @param attemptTimeout how long one endpoint may take; null: as long as the operation
     * @param deadline how long an operation may take
     */
    Failover(
            List<URI> endpoints,
            @Nullable Duration attemptTimeout,
            Duration deadline,
            TimeSource time,
            FailoverListener listener) {
        this.reachability = new Reachability(endpoints, new FailoverChanges(List.of(new LoggedFailover(), listener)));
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
        return begin(what, deadline);
    }

    /** Begins an operation that may take no longer than the usual, nor than a time of its own. */
    Operation begin(String what, Duration limit) {
        return new Operation(this, what, limit.compareTo(deadline) < 0 ? limit : deadline);
    }

    List<URI> endpoints() {
        return reachability.endpoints();
    }

    /** Returns where to begin. */
    int lastGood() {
        return reachability.first();
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

    /** Notes that an endpoint answered, for operations to begin at one that does. */
    void answered(int index) {
        reachability.answered(index);
    }

    /** Notes that an endpoint did not answer as it should. */
    void failed(int index, String why) {
        reachability.failed(index, why);
    }
}
