package io.forrest.etcd;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a watch spends its time. Immutable and thread-safe.
 *
 * @param hold how long it waits for a change before it makes sure that there is still somebody at the other end
 * @param relist how long it goes without listing everything, just in case
 * @param calm how long, after an outage or an election, it waits for announcements that ran out of their ttl to be renewed
 */
record WatchPace(Duration hold, Duration relist, Duration calm) {

    static final Duration DEFAULT_HOLD = Duration.ofSeconds(20);
    private static final Duration DEFAULT_RELIST = Duration.ofMinutes(5);
    private static final Duration DEFAULT_CALM = Duration.ofSeconds(5);
    private static final Duration MIN_CALM = Duration.ofSeconds(1);

    /** Waits for the time between two renewals, which is known where this registry gives a ttl itself. */
    static WatchPace of(Duration hold, @Nullable Ttl ttl) {
        Duration calm = ttl == null ? DEFAULT_CALM : ttl.time().dividedBy(3);
        return new WatchPace(hold, DEFAULT_RELIST, calm.compareTo(MIN_CALM) < 0 ? MIN_CALM : calm);
    }
}
