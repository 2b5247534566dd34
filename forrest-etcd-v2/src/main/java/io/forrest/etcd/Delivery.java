package io.forrest.etcd;

import io.forrest.spi.Announcement;
import io.forrest.spi.RegistryListener;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls one listener on a thread of its own, with what is true by then: what changed while it was busy is conflated per name.
 * Thread-safe.
 */
final class Delivery implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EtcdV2Registry.class);

    private final RegistryListener listener;
    private final Thread thread = EtcdThreads.create("listener", this::run);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** What stands, guarded by the lock as all below. */
    private final Map<String, Announcement> truth = new HashMap<>();

    private final Set<String> dirty = new LinkedHashSet<>();
    private boolean listed;
    private boolean owesSnapshot;
    private @Nullable String outage;
    private boolean closed;

    /** What the listener knows; confined to its thread, as all below. */
    private final Map<String, Announcement> told = new HashMap<>();

    private boolean toldOutage;
    private final Pause afterThrow = new Pause();

    Delivery(RegistryListener listener) {
        this.listener = listener;
    }

    void start() {
        thread.start();
    }

    /** Tells everything, now or as soon as the listener has time. */
    void snapshot(Collection<Announcement> announcements) {
        change(() -> {
            truth.clear();
            announcements.forEach(announcement -> truth.put(announcement.name(), announcement));
            dirty.clear();
            listed = true;
            owesSnapshot = true;
        });
    }

    /** Tells what stands under a name, or that nothing does, if that is news to the listener. */
    void changed(String name, Optional<Announcement> announcement) {
        change(() -> {
            announcement.ifPresentOrElse(stands -> truth.put(name, stands), () -> truth.remove(name));
            dirty.add(name);
        });
    }

    void disconnected(String why) {
        change(() -> outage = why);
    }

    void reconnected() {
        change(() -> outage = null);
    }

    private void change(Runnable assignments) {
        lock.lock();
        try {
            assignments.run();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (true) {
            Runnable call = await();
            if (call == null) {
                return;
            }
            try {
                call.run();
                afterThrow.reset();
            } catch (RuntimeException | Error e) {
                LOG.warn("a listener of a watch threw; it is told everything anew", e);
                change(() -> owesSnapshot = listed);
                pause(afterThrow.next());
            }
            // A listener may leave its thread interrupted; that is not for the next call to find
            boolean unused = Thread.interrupted();
        }
    }

    /** Waits for the next call to make; null when closed. */
    private @Nullable Runnable await() {
        lock.lock();
        try {
            while (!closed) {
                Runnable call = next();
                if (call != null) {
                    return call;
                }
                changed.awaitUninterruptibly();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Runnable next() {
        if (toldOutage != (outage != null)) {
            toldOutage = outage != null;
            String why = outage;
            return why == null ? listener::reconnected : () -> listener.disconnected(why);
        }
        if (owesSnapshot) {
            owesSnapshot = false;
            dirty.clear();
            told.clear();
            told.putAll(truth);
            List<Announcement> all = List.copyOf(truth.values());
            return () -> listener.snapshot(all);
        }
        while (!dirty.isEmpty()) {
            Runnable call = news(dirty.iterator().next());
            if (call != null) {
                return call;
            }
        }
        return null;
    }

    private @Nullable Runnable news(String name) {
        dirty.remove(name);
        Announcement now = truth.get(name);
        Announcement before = now == null ? told.remove(name) : told.put(name, now);
        if (now != null && !now.equals(before)) {
            return () -> listener.announced(now);
        }
        return now == null && before != null ? () -> listener.withdrawn(before) : null;
    }

    private void pause(Duration time) {
        lock.lock();
        try {
            long left = time.toNanos();
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            // Only the listener's own code interrupts this thread: the pause is over, and so is the matter
            LOG.debug("a pause was cut short", e);
        } finally {
            lock.unlock();
        }
    }

    /** Has no further call begin. One under way goes on, and is not interrupted. Does not block. */
    @Override
    public void close() {
        change(() -> {
            closed = true;
            changed.signalAll();
        });
    }
}
