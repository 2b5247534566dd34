package io.forrest.examples.underload;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** Two HAProxies on this host that stand side by side. Thread-safe. */
final class TwoHaproxies implements AutoCloseable {

    private final LocalHaproxy first;
    private final LocalHaproxy second;

    private TwoHaproxies(LocalHaproxy first, LocalHaproxy second) {
        this.first = first;
        this.second = second;
    }

    /**
     * Starts both.
     *
     * @param directory where their files go, each in a folder of its own
     */
    static TwoHaproxies start(Path directory) throws InterruptedException {
        LocalHaproxy first = LocalHaproxy.start(directory.resolve("haproxy-1"));
        try {
            return new TwoHaproxies(first, LocalHaproxy.start(directory.resolve("haproxy-2")));
        } catch (RuntimeException | InterruptedException e) {
            first.close();
            throw e;
        }
    }

    List<LocalHaproxy> both() {
        return List.of(first, second);
    }

    /** Returns where they take requests. */
    List<URI> frontends() {
        return both().stream().map(LocalHaproxy::frontend).toList();
    }

    /** Returns how often both were reloaded, at least. */
    int reloads() {
        return Math.min(first.reloads(), second.reloads());
    }

    /** Returns what both logged. */
    RequestLog log() {
        return first.log().plus(second.log());
    }

    @Override
    public void close() {
        try (second;
                first) {
            // ended in the reverse order, each whatever became of the other
        }
    }
}
