package io.forrest;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * What was seen of a fleet while a wave of a rollout was observed. Immutable and thread-safe.
 *
 * @param app the fleet's app
 * @param wave which wave it is, the first 1
 * @param waves how many there are
 * @param observed how long it has been observed, all extensions together
 * @param extensions how often the observation was extended
 * @param fresh the members with the new template
 * @param old the members with the old template
 */
public record WaveFacts(
        String app,
        int wave,
        int waves,
        Duration observed,
        int extensions,
        List<ObservedMember> fresh,
        List<ObservedMember> old) {

    /** Copies the lists. */
    public WaveFacts {
        requireNonNull(app, "app");
        requireNonNull(observed, "observed");
        fresh = List.copyOf(fresh);
        old = List.copyOf(old);
    }

    /**
     * Returns what the balancer sent to the new members together.
     *
     * @return the sums, and the mean response time weighted by requests
     */
    public ObservedTraffic freshTraffic() {
        return ObservedTraffic.sum(fresh);
    }

    /**
     * Returns what the balancer sent to the old members together.
     *
     * @return the sums, and the mean response time weighted by requests
     */
    public ObservedTraffic oldTraffic() {
        return ObservedTraffic.sum(old);
    }
}
