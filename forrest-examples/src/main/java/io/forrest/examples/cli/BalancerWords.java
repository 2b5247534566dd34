package io.forrest.examples.cli;

import io.forrest.Retirement;
import io.forrest.event.BalancersUnreachable;
import java.util.List;
import java.util.Locale;

/** Says what HAProxy did and did not. */
final class BalancerWords {

    private static final double NANOS = 1e9;

    private BalancerWords() {}

    /** Returns, a line each, which HAProxies were not waited for. */
    static List<String> of(BalancersUnreachable event) {
        return event.balancers().stream()
                .map(balancer -> "forrest: could not be asked about " + event.instance() + ": " + balancer)
                .toList();
    }

    /** Returns in one line how an instance was drained. */
    static String of(Retirement retirement) {
        String time = String.format(Locale.ROOT, "%.1f s", retirement.drained().toNanos() / NANOS);
        String how = retirement.sessionsCut() == 0
                ? "Drained in " + time
                : "Cut " + retirement.sessionsCut() + " sessions after " + time;
        return retirement.blindSpots().isEmpty()
                ? how
                : how + ", not seeing all: " + String.join("; ", retirement.blindSpots());
    }
}
