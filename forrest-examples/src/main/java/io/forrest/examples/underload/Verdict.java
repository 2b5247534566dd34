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
                "sent " + clients.sent() + ", failed " + failed());
    }
}
