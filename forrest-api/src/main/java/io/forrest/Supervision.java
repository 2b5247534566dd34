package io.forrest;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What an open {@link Scaler} does by itself to keep together what runs, what is announced and what was wanted. Immutable and
 * thread-safe.
 */
public final class Supervision {

    private static final Supervision WITHDRAW = new Supervision(true, 0, Duration.ZERO);
    private static final Supervision NONE = new Supervision(false, 0, Duration.ZERO);
    private static final int MAX_REPLACED = 100_000;
    private static final Duration MAX_PER = Duration.ofDays(1);

    private final boolean active;
    private final int atMost;
    private final Duration per;

    private Supervision(boolean active, int atMost, Duration per) {
        this.active = active;
        this.atMost = atMost;
        this.per = per;
    }

    /**
     * Returns the supervision that withdraws what cannot serve, and announces again what can: an instance whose container ended,
     * was removed, or fails its HEALTHCHECK is out of the registry until it is well, one that was restarted is announced where
     * it answers now, and a key or record that was lost is written again. Nothing is launched, and nothing is stopped but
     * what somebody had begun to take back, or did not end to launch in time.
     *
     * @return the default
     */
    public static Supervision withdraw() {
        return WITHDRAW;
    }

    /**
     * Returns the supervision that does what {@link #withdraw()} does, and launches a successor for what died: a fleet is brought
     * back to its recorded size from its recorded template, and an instance outside of any fleet is launched anew as the launch
     * that it came from, by the scaler that launched it. What somebody stopped is not replaced, save in a fleet, where the size
     * is what is wanted. The container of the dead is removed. Replacing needs the fleet's lease, so that of several scalers one
     * does it.
     *
     * <p>The first successor is launched a second after the death, so that a container that is merely restarted is not taken for
     * dead, and each further one of the same app after twice the time of the one before, up to a minute, until a successor has lived for
     * that long. Past the budget nothing is launched until there is room in it again, and that is told once by {@link
     * io.forrest.event.ReplacingSuspended}.
     *
     * @param atMost how many successors of one app, 1 to 100,000
     * @param per within how long, 1 second to 1 day
     * @return the supervision
     * @throws IllegalArgumentException if one is out of range
     */
    public static Supervision replace(int atMost, Duration per) {
        requireNonNull(per, "per");
        if (atMost < 1 || atMost > MAX_REPLACED) {
            throw new IllegalArgumentException("atMost must be from 1 to 100000, was " + atMost);
        }
        if (per.compareTo(Duration.ofSeconds(1)) < 0 || per.compareTo(MAX_PER) > 0) {
            throw new IllegalArgumentException("per must be from 1 second to 1 day, was " + per);
        }
        return new Supervision(true, atMost, per);
    }

    /**
     * Returns the supervision that does nothing: {@link Scaler#reconcile()} does what it would, when it is called.
     *
     * @return no supervision
     */
    public static Supervision none() {
        return NONE;
    }

    /**
     * Returns whether anything is done.
     *
     * @return false for {@link #none()}
     */
    public boolean active() {
        return active;
    }

    /**
     * Returns how many successors of one app may be launched within {@link #per()}.
     *
     * @return 0 if none ever is
     */
    public int atMost() {
        return atMost;
    }

    /**
     * Returns the time that {@link #atMost()} is counted over.
     *
     * @return zero if nothing is replaced
     */
    public Duration per() {
        return per;
    }

    /** Returns what is done, in a word, and the budget where there is one. */
    @Override
    public String toString() {
        if (atMost > 0) {
            return "replace at most " + atMost + " per " + per;
        }
        return active ? "withdraw" : "none";
    }
}
