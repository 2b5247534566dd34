package io.forrest.haproxy;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** An HAProxy that says one thing after another, and the last of them for ever. Thread-safe. */
final class ScriptedSource implements StatsSource {

    /** What is said once, or not. */
    interface Line {

        Reading say() throws IOException;

        static Line table(Tables.Server... servers) {
            Reading reading = new Reading(Tables.of(servers), "1@1");
            return () -> reading;
        }

        static Line fail(String reason) {
            return () -> {
                throw new IOException(reason);
            };
        }
    }

    private final String name;
    private final Deque<Line> lines;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Optional<String> blindSpot = Optional.empty();
    private volatile List<OldWorker> oldWorkers = List.of();

    ScriptedSource(String name, Line... lines) {
        this.name = name;
        this.lines = new ArrayDeque<>(Arrays.asList(lines));
    }

    ScriptedSource blind(String what) {
        blindSpot = Optional.of(what);
        return this;
    }

    ScriptedSource oldWorker(String pid, Tables.Server... servers) {
        oldWorkers = List.of(new OldWorker(pid, Tables.of(servers)));
        return this;
    }

    int asked() {
        return asked.get();
    }

    @Override
    public Reading read() throws IOException {
        asked.incrementAndGet();
        return next().say();
    }

    private synchronized Line next() {
        return lines.size() > 1 ? lines.removeFirst() : lines.getFirst();
    }

    @Override
    public Optional<String> blindSpot(String instance, Reading current) {
        return blindSpot;
    }

    @Override
    public List<OldWorker> oldWorkers(Reading current) {
        return oldWorkers;
    }

    @Override
    public String showsAddresses() {
        return "a word";
    }

    @Override
    public String toString() {
        return name;
    }
}
