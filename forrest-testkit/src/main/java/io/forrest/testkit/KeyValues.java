package io.forrest.testkit;

import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Texts by paths, changed as etcd changes them. Thread-safe. */
final class KeyValues {

    private final TreeMap<String, String> values = new TreeMap<>();

    synchronized @Nullable String get(String path) {
        return values.get(path);
    }

    synchronized void put(String path, String value) {
        values.put(path, value);
    }

    synchronized void delete(String path) {
        values.remove(path);
    }

    /** Returns the value that stood there already; null: the new one does now. */
    synchronized @Nullable String putIfAbsent(String path, String value) {
        return values.putIfAbsent(path, value);
    }

    synchronized boolean compareAndSet(String path, @Nullable String expected, String value) {
        if (!Objects.equals(values.get(path), expected)) {
            return false;
        }
        values.put(path, value);
        return true;
    }

    synchronized boolean remove(String path, String expected) {
        return values.remove(path, expected);
    }

    /** Returns what stands directly in a folder, hidden folders being no values. */
    synchronized SortedMap<String, String> children(String folder) {
        SortedMap<String, String> children = new TreeMap<>();
        below(folder).forEach((path, value) -> {
            String name = path.substring(folder.length() + 1);
            if (name.indexOf('/') < 0) {
                children.put(name, value);
            }
        });
        return children;
    }

    synchronized void deleteBelow(String folder) {
        below(folder).clear();
    }

    private SortedMap<String, String> below(String folder) {
        return values.subMap(folder + "/", folder + (char) ('/' + 1));
    }
}
