package io.forrest.examples.underload;

import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.List;

/** Load on two HAProxies, and what counts its failures. Not thread-safe; confine it to one thread. */
final class Watched {

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration RELOAD = Duration.ofSeconds(1);

    /** A line is written after the answer that it is about. */
    private static final Duration LAST_LINES = Duration.ofMillis(500);

    private final TwoHaproxies haproxies;
    private final List<FrontendCounters> counters;
    private final Repeatedly looks;
    private final Repeatedly reloads;
    private final Load load;
    private final boolean reloading;

    private Watched(
            TwoHaproxies haproxies,
            List<FrontendCounters> counters,
            Repeatedly looks,
            Repeatedly reloads,
            Load load,
            boolean reloading) {
        this.haproxies = haproxies;
        this.counters = counters;
        this.looks = looks;
        this.reloads = reloads;
        this.load = load;
        this.reloading = reloading;
    }

    /**
     * Starts it.
     *
     * @param teardown takes charge of it
     * @param generator makes the load
     * @param haproxies take it
     * @param reloading whether each is reloaded every second
     */
    static Watched begin(Teardown teardown, LoadGenerator generator, TwoHaproxies haproxies, boolean reloading) {
        List<FrontendCounters> counters = haproxies.both().stream()
                .map(haproxy -> new FrontendCounters(haproxy.statistics()))
                .toList();
        Repeatedly looks = teardown.start(
                () -> Repeatedly.start("counters", LOOK, () -> counters.forEach(FrontendCounters::look)));
        Load load = teardown.start(() -> Load.start(generator, haproxies.frontends()));
        Repeatedly reloads = teardown.start(() -> Repeatedly.start("reloads", RELOAD, () -> {
            if (reloading) {
                haproxies.both().forEach(LocalHaproxy::reload);
            }
        }));
        return new Watched(haproxies, counters, looks, reloads, load, reloading);
    }

    /** Returns how often each HAProxy was reloaded, at least. */
    int reloads() {
        return haproxies.reloads();
    }

    /** Ends it and returns what was counted. */
    Verdict end() throws InterruptedException {
        reloads.close();
        Tally clients = load.end();
        TimeSource.system().sleep(LAST_LINES);
        looks.close();
        counters.forEach(FrontendCounters::look);
        return new Verdict(
                clients,
                new Verdict.Counted(
                        counters.stream().mapToLong(FrontendCounters::requests).sum(),
                        counters.stream().mapToLong(FrontendCounters::failed).sum(),
                        reloading),
                haproxies.log());
    }
}
