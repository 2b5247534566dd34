package io.forrest.examples.underload;

import java.util.List;

/**
 * What came of a run: the clients' count, HAProxy's counters, HAProxy's logs. The highest count of failures counts. Immutable
 * and thread-safe.
 *
 * @param clients what the clients counted
 * @param counters what the frontends counted
 * @param log what the workers logged
 */
record Verdict(Tally clients, Counted counters, RequestLog log) {

    /**
     * What HAProxy counted. Immutable and thread-safe.
     *
     * @param requests how many requests
     * @param failed how many of them it answered with a 5xx
     * @param partial whether some are missing, because workers ended meanwhile
     */
    record Counted(long requests, long failed, boolean partial) {}

    static final Verdict NOTHING = new Verdict(Tally.NOTHING, new Counted(0, 0, false), new RequestLog(0, 0));

    /** Returns it with what HAProxy counted and logged before left out; its clients are others, who began at zero. */
    Verdict since(Verdict before) {
        return new Verdict(
                clients,
                new Counted(
                        counters.requests() - before.counters.requests(),
                        counters.failed() - before.counters.failed(),
                        counters.partial()),
                new RequestLog(log.requests() - before.log.requests(), log.failed() - before.log.failed()));
    }

    /** Returns what came of both. */
    Verdict plus(Verdict next) {
        return new Verdict(
                clients.plus(next.clients),
                new Counted(
                        counters.requests() + next.counters.requests(),
                        counters.failed() + next.counters.failed(),
                        counters.partial() || next.counters.partial()),
                log.plus(next.log));
    }

    /** Returns whether no request failed, and so many were sent at least. */
    boolean isGood(long least) {
        return failed() == 0 && clients.sent() >= least;
    }

    long failed() {
        return Math.max(clients.failed(), Math.max(counters.failed(), log.failed()));
    }

    /** Returns it for a person; the last line is for a program, too. */
    List<String> lines() {
        String partial = counters.partial() ? " (each worker's until shortly before its end)" : "";
        return List.of(
                "  the clients sent " + clients.sent() + ", of which failed " + clients.failed()
                        + (clients.words().isEmpty() ? "" : ": " + String.join("; ", clients.words())),
                "  HAProxy's counters have " + counters.requests() + ", of which failed " + counters.failed() + partial,
                "  HAProxy's logs have " + log.requests() + ", of which failed " + log.failed(),
                words());
    }

    /** Returns it in a few words. */
    String words() {
        return "sent " + clients.sent() + ", failed " + failed();
    }
}
