package io.forrest;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Collection;

/**
 * What a balancer sent to one or more members within some time. Immutable and thread-safe.
 *
 * @param requests how many requests
 * @param errors how many of them were answered with a 5xx, not at all, or not in time
 * @param responseTime how long they took to answer, the mean that the balancer gives of the last requests, which may be older than
 *     that time; zero where there were none
 */
public record ObservedTraffic(long requests, long errors, Duration responseTime) {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public ObservedTraffic {
        requireNonNull(responseTime, "responseTime");
        if (requests < 0 || errors < 0 || responseTime.isNegative()) {
            throw new IllegalArgumentException("traffic cannot be negative, was " + requests + " requests, " + errors
                    + " errors, " + responseTime);
        }
    }

    /**
     * Returns which part of the requests were errors.
     *
     * @return 0 to 1; 0 where there were no requests
     */
    public double errorRate() {
        return requests == 0 ? 0 : Math.min(1, (double) errors / requests);
    }

    /** Returns the sums over members, and the mean response time weighted by requests. */
    static ObservedTraffic sum(Collection<ObservedMember> members) {
        long requests = 0;
        long errors = 0;
        double nanos = 0;
        for (ObservedMember member : members) {
            ObservedTraffic traffic = member.traffic();
            if (traffic != null) {
                requests += traffic.requests();
                errors += traffic.errors();
                nanos += (double) traffic.requests() * traffic.responseTime().toNanos();
            }
        }
        return new ObservedTraffic(requests, errors, Duration.ofNanos(requests == 0 ? 0 : (long) (nanos / requests)));
    }
}
