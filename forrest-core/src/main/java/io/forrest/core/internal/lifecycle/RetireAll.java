package io.forrest.core.internal.lifecycle;

import io.forrest.Failure;
import io.forrest.ForrestException;
import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.core.internal.concurrent.Lanes;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.StoredRecord;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes back all that a scaler launched, side by side, and in a bounded time, whatever hangs. Thread-safe; used once. Its lock
 * guards who is at work, and is held for assignments and {@code Thread.interrupt} alone.
 */
public final class RetireAll {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.lifecycle");

    /** How long those that are interrupted may take to say what they leave. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final EngineRoom room;
    private final Holdings holdings;
    private final Map<String, String> launches;
    private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

    private final Object lock = new Object();
    private final Set<String> open;
    private final Set<Thread> working = new HashSet<>();
    private boolean givenUp;

    /**
     * Creates what retires; {@link #run} does it.
     *
     * @param room what it works with
     * @param holdings takes back one
     * @param launches the launches by their names
     */
    public RetireAll(EngineRoom room, Holdings holdings, Map<String, String> launches) {
        this.room = room;
        this.holdings = holdings;
        this.launches = launches;
        this.open = new TreeSet<>(launches.keySet());
    }

    /**
     * Retires them, and waits for all of it whatever happens; an interrupt is kept for afterwards.
     *
     * @param executor on which they are retired
     * @param spare the deadline by which they would be retired if they took no time to drain and to stop themselves
     * @throws ForrestException if not all could be retired; lists what is left
     */
    public void run(Executor executor, Deadline spare) {
        if (launches.isEmpty()) {
            return;
        }
        Duration ownTime = ownTime();
        Deadline deadline = Deadline.in(ownTime.plus(spare.remaining()), TimeSource.system());
        Lanes<Map.Entry<String, String>> lanes = Lanes.begin(launches.entrySet(), executor, this::retire);
        if (!lanes.awaitRegardless(deadline)) {
            lanes.skipRest();
            giveUp();
            lanes.awaitRegardless(Deadline.in(LAST_WORDS, TimeSource.system()));
        }
        throwIfLeft(ownTime.plus(spare.limit()));
    }

    /** Returns how long the instances may take to drain and to stop, as many at a time as there are lanes. */
    private Duration ownTime() {
        Map<String, StoredRecord> records = Map.of();
        try {
            records = room.records().list().readable();
        } catch (ForrestException e) {
            LOGGER.debug("the records cannot be asked for how long instances may take to go: {}", e.toString());
        }
        Duration longest = Duration.ZERO;
        for (String name : launches.keySet()) {
            StoredRecord stored = records.get(name);
            Duration own =
                    stored == null ? LaunchOptions.DRAIN_FOR.plus(LaunchOptions.STOP_GRACE) : timeOf(stored.value());
            longest = own.compareTo(longest) > 0 ? own : longest;
        }
        return longest.multipliedBy((launches.size() + Lanes.COUNT - 1) / Lanes.COUNT);
    }

    private static Duration timeOf(InstanceRecord record) {
        return record.drainFor().plus(record.stopGrace());
    }

    private void retire(Map.Entry<String, String> launch) {
        synchronized (lock) {
            if (givenUp) {
                return;
            }
            working.add(Thread.currentThread());
        }
        try {
            holdings.retireLaunch(launch.getKey(), launch.getValue());
        } catch (RuntimeException e) {
            failures.add(e);
        } finally {
            synchronized (lock) {
                working.remove(Thread.currentThread());
                open.remove(launch.getKey());
                Thread.interrupted();
            }
        }
    }

    private void giveUp() {
        synchronized (lock) {
            givenUp = true;
            working.forEach(Thread::interrupt);
        }
    }

    private void throwIfLeft(Duration limit) {
        List<String> left = new ArrayList<>();
        boolean late;
        synchronized (lock) {
            late = givenUp;
            open.forEach(name -> left.addAll(List.of(
                    "key " + room.registry().prefix() + "/" + name,
                    "container " + name,
                    room.records().describe(name))));
        }
        List<RuntimeException> failed = List.copyOf(failures);
        failed.forEach(failure -> left.addAll(
                failure instanceof ForrestException forrest ? forrest.leftBehind() : List.of(failure.toString())));
        if (failed.isEmpty() && left.isEmpty()) {
            return;
        }
        ForrestException all = new ForrestException(
                "not all instances could be retired when the scaler was closed" + (late ? ", within " + limit : ""),
                failed.isEmpty() ? null : failed.get(0),
                Failure.unspecified().leaving(left));
        failed.stream().skip(1).forEach(all::addSuppressed);
        throw all;
    }
}
