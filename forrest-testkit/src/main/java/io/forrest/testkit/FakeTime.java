package io.forrest.testkit;

import static java.util.Objects.requireNonNull;

import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A time that passes only when a test, or whoever sleeps, makes it pass. By default it is automatic: a sleep advances it by
 * its own length and returns at once. A {@link #manual()} one holds sleepers until {@link #advance(Duration)} has come past
 * them; it is the one for code that sleeps in an endless loop, which would race through an automatic time. Thread-safe.
 */
public final class FakeTime implements TimeSource {

    /** The time of day at which every fake time starts. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** Below 0, so that code that takes 0 for "never" or a count for positive is found out. */
    private static final long START_NANOS = -1_000_000_000L;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final boolean automatic;

    /** Held while the time moves and actions run, so that they have run once the mover goes on. */
    private final ReentrantLock moving = new ReentrantLock();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Alarm> alarms =
            new PriorityQueue<>(Comparator.comparingLong(Alarm::at).thenComparingLong(Alarm::sequence));
    private long elapsed;
    private long nextSequence;
    private int sleepers;

    private record Alarm(long at, long sequence, Runnable action) {}

    /** Creates an automatic time. */
    public FakeTime() {
        this(true);
    }

    private FakeTime(boolean automatic) {
        this.automatic = automatic;
    }

    /**
     * Returns a time that passes by {@link #advance(Duration)} alone.
     *
     * @return the time
     */
    public static FakeTime manual() {
        return new FakeTime(false);
    }

    @Override
    public Instant now() {
        return START.plus(elapsed());
    }

    @Override
    public long nanoTime() {
        return START_NANOS + elapsed().toNanos();
    }

    /**
     * Returns how much time has passed.
     *
     * @return the time since the start
     */
    public Duration elapsed() {
        lock.lock();
        try {
            return Duration.ofNanos(elapsed);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
        if (time.isNegative() || time.isZero()) {
            return;
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (automatic) {
            move(time);
        } else {
            awaitAdvance(time);
        }
    }

    private void awaitAdvance(Duration time) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long end = elapsed + time.toNanos();
            sleepers++;
            changed.signalAll();
            try {
                while (elapsed < end) {
                    changed.await();
                }
            } finally {
                sleepers--;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets time pass. What was to run meanwhile by {@link #after} has run, in its order, when this returns; sleepers whose
     * time is over have been woken.
     *
     * @param time how much, zero or more
     * @throws IllegalArgumentException if {@code time} is negative
     */
    public void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time does not go back, was asked to by " + time);
        }
        move(time);
    }

    /**
     * Has an action run when some time has passed, on the thread that makes it pass.
     *
     * @param delay from now; the action runs at once for zero or less
     * @param action what to run; it must not block
     */
    public void after(Duration delay, Runnable action) {
        requireNonNull(action, "action");
        if (delay.isNegative() || delay.isZero()) {
            action.run();
            return;
        }
        lock.lock();
        try {
            alarms.add(new Alarm(elapsed + delay.toNanos(), nextSequence++, action));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits, in the system's time, until threads sleep in this one. Only a {@link #manual()} time has sleepers.
     *
     * @param count how many threads at least
     * @throws InterruptedException if interrupted meanwhile
     * @throws AssertionError if they do not within 30 seconds
     */
    public void awaitSleepers(int count) throws InterruptedException {
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            while (sleepers < count) {
                if (left <= 0) {
                    throw new AssertionError(sleepers + " threads sleep, and not " + count);
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void move(Duration time) {
        moving.lock();
        try {
            long target = elapsed().plus(time).toNanos();
            for (Alarm alarm = nextUntil(target); alarm != null; alarm = nextUntil(target)) {
                alarm.action().run();
            }
        } finally {
            moving.unlock();
        }
    }

    /** Moves on to the next alarm and takes it out, or moves on to the target if there is none before. */
    private @Nullable Alarm nextUntil(long target) {
        lock.lock();
        try {
            Alarm first = alarms.peek();
            Alarm due = first != null && first.at() <= target ? alarms.poll() : null;
            elapsed = Math.max(elapsed, due == null ? target : due.at());
            changed.signalAll();
            return due;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the time of day. */
    @Override
    public String toString() {
        return now() + " (" + TimeUnit.NANOSECONDS.toMillis(elapsed().toNanos()) + " ms since its start)";
    }
}
