package io.forrest.testkit;

import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Texts by paths, changed as etcd changes them; some run out. Thread-safe; its lock is held while watchers are told, who do
 * no more than note it.
 */
final class KeyValues {

    private final TimeSource time;
    private final SortedMap<String, Value> values = new TreeMap<>();

    /** What ran out, and was neither written again nor wiped: its owner may restore it. */
    private final SortedMap<String, String> ranOut = new TreeMap<>();

    private final Map<Runnable, String> watchers = new HashMap<>();

    private record Value(String text, @Nullable Long deadline) {}

    KeyValues(TimeSource time) {
        this.time = time;
    }

    /** Has something run, under the lock, at each change of what stands directly in a folder. */
    synchronized void watch(String folder, Runnable changed) {
        watchers.put(changed, folder);
    }

    synchronized void unwatch(Runnable changed) {
        watchers.remove(changed);
    }

    synchronized @Nullable String get(String path) {
        endDue();
        Value standing = values.get(path);
        return standing == null ? null : standing.text();
    }

    synchronized void put(String path, String value) {
        write(path, value, null);
    }

    synchronized void delete(String path) {
        endDue();
        take(path);
    }

    /** Writes a value for a time unless another stands there, which is returned. */
    synchronized @Nullable String putUnlessAnother(String path, String value, @Nullable Duration ttl) {
        String standing = get(path);
        if (standing != null && !standing.equals(value)) {
            return standing;
        }
        write(path, value, ttl);
        return null;
    }

    synchronized boolean compareAndSet(String path, @Nullable String expected, String value, @Nullable Duration ttl) {
        String standing = get(path);
        if (standing == null ? expected != null : !standing.equals(expected)) {
            return false;
        }
        write(path, value, ttl);
        return true;
    }

    synchronized boolean remove(String path, String expected) {
        return expected.equals(get(path)) && take(path);
    }

    /** Gives a value its time again, or restores it if it ran out; false if it was deleted or replaced. */
    synchronized boolean renew(String path, String value, Duration ttl) {
        String standing = get(path);
        if (!value.equals(standing == null ? ranOut.get(path) : standing)) {
            return false;
        }
        write(path, value, ttl);
        return true;
    }

    /** Has a value run out, whatever time it was given. */
    synchronized void expire(String path) {
        endDue();
        Value standing = values.get(path);
        if (standing != null) {
            end(path, standing);
        }
    }

    /** Returns what stands directly in a folder, hidden folders being no values. */
    synchronized SortedMap<String, String> children(String folder) {
        endDue();
        SortedMap<String, String> children = new TreeMap<>();
        below(values, folder).forEach((path, value) -> {
            String name = path.substring(folder.length() + 1);
            if (name.indexOf('/') < 0) {
                children.put(name, value.text());
            }
        });
        return children;
    }

    /** Forgets all below a folder, and what ran out there. */
    synchronized void deleteBelow(String folder) {
        endDue();
        below(ranOut, folder).clear();
        List.copyOf(below(values, folder).keySet()).forEach(this::take);
    }

    /** Has all run out whose time is over. */
    synchronized void endDue() {
        long now = time.nanoTime();
        Map<String, Value> due = new HashMap<>();
        values.forEach((path, value) -> {
            if (value.deadline() != null && value.deadline() - now <= 0) {
                due.put(path, value);
            }
        });
        due.forEach(this::end);
    }

    private void end(String path, Value value) {
        take(path);
        ranOut.put(path, value.text());
    }

    @CanIgnoreReturnValue
    private boolean take(String path) {
        boolean stood = values.remove(path) != null;
        if (stood) {
            tell(path);
        }
        return stood;
    }

    private void write(String path, String value, @Nullable Duration ttl) {
        values.put(path, new Value(value, ttl == null ? null : time.nanoTime() + ttl.toNanos()));
        ranOut.remove(path);
        tell(path);
    }

    private void tell(String path) {
        String folder = path.substring(0, path.lastIndexOf('/'));
        List<Runnable> concerned = new ArrayList<>();
        watchers.forEach((changed, watched) -> {
            if (watched.equals(folder)) {
                concerned.add(changed);
            }
        });
        concerned.forEach(Runnable::run);
    }

    private static <V> SortedMap<String, V> below(SortedMap<String, V> all, String folder) {
        return all.subMap(folder + "/", folder + (char) ('/' + 1));
    }
}
