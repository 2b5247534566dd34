package io.forrest.spi;

import java.util.List;

/**
 * What came of waiting until an instance is drained. Immutable and thread-safe.
 *
 * @param drained whether every balancer was asked and holds no session to the instance, and will send it no other
 * @param sessions how many sessions the balancers that could be asked still hold to it; 0 if it is drained
 * @param waitingFor which balancers can be reached and are not done with it, each with what it says, in one line; empty if
 *     it is drained
 * @param unreachable which balancers could not be asked, each with the reason, in one line
 * @param blindSpots what could not be told of balancers that do answer, so that the whole time was waited, each in one line
 */
public record Drained(
        boolean drained, int sessions, List<String> waitingFor, List<String> unreachable, List<String> blindSpots) {

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if the count is negative
     */
    public Drained {
        if (sessions < 0) {
            throw new IllegalArgumentException("sessions must not be negative, was " + sessions);
        }
        waitingFor = List.copyOf(waitingFor);
        unreachable = List.copyOf(unreachable);
        blindSpots = List.copyOf(blindSpots);
    }
}
