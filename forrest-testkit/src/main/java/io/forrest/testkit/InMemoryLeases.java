package io.forrest.testkit;

import io.forrest.RegistryException;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;

/**
 * Renews what an {@link InMemoryRegistry} announced, every third of its ttl. Thread-safe; its lock is held during a write to
 * the store, so that nothing is renewed once it was released.
 */
final class InMemoryLeases implements AutoCloseable {

    private static final int RENEWALS_PER_TTL = 3;

    private final FaultedCalls calls;
    private final KeyValues values;
    private final Duration ttl;
    private final Alarms alarms;
    private final Map<String, Lease> held = new HashMap<>();
    private long granted;

    /** What is renewed; the number tells it from an earlier lease of the same value. */
    private record Lease(String name, String path, String value, long number) {}

    InMemoryLeases(FaultedCalls calls, KeyValues values, Duration ttl, TimeSource time, ThreadFactory threads) {
        this.calls = calls;
        this.values = values;
        this.ttl = ttl;
        this.alarms = Alarms.by(time, threads);
    }

    /** Renews from now on what was just written. */
    void hold(String name, String path, String value) {
        Lease lease;
        synchronized (this) {
            Lease former = held.get(path);
            if (calls.isClosed() || (former != null && former.value().equals(value))) {
                return;
            }
            lease = new Lease(name, path, value, granted++);
            held.put(path, lease);
        }
        plan(lease);
    }

    /** Renews no longer; whatever renewal is under way is over, or without effect, when this returns. */
    synchronized void release(String path, String value) {
        Lease lease = held.get(path);
        if (lease != null && lease.value().equals(value)) {
            held.remove(path);
        }
    }

    private void plan(Lease lease) {
        alarms.after(ttl.dividedBy(RENEWALS_PER_TTL), () -> {
            if (isHeld(lease)) {
                tryToRenew(lease);
            }
            if (isHeld(lease)) {
                plan(lease);
            }
        });
    }

    private synchronized boolean isHeld(Lease lease) {
        return lease.equals(held.get(lease.path()));
    }

    private void tryToRenew(Lease lease) {
        try {
            var unused = calls.call(Operation.RENEW, lease.name(), () -> {
                renew(lease);
                return lease;
            });
        } catch (RegistryException e) {
            // The next renewal makes up for it.
        } catch (IllegalStateException e) {
            if (!calls.isClosed()) {
                throw e;
            }
        }
    }

    private synchronized void renew(Lease lease) {
        if (isHeld(lease) && !values.renew(lease.path(), lease.value(), ttl)) {
            held.remove(lease.path());
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            held.clear();
        }
        alarms.close();
    }
}
