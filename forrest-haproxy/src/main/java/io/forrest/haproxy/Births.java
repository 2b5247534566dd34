package io.forrest.haproxy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * In which process of an HAProxy an instance was first given a server. While that process serves, no other can have a session to
 * it: one that a reload put aside never knew it. Only of instances that came while the driver listened can that be told. Thread-safe;
 * the lock guards the map alone.
 */
final class Births {

    /** Of those that are forgotten nothing is told any more, which makes a stop wait longer and does no other harm. */
    private static final int MOST = 10_000;

    private final Map<String, Birth> births = new LinkedHashMap<>();
    private long forgotten;

    private record Birth(long arrival, String process) {}

    /**
     * Notes that a server was made; what was noted first counts.
     *
     * @param arrival with which arrival the instance came; empty if it was there before
     */
    synchronized void born(String instance, OptionalLong arrival, String process) {
        if (arrival.isEmpty() || arrival.getAsLong() <= forgotten || births.containsKey(instance)) {
            return;
        }
        births.put(instance, new Birth(arrival.getAsLong(), process));
        if (births.size() > MOST) {
            var eldest = births.entrySet().iterator().next();
            forgotten = Math.max(forgotten, eldest.getValue().arrival());
            births.remove(eldest.getKey());
        }
    }

    /** Returns whether an instance never was served by another process than the given one. */
    synchronized boolean only(String instance, String process) {
        Birth birth = births.get(instance);
        return birth != null && birth.process().equals(process);
    }
}
