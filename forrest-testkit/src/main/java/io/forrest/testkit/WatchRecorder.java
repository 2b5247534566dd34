package io.forrest.testkit;

import static java.util.Objects.requireNonNull;

import io.forrest.Endpoint;
import io.forrest.spi.Announcement;
import io.forrest.spi.RegistryListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A listener that keeps each call as a line and the picture that a listener would have, and notes what no registry may do:
 * calls that overlap, that come on the thread which made the recorder, that tell a change before the first snapshot, or that
 * withdraw what was not told. Thread-safe.
 */
public final class WatchRecorder implements RegistryListener {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Thread maker = Thread.currentThread();
    private final Consumer<String> reaction;
    private final List<String> calls = new ArrayList<>();
    private final List<String> wrongs = new ArrayList<>();
    private final SortedMap<String, Endpoint> picture = new TreeMap<>();
    private boolean knowing;
    private boolean inside;

    /** Creates a recorder that does nothing else. */
    public WatchRecorder() {
        this(line -> {});
    }

    /**
     * Creates a recorder that does something at each call: it blocks or throws, say.
     *
     * @param reaction given the line of the call once that is noted, and before it changes the picture; if it throws, the
     *     recorder knows nothing any more until the next snapshot
     */
    public WatchRecorder(Consumer<String> reaction) {
        this.reaction = requireNonNull(reaction, "reaction");
    }

    /**
     * Returns the calls so far, oldest first: {@code snapshot brave-fox=10.0.0.5:32768 calm-owl=10.0.0.5:32769} in the order of
     * their names, {@code announced brave-fox=10.0.0.5:32768}, {@code withdrawn brave-fox=10.0.0.5:32768}, {@code
     * disconnected} with the reason, and {@code reconnected}.
     *
     * @return the lines; a copy
     */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** Forgets the calls so far, and keeps the picture. */
    public synchronized void forgetCalls() {
        calls.clear();
    }

    /**
     * Returns what stands in the registry by what was told.
     *
     * @return the endpoints by their names; a copy
     */
    public synchronized SortedMap<String, Endpoint> picture() {
        return new TreeMap<>(picture);
    }

    /**
     * Waits until a snapshot was told and the picture is as expected.
     *
     * @param expected the endpoints by their names
     * @throws AssertionError if it is not within 10 seconds
     */
    public void awaitPicture(Map<String, Endpoint> expected) {
        await("the picture " + expected, recorder -> recorder.isPictured(expected));
    }

    private synchronized boolean isPictured(Map<String, Endpoint> expected) {
        return knowing && picture.equals(expected);
    }

    /**
     * Waits until a call was noted that begins with a text.
     *
     * @param beginning of the line
     * @throws AssertionError if there is none within 10 seconds
     */
    public void awaitCall(String beginning) {
        await(
                "a call " + beginning,
                recorder -> recorder.calls().stream().anyMatch(line -> line.startsWith(beginning)));
    }

    private void await(String what, Predicate<WatchRecorder> good) {
        if (!good.test(Eventually.look(PATIENCE, () -> this, good))) {
            throw new AssertionError("waited for " + what + " and have " + this);
        }
    }

    /**
     * Checks what was noted of things that no registry may do.
     *
     * @throws AssertionError if it did one
     */
    public synchronized void assertSound() {
        if (!wrongs.isEmpty()) {
            throw new AssertionError("the registry " + String.join("; ", wrongs) + "; it called " + calls);
        }
    }

    @Override
    public void snapshot(List<Announcement> announcements) {
        SortedMap<String, Endpoint> all = new TreeMap<>();
        List<String> twice = new ArrayList<>();
        for (Announcement announcement : announcements) {
            if (all.put(announcement.name(), announcement.endpoint()) != null) {
                twice.add(announcement.name());
            }
        }
        StringBuilder line = new StringBuilder("snapshot");
        all.forEach(
                (name, endpoint) -> line.append(' ').append(name).append('=').append(endpoint));
        take(line.toString(), () -> {
            twice.forEach(name -> wrongs.add("told " + name + " twice in a snapshot"));
            knowing = true;
            picture.clear();
            picture.putAll(all);
        });
    }

    @Override
    public void announced(Announcement announcement) {
        take("announced " + text(announcement), () -> {
            requireKnowing(announcement);
            picture.put(announcement.name(), announcement.endpoint());
        });
    }

    @Override
    public void withdrawn(Announcement announcement) {
        take("withdrawn " + text(announcement), () -> {
            requireKnowing(announcement);
            if (!announcement.endpoint().equals(picture.remove(announcement.name()))) {
                wrongs.add("withdrew " + text(announcement) + " which did not stand");
            }
        });
    }

    @Override
    public void disconnected(String why) {
        take("disconnected " + why, () -> {});
    }

    @Override
    public void reconnected() {
        take("reconnected", () -> {});
    }

    private static String text(Announcement announcement) {
        return announcement.name() + "=" + announcement.endpoint();
    }

    private void requireKnowing(Announcement announcement) {
        if (!knowing) {
            wrongs.add("told a change of " + announcement.name() + " before a snapshot");
        }
    }

    /** Notes a call, reacts without the lock, and changes the picture. */
    private void take(String line, Runnable change) {
        boolean overlaps = enter(line);
        boolean done = false;
        try {
            reaction.accept(line);
            done = true;
        } finally {
            leave(overlaps, done ? change : () -> knowing = false);
        }
    }

    private synchronized boolean enter(String line) {
        boolean overlaps = inside;
        inside = true;
        calls.add(line);
        if (overlaps) {
            wrongs.add("called while it called: " + line);
        }
        if (Thread.currentThread() == maker) {
            wrongs.add("called on its caller's thread: " + line);
        }
        return overlaps;
    }

    private synchronized void leave(boolean overlapped, Runnable change) {
        inside = overlapped;
        change.run();
    }

    /** Returns the calls and the picture. */
    @Override
    public synchronized String toString() {
        return "the picture " + (knowing ? picture : "unknown") + " after the calls " + calls;
    }
}
