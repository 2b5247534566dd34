package io.forrest.etcd;

import io.forrest.RegistryException;
import io.forrest.RegistryException.Reason;
import io.forrest.spi.Announcement;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews all announcements of a registry on one thread, each every third of the ttl, so that an attempt that is lost costs
 * nothing. Thread-safe.
 */
final class EtcdLeases implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EtcdV2Registry.class);

    /** Of the time between two renewals; so that many registries do not renew in step. */
    private static final double JITTER = 0.1;

    /** After a renewal that failed; it has tried for as long as an operation may take. */
    private static final long RETRY = Duration.ofSeconds(1).toNanos();

    private final LeaseRenewal renewal;
    private final EtcdEvents events;
    private final TimeSource time;
    private final long interval;
    private final Thread thread = EtcdThreads.create("leases", this::run);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Guarded by the lock, as all below. */
    private final LeaseSchedule schedule;

    private @Nullable String renewing;
    private boolean started;
    private boolean closed;

    EtcdLeases(LeaseRenewal renewal, Ttl ttl, EtcdEvents events, TimeSource time) {
        this.renewal = renewal;
        this.events = events;
        this.time = time;
        this.interval = ttl.time().dividedBy(3).toNanos();
        this.schedule = new LeaseSchedule(time.nanoTime());
    }

    /** Renews an announcement from now on, in place of any other of its name. */
    void add(Lease lease) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            schedule.put(lease, dueIn(interval));
            if (!started) {
                started = true;
                thread.start();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Renews an announcement no longer. Waits for a renewal of it that is under way, which may be just about to announce it
     * again.
     *
     * @throws RegistryException if interrupted
     */
    void remove(Announcement announcement) {
        lock.lock();
        try {
            schedule.get(announcement.name())
                    .filter(lease -> lease.announcement().endpoint().equals(announcement.endpoint()))
                    .ifPresent(schedule::remove);
            while (announcement.name().equals(renewing) && !closed) {
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException(
                    Reason.UNKNOWN_OUTCOME,
                    "interrupted: withdraw \"" + announcement.name() + "\"; it is renewed no longer",
                    e);
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (true) {
            try {
                Lease lease = awaitDue();
                if (lease == null) {
                    return;
                }
                renew(lease);
            } catch (InterruptedException e) {
                // Whether this is the end is for awaitDue to say: a listener, too, may have left the thread interrupted
                LOG.debug("the renewing of leases was interrupted", e);
            }
        }
    }

    private void renew(Lease lease) {
        try {
            LeaseRenewal.Result result = renewal.renew(lease);
            if (result instanceof LeaseRenewal.Result.Renewed renewed) {
                ended(lease, Optional.of(renewed.lease()), interval);
            } else if (result instanceof LeaseRenewal.Result.Restored restored) {
                ended(lease, Optional.of(restored.lease()), interval);
                LOG.info("{} had run out at etcd, and stands again", lease.announcement());
                events.tell(new EtcdEvent.LeaseRestored(lease.announcement()));
            } else if (result instanceof LeaseRenewal.Result.Gone gone) {
                ended(lease, Optional.empty(), interval);
                LOG.warn("{} is renewed no longer: {}", lease.announcement(), gone.why());
                events.tell(new EtcdEvent.LeaseLost(lease.announcement(), gone.why()));
            }
        } catch (RegistryException e) {
            if (e.reason() == Reason.REFUSED) {
                LOG.warn("{} was not renewed", lease.announcement(), e);
            } else {
                // Etcd's silence is told elsewhere, once
                LOG.debug("{} was not renewed", lease.announcement(), e);
            }
            ended(lease, Optional.of(lease), Math.min(interval, RETRY));
        } catch (RuntimeException | Error e) {
            if (!isClosed()) {
                LOG.error("{} was not renewed, by a defect", lease.announcement(), e);
            }
            ended(lease, Optional.of(lease), Math.min(interval, RETRY));
        }
    }

    /** Schedules the next renewal, unless the lease was given up or replaced meanwhile. */
    private void ended(Lease lease, Optional<Lease> next, long delay) {
        lock.lock();
        try {
            renewing = null;
            changed.signalAll();
            if (schedule.get(lease.name()).filter(lease::equals).isEmpty()) {
                return;
            }
            next.ifPresentOrElse(again -> schedule.put(again, dueIn(delay)), () -> schedule.remove(lease));
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a lease is due; null when closed. */
    private @Nullable Lease awaitDue() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                long left = schedule.untilFirst(time.nanoTime());
                Lease first = schedule.first().orElse(null);
                // A clock that jumped back must not hold renewals up
                if (first != null && (left <= 0 || left > 2 * interval)) {
                    renewing = first.name();
                    return first;
                }
                if (first == null) {
                    changed.await();
                } else {
                    boolean unused = changed.await(left, TimeUnit.NANOSECONDS);
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private long dueIn(long delay) {
        double factor = 1 - JITTER + 2 * JITTER * ThreadLocalRandom.current().nextDouble();
        return time.nanoTime() + (long) (delay * factor);
    }

    /** Ends the thread. What was announced runs out. Does not block. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
    }
}
