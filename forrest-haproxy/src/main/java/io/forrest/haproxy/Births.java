package io.forrest.haproxy;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * In which process of an HAProxy an instance was first given a server. While that process serves, no other can have a session to
 * it: one that a reload put aside never knew it. Thread-safe; the lock guards the map alone.
 */
final class Births {

    /** What is forgotten makes a stop wait longer and does no other harm. */
    private static final int MOST = 10_000;

    private final Map<String, String> births = new LinkedHashMap<>();

    /** Notes that a server was made; what was noted first counts. */
    synchronized void born(String instance, String process) {
        births.putIfAbsent(instance, process);
        if (births.size() > MOST) {
            births.remove(births.keySet().iterator().next());
        }
    }

    /** Returns whether an instance never was served by another process than the given one. */
    synchronized boolean only(String instance, String process) {
        return process.equals(births.get(instance));
    }
}
