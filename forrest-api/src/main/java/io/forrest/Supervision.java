package io.forrest;

/**
 * What an open {@link Scaler} does by itself to keep together what runs, what is announced and what was wanted. Immutable and
 * thread-safe.
 */
public final class Supervision {

    private static final Supervision WITHDRAW = new Supervision(true);
    private static final Supervision NONE = new Supervision(false);

    private final boolean active;

    private Supervision(boolean active) {
        this.active = active;
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

    /** Returns what is done, in a word. */
    @Override
    public String toString() {
        return active ? "withdraw" : "none";
    }
}
