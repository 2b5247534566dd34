package io.forrest.core.internal.fleet;

import io.forrest.core.internal.concurrent.Operation;
import io.forrest.core.internal.concurrent.Stop;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The launches that are under way while a fleet's lease is held. They end with it, also where whoever holds it is not interrupted
 * any more: a rollback is not. Thread-safe.
 */
final class Launches {

    private final Set<Operation<?>> running = ConcurrentHashMap.newKeySet();
    private volatile boolean revoked;

    /** Has a launch stopped if the lease is lost, or was. */
    void add(Operation<?> launch) {
        running.add(launch);
        if (revoked) {
            launch.stop(Stop.LEASE_LOST);
        }
    }

    /** Forgets a launch that has ended. */
    void remove(Operation<?> launch) {
        running.remove(launch);
    }

    /** Stops all of them, and each that is added from now on. */
    void revoke() {
        revoked = true;
        running.forEach(launch -> launch.stop(Stop.LEASE_LOST));
    }
}
