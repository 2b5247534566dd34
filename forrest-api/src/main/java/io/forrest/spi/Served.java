package io.forrest.spi;

import java.util.List;

/**
 * What came of waiting until an instance is served. Immutable and thread-safe.
 *
 * @param serving whether at least one balancer can be reached, and each that can serves the instance
 * @param waitingFor which balancers can be reached and do not serve it, each with what it says, in one line; empty if it is
 *     served
 * @param unreachable which balancers could not be asked, each with the reason, in one line
 * @param blindSpots what could not be told of balancers that do answer, each in one line
 */
public record Served(boolean serving, List<String> waitingFor, List<String> unreachable, List<String> blindSpots) {

    /** Copies the lists. */
    public Served {
        waitingFor = List.copyOf(waitingFor);
        unreachable = List.copyOf(unreachable);
        blindSpots = List.copyOf(blindSpots);
    }
}
