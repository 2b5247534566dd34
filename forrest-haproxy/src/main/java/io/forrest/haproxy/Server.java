package io.forrest.haproxy;

import io.forrest.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * A server of the driver's as an HAProxy has it now. Immutable and thread-safe.
 *
 * @param instance the instance that it stands for
 * @param endpoint where its requests go; null if HAProxy does not know that
 * @param weight its share of the traffic
 * @param mode whether it may have requests
 * @param running whether HAProxy takes it for alive
 * @param checked whether its last check passed
 * @param sessions how many sessions it has
 */
record Server(
        String instance,
        @Nullable Endpoint endpoint,
        int weight,
        Mode mode,
        boolean running,
        boolean checked,
        long sessions) {

    /** Whether a server may have requests, by the will of an operator's or the driver's. */
    enum Mode {
        /** It may. */
        READY,
        /** It may finish those it has. */
        DRAINING,
        /** It may not, and is not checked. */
        MAINTENANCE
    }

    /** Returns whether it gets requests. */
    boolean serves() {
        return mode == Mode.READY && running && weight > 0;
    }

    boolean standsFor(Target target) {
        return target.endpoint().equals(endpoint);
    }
}
