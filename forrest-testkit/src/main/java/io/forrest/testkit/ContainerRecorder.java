package io.forrest.testkit;

import static java.util.Objects.requireNonNull;

import io.forrest.spi.Container.Health;
import io.forrest.spi.ContainerListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A listener that keeps each call as a line, and notes what no runtime may do: calls that overlap, that come on the thread
 * which made the recorder, that tell an event before the first gap, or in an outage, or that tell an outage twice or its end
 * without it. Thread-safe.
 */
public final class ContainerRecorder implements ContainerListener {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Thread maker = Thread.currentThread();
    private final Consumer<String> reaction;
    private final List<String> calls = new ArrayList<>();
    private final List<String> wrongs = new ArrayList<>();
    private final Map<String, String> ids = new HashMap<>();
    private boolean knowing;
    private boolean cutOff;
    private boolean inside;

    /** Creates a recorder that does nothing else. */
    public ContainerRecorder() {
        this(line -> {});
    }

    /**
     * Creates a recorder that does something at each call: it blocks or throws, say.
     *
     * @param reaction given the line of the call once that is noted
     */
    public ContainerRecorder(Consumer<String> reaction) {
        this.reaction = requireNonNull(reaction, "reaction");
    }

    /**
     * Returns the calls so far, oldest first: {@code gap}, {@code started brave-fox}, {@code died brave-fox 3}, {@code died
     * brave-fox 137 out of memory}, {@code health brave-fox HEALTHY}, {@code disconnected} with the reason, and {@code
     * reconnected}.
     *
     * @return the lines; a copy
     */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** Forgets the calls so far. */
    public synchronized void forgetCalls() {
        calls.clear();
    }

    /**
     * Returns the ids that were told.
     *
     * @return the id of each container by its name, the last told if a name had several; a copy
     */
    public synchronized Map<String, String> ids() {
        return Map.copyOf(ids);
    }

    /**
     * Waits until a call was noted that begins with a text.
     *
     * @param beginning of the line
     * @throws AssertionError if there is none within 20 seconds
     */
    public void awaitCall(String beginning) {
        awaitCalls(1, beginning);
    }

    /**
     * Waits until calls were noted that begin with a text.
     *
     * @param count how many at least
     * @param beginning of their lines
     * @throws AssertionError if they were not within 20 seconds
     */
    public void awaitCalls(int count, String beginning) {
        Predicate<ContainerRecorder> good = recorder -> recorder.calls().stream()
                        .filter(line -> line.startsWith(beginning))
                        .count()
                >= count;
        if (!good.test(Eventually.look(PATIENCE, () -> this, good))) {
            throw new AssertionError("waited for " + count + " calls " + beginning + " and have " + this);
        }
    }

    /**
     * Checks what was noted of things that no runtime may do.
     *
     * @throws AssertionError if it did one
     */
    public synchronized void assertSound() {
        if (!wrongs.isEmpty()) {
            throw new AssertionError("the runtime " + String.join("; ", wrongs) + "; it called " + calls);
        }
    }

    @Override
    public void gap() {
        take("gap", () -> knowing = true);
    }

    @Override
    public void started(String id, String name) {
        takeEvent("started " + name, id, name);
    }

    @Override
    public void died(String id, String name, int exitCode, boolean outOfMemory) {
        takeEvent("died " + name + " " + exitCode + (outOfMemory ? " out of memory" : ""), id, name);
    }

    @Override
    public void health(String id, String name, Health health) {
        takeEvent("health " + name + " " + health, id, name);
    }

    @Override
    public void disconnected(String why) {
        take("disconnected " + why, () -> {
            if (cutOff) {
                wrongs.add("told an outage twice");
            }
            cutOff = true;
        });
    }

    @Override
    public void reconnected() {
        take("reconnected", () -> {
            if (!cutOff) {
                wrongs.add("told the end of an outage that was none");
            }
            cutOff = false;
            // What was known is of no worth until the gap
            knowing = false;
        });
    }

    private void takeEvent(String line, String id, String name) {
        take(line, () -> {
            if (!knowing || cutOff) {
                wrongs.add("told an event without a gap before it: " + line);
            }
            ids.put(name, id);
        });
    }

    /** Notes a call, and reacts without the lock. */
    private void take(String line, Runnable change) {
        boolean overlaps = enter(line, change);
        try {
            reaction.accept(line);
        } finally {
            leave(overlaps);
        }
    }

    private synchronized boolean enter(String line, Runnable change) {
        boolean overlaps = inside;
        inside = true;
        calls.add(line);
        if (overlaps) {
            wrongs.add("called while it called: " + line);
        }
        if (Thread.currentThread() == maker) {
            wrongs.add("called on its caller's thread: " + line);
        }
        change.run();
        return overlaps;
    }

    private synchronized void leave(boolean overlapped) {
        inside = overlapped;
    }

    /** Returns the calls. */
    @Override
    public synchronized String toString() {
        return "the calls " + calls;
    }
}
