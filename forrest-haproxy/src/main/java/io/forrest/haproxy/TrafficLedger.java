package io.forrest.haproxy;

import io.forrest.haproxy.StatsSource.Reading;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps counts that never go back of counters that do: HAProxy's begin again with each process, with a server that is
 * deleted and added again, and by {@code clear counters all}. What was counted when they did is settled, by instance; what
 * HAProxy counts now comes on top of it. Requests between the last reading and such a moment are lost. Thread-safe.
 */
final class TrafficLedger {

    /** Of that many instances the settled counts are kept, those longest not seen being dropped first. */
    private static final int MOST_INSTANCES = 10_000;

    private static final float LOAD_FACTOR = 0.75f;

    private final BackendScope scope;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Count> settled = new LinkedHashMap<>(16, LOAD_FACTOR, true);
    private final Map<StatsSource, Page> pages = new HashMap<>();

    /** What one server was sent, all being well or not. */
    record Count(long requests, long errors) {

        static final Count NONE = new Count(0, 0);

        /**
         * Returns what a row counts. Of requests: HAProxy's choices of a server (lbtot) leave out those of persistent sessions,
         * answers (req_tot) what was not answered, and sessions (stot) count each attempt to connect. Of errors: answers 5xx, no
         * answer, no connection; 3.0 counts an answer that does not come twice.
         */
        static Count of(StatsRow row) {
            boolean http = row.text("mode").equals("http");
            return new Count(
                    http ? Math.max(row.number("lbtot"), row.number("req_tot")) : row.number("stot"),
                    row.number("hrsp_5xx") + row.number("eresp") + row.number("econ"));
        }

        Count plus(Count other) {
            return new Count(requests + other.requests, errors + other.errors);
        }

        boolean isBelow(Count other) {
            return requests < other.requests || errors < other.errors;
        }
    }

    private record Line(String instance, Count count) {}

    /** What one HAProxy counted when it was read last. */
    private record Page(long version, String process, Map<String, Line> lines) {

        static final Page EMPTY = new Page(0, "", Map.of());
    }

    TrafficLedger(BackendScope scope) {
        this.scope = scope;
    }

    /** Returns what to hand to {@link #enter}; to be asked for before the HAProxy is read. */
    long version(StatsSource source) {
        lock.lock();
        try {
            return page(source).version();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Enters what was read. A reading that was under way while another was entered may be older than that, and its counters
     * would look as if they had begun again: it is passed over.
     */
    void enter(StatsSource source, long version, Reading reading) {
        Map<String, Line> lines = lines(reading);
        lock.lock();
        try {
            Page last = page(source);
            if (last.version() != version) {
                return;
            }
            boolean sameProcess = last.process().equals(reading.process());
            last.lines().forEach((server, line) -> {
                Line now = lines.get(server);
                if (!sameProcess || now == null || now.count().isBelow(line.count())) {
                    settle(line);
                }
            });
            // reading them puts them last in the order in which they are dropped
            lines.values().forEach(line -> settled.get(line.instance()));
            pages.put(source, new Page(version + 1, reading.process(), lines));
        } finally {
            lock.unlock();
        }
    }

    private Map<String, Line> lines(Reading reading) {
        Map<String, Line> lines = new HashMap<>();
        scope.servers(reading.table())
                .forEach(row -> ServerName.instance(row.name())
                        .ifPresent(instance ->
                                lines.put(row.proxy() + "/" + row.name(), new Line(instance, Count.of(row)))));
        return lines;
    }

    private void settle(Line line) {
        settled.merge(line.instance(), line.count(), Count::plus);
        if (settled.size() > MOST_INSTANCES) {
            settled.remove(settled.keySet().iterator().next());
        }
    }

    private Page page(StatsSource source) {
        return pages.getOrDefault(source, Page.EMPTY);
    }

    /** Returns what each instance was sent, by its name, also by an HAProxy that cannot be asked any more. */
    Map<String, Count> totals() {
        lock.lock();
        try {
            Map<String, Count> totals = new HashMap<>(settled);
            List.copyOf(pages.values())
                    .forEach(page -> page.lines()
                            .values()
                            .forEach(line -> totals.merge(line.instance(), line.count(), Count::plus)));
            return totals;
        } finally {
            lock.unlock();
        }
    }
}
