package io.forrest.examples.underload;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * Two HAProxies on this host that stand side by side. Immutable and thread-safe.
 *
 * @param first the one
 * @param second the other
 */
record TwoHaproxies(LocalHaproxy first, LocalHaproxy second) {

    /**
     * Starts both and returns once they take commands.
     *
     * @param teardown ends them
     * @param directory where their files go, each in a folder of its own
     */
    static TwoHaproxies start(Teardown teardown, Path directory) throws InterruptedException {
        return new TwoHaproxies(
                LocalHaproxy.start(teardown, directory.resolve("haproxy-1")),
                LocalHaproxy.start(teardown, directory.resolve("haproxy-2")));
    }

    List<LocalHaproxy> both() {
        return List.of(first, second);
    }

    /** Returns where they take requests. */
    List<URI> frontends() {
        return both().stream().map(LocalHaproxy::frontend).toList();
    }

    /** Returns how often each was reloaded, at least. */
    int reloads() {
        return Math.min(first.reloads(), second.reloads());
    }

    /** Returns what both logged. */
    RequestLog log() {
        return first.log().plus(second.log());
    }
}
