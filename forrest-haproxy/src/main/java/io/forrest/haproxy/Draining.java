package io.forrest.haproxy;

/**
 * What the driver has seen of a server that finishes what it has. Immutable and thread-safe.
 *
 * @param since when it was first seen so, by the driver's clock
 * @param quiet how often it was seen without a session, one look after another
 */
record Draining(long since, int quiet) {

    /** One look without a session may fall between two requests of a connection that is being handed over. */
    private static final int ENOUGH = 2;

    boolean isQuiet() {
        return quiet >= ENOUGH;
    }

    Draining seen(long sessions) {
        return new Draining(since, sessions == 0 ? quiet + 1 : 0);
    }
}
