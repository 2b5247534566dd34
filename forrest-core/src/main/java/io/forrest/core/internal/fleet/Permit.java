package io.forrest.core.internal.fleet;

import io.forrest.core.internal.concurrent.Operation;
import io.forrest.core.internal.concurrent.Stop;
import io.forrest.core.internal.lifecycle.UnderWay;
import java.util.Optional;

/** Whether the work of a rollout may go on. Implementations are thread-safe. */
interface Permit {

    /**
     * Goes on.
     *
     * @throws InterruptedException if the work was told to stop, even if an interrupt of that was swallowed on the way
     */
    void check() throws InterruptedException;

    /** Passes the point of no return; false if the work was told to stop before. */
    boolean commit();

    /** Returns why everything is to be left as it is, a rollback included; empty while nothing says so. */
    Optional<Stop> revoked();

    /** Returns the permit of an operation that holds a fleet's lease. */
    static Permit of(Operation<?> operation, FleetLease lease, UnderWay underWay) {
        return new Permit() {
            @Override
            public void check() throws InterruptedException {
                Optional<Stop> stopped = operation.stopped().or(this::revoked);
                if (stopped.isPresent()) {
                    throw new InterruptedException(stopped.get().words());
                }
            }

            @Override
            public boolean commit() {
                return revoked().isEmpty() && operation.commit();
            }

            @Override
            public Optional<Stop> revoked() {
                if (lease.isLost()) {
                    return Optional.of(Stop.LEASE_LOST);
                }
                return underWay.isClosed() ? Optional.of(Stop.CLOSED) : Optional.empty();
            }
        };
    }
}
