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

    /** Returns why workers that a reload has left behind cannot be seen; empty if they can. */
    Optional<String> blindSpot();

    /**
     * Returns the workers that a reload has left behind. Asked for only where there is no blind spot.
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
