package io.forrest.haproxy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** One HAProxy, as its statistics show it; its text is its URI. Thread-safe. */
interface StatsSource {

    /**
     * Returns what it says now. Blocks for some 2 s at most.
     *
     * @throws IOException if it cannot be asked, or says anything else; the message says why, in one line
     */
    Reading read() throws IOException;

    /**
     * Returns why workers that a reload has left behind, and that may have sessions to an instance, cannot be seen; empty if
     * they can, or there are none.
     *
     * @param instance the instance's name
     * @param current what was read before
     */
    Optional<String> blindSpot(String instance, Reading current);

    /** Returns what keeps it from serving what it should, as far as this process knows. */
    default Optional<String> trouble() {
        return Optional.empty();
    }

    /**
     * Returns the workers that a reload has left behind; none where they cannot be seen.
     *
     * @param current what was read before; a worker that was reloaded since is among those returned
     * @throws IOException if they cannot be told
     */
    List<OldWorker> oldWorkers(Reading current) throws IOException;

    /** Returns what makes it show the addresses of servers, for the message. */
    String showsAddresses();

    /**
     * What it says.
     *
     * @param process what tells this process from one before it; empty where that cannot be told
     */
    record Reading(StatsTable table, String process) {}

    /** What a worker says that finishes its sessions and then ends. What it serves it cannot change any more. */
    record OldWorker(String pid, StatsTable table) {}
}
