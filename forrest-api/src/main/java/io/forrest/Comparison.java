package io.forrest;

import java.time.Duration;
import java.util.Locale;

/**
 * The judge that compares new members with the old ones over the same time. It promotes a wave whose new members are well, had
 * enough requests, and answered them with hardly more errors and hardly more slowly than the old. It extends the observation while
 * there were too few requests to tell. Immutable and thread-safe.
 */
public final class Comparison implements Judge {

    static final Comparison DEFAULT = new Comparison(0.01, 0.5, 100);

    private static final int PERCENT = 100;
    private static final double NANOS_A_MILLI = 1e6;

    /** Below this a difference in time is noise, whatever part of the whole it is. */
    private static final Duration NOISE = Duration.ofMillis(5);

    private final double moreErrors;
    private final double slower;
    private final long minRequests;

    private Comparison(double moreErrors, double slower, long minRequests) {
        this.moreErrors = moreErrors;
        this.slower = slower;
        this.minRequests = minRequests;
    }

    /**
     * Sets how much higher the error rate of the new members may be. By default 0.01: one request in a hundred.
     *
     * @param share 0 to 1, the difference of the two rates
     * @return the new judge
     * @throws IllegalArgumentException if it is out of range
     */
    public Comparison moreErrors(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("moreErrors must be from 0 to 1, was " + share);
        }
        return new Comparison(share, slower, minRequests);
    }

    /**
     * Sets how much slower the new members may be, as a part of the old response time. By default 0.5: half as long again. A
     * difference of less than 5 milliseconds never counts.
     *
     * @param share 0 to 100
     * @return the new judge
     * @throws IllegalArgumentException if it is out of range
     */
    public Comparison slower(double share) {
        if (!(share >= 0 && share <= PERCENT)) {
            throw new IllegalArgumentException("slower must be from 0 to 100, was " + share);
        }
        return new Comparison(moreErrors, share, minRequests);
    }

    /**
     * Sets how many requests the new members must have been sent to be judged. By default 100.
     *
     * @param requests 1 or more
     * @return the new judge
     * @throws IllegalArgumentException if it is less than 1
     */
    public Comparison minRequests(long requests) {
        if (requests < 1) {
            throw new IllegalArgumentException("minRequests must be at least 1, was " + requests);
        }
        return new Comparison(moreErrors, slower, requests);
    }

    @Override
    public Verdict judge(WaveFacts facts) {
        Verdict alive = Judge.alive().judge(facts);
        if (alive.what() != Verdict.Decision.PROMOTE) {
            return alive;
        }
        ObservedTraffic fresh = facts.freshTraffic();
        ObservedTraffic old = facts.oldTraffic();
        if (fresh.requests() < minRequests) {
            return Verdict.extend(
                    "the new members were sent " + fresh.requests() + " requests, too few to judge: " + minRequests);
        }
        if (fresh.errorRate() > old.errorRate() + moreErrors) {
            return Verdict.rollBack("the new members fail more often: " + rate(fresh) + ", the old ones " + rate(old));
        }
        if (old.requests() > 0 && isSlower(fresh.responseTime(), old.responseTime())) {
            return Verdict.rollBack("the new members are slower: " + millis(fresh.responseTime()) + ", the old ones "
                    + millis(old.responseTime()));
        }
        return Verdict.promote();
    }

    private boolean isSlower(Duration fresh, Duration old) {
        Duration more = fresh.minus(old);
        return more.compareTo(NOISE) > 0 && more.toNanos() > old.toNanos() * slower;
    }

    private static String rate(ObservedTraffic traffic) {
        return traffic.errors() + " of " + traffic.requests() + " requests";
    }

    private static String millis(Duration time) {
        return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / NANOS_A_MILLI);
    }

    /** Returns all of it, so that it can be written down. */
    @Override
    public String toString() {
        return "noWorseThanOld " + moreErrors + " " + slower + " " + minRequests;
    }
}
