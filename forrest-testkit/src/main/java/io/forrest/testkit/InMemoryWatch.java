package io.forrest.testkit;

import static java.lang.System.Logger.Level.WARNING;

import io.forrest.RegistryException;
import io.forrest.Subscription;
import io.forrest.spi.Announcement;
import io.forrest.spi.RegistryListener;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A watch of an {@link InMemoryRegistry}: a thread that looks at the store when something changed there, and tells a listener
 * how that differs from what it told last. Thread-safe; the lock guards two flags and is never held while the listener runs.
 */
final class InMemoryWatch implements Subscription {

    private static final System.Logger LOGGER = System.getLogger(InMemoryWatch.class.getName());

    /** How soon it is noticed, in the system's time, that a value ran out, a fault came or went, or a listener threw. */
    private static final long PAUSE_MILLIS = 20;

    private final FaultedCalls calls;
    private final KeyValues values;
    private final String folder;
    private final RegistryListener listener;
    private final Consumer<InMemoryWatch> onClose;
    private final Thread thread;

    /** One or more once there is something to look at. */
    private final Semaphore changes = new Semaphore(1);

    private final Runnable onChange = changes::release;

    /** What the listener knows; these three are the thread's own. */
    private final SortedMap<String, Announcement> told = new TreeMap<>();

    private boolean snapshotDue = true;
    private boolean connected = true;

    private boolean looking;
    private volatile boolean closed;

    InMemoryWatch(
            FaultedCalls calls,
            KeyValues values,
            String folder,
            RegistryListener listener,
            ThreadFactory threads,
            Consumer<InMemoryWatch> onClose) {
        this.calls = calls;
        this.values = values;
        this.folder = folder;
        this.listener = listener;
        this.onClose = onClose;
        this.thread = threads.newThread(this::run);
    }

    void begin() {
        values.watch(folder, onChange);
        thread.start();
    }

    /** Interrupts the thread if it looks, which may hang, but never the listener. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (looking) {
                thread.interrupt();
            }
        }
        changes.release();
        calls.wake();
        values.unwatch(onChange);
        onClose.accept(this);
    }

    private void run() {
        try {
            while (awaitReason()) {
                lookAndTell();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOGGER.log(
                    WARNING, "a watch of {0} was interrupted by a stranger; its listener is told nothing more", folder);
        }
    }

    /** Waits for a reason to look; false if closed. */
    private boolean awaitReason() throws InterruptedException {
        while (!closed) {
            if (awaitChange() || snapshotDue || !connected || calls.areAtRisk(Operation.WATCH)) {
                return !closed;
            }
            values.endDue();
        }
        return false;
    }

    private boolean awaitChange() throws InterruptedException {
        boolean acquired = changes.tryAcquire(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        return changes.drainPermits() > 0 || acquired;
    }

    private void lookAndTell() {
        @Nullable SortedMap<String, Announcement> standing;
        try {
            standing = look();
        } catch (RegistryException e) {
            noteOutage(e);
            return;
        } catch (IllegalStateException e) {
            if (calls.isClosed()) {
                return;
            }
            throw e;
        }
        if (standing == null) {
            return;
        }
        if (!connected) {
            connected = true;
            tell(listener::reconnected);
        }
        if (snapshotDue) {
            snapshotDue = false;
            told.clear();
            told.putAll(standing);
            tell(() -> listener.snapshot(List.copyOf(standing.values())));
            return;
        }
        Set<String> names = new TreeSet<>(told.keySet());
        names.addAll(standing.keySet());
        for (String name : names) {
            if (!snapshotDue) {
                tellOf(name);
            }
        }
    }

    /** Returns what stands; null if closed. */
    private @Nullable SortedMap<String, Announcement> look() {
        synchronized (this) {
            if (closed) {
                return null;
            }
            looking = true;
        }
        try {
            return calls.call(
                    Operation.WATCH, "", () -> closed, () -> AnnouncementText.readAll(values.children(folder)));
        } finally {
            synchronized (this) {
                looking = false;
                boolean unused = Thread.interrupted();
            }
        }
    }

    private void noteOutage(RegistryException why) {
        snapshotDue = true;
        if (connected) {
            connected = false;
            tell(() -> listener.disconnected(String.valueOf(why.getMessage())));
        }
    }

    /** Tells the last state of a name, which may be a later one than what was looked at. */
    private void tellOf(String name) {
        Announcement before = told.get(name);
        Announcement now = AnnouncementText.read(name, values.get(folder + "/" + name));
        if (Objects.equals(before, now)) {
            return;
        }
        remember(name, now);
        if (now != null) {
            tell(() -> listener.announced(now));
        } else if (before != null) {
            tell(() -> listener.withdrawn(before));
        }
    }

    private void remember(String name, @Nullable Announcement now) {
        if (now == null) {
            told.remove(name);
        } else {
            told.put(name, now);
        }
    }

    private void tell(Runnable call) {
        if (closed) {
            return;
        }
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            snapshotDue = true;
            LOGGER.log(WARNING, "a listener of " + folder + " threw; it is told a snapshot next", e);
        } finally {
            // The listener may have interrupted its own thread.
            boolean unused = Thread.interrupted();
        }
    }
}
