package io.forrest.haproxy;

import io.forrest.Traffic;
import io.forrest.haproxy.StatsSource.Reading;
import io.forrest.haproxy.TrafficLedger.Count;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Adds up what several HAProxies, and several backends of theirs, say of each instance: of whatever has its name. */
final class TrafficReport {

    private static final String ABSENT = "absent";

    private TrafficReport() {}

    /** Returns the traffic of each instance that one of the readings has a server for, by its name. */
    static Map<String, Traffic> of(Collection<Reading> readings, BackendScope scope, Map<String, Count> totals) {
        List<Map<String, List<StatsRow>>> tables = readings.stream()
                .flatMap(reading -> scope.each().stream().map(part -> byInstance(reading.table(), part)))
                .toList();
        Map<String, Traffic> traffic = new TreeMap<>();
        for (Map<String, List<StatsRow>> table : tables) {
            for (String instance : table.keySet()) {
                traffic.computeIfAbsent(
                        instance,
                        name -> traffic(
                                tables.stream()
                                        .map(rows -> rows.getOrDefault(name, List.of()))
                                        .toList(),
                                totals.getOrDefault(name, Count.NONE)));
            }
        }
        return Collections.unmodifiableMap(traffic);
    }

    private static Map<String, List<StatsRow>> byInstance(StatsTable table, BackendScope scope) {
        return scope.servers(table)
                .filter(row -> ServerName.instance(row.name()).isPresent())
                .collect(Collectors.groupingBy(
                        row -> ServerName.instance(row.name()).orElseThrow()));
    }

    private static Traffic traffic(List<List<StatsRow>> tables, Count total) {
        List<StatsRow> rows = tables.stream().flatMap(List::stream).toList();
        boolean serving = tables.stream()
                .allMatch(table -> !table.isEmpty() && table.stream().allMatch(ServerRows::isSentRequests));
        String state = tables.stream().flatMap(TrafficReport::states).distinct().collect(Collectors.joining("/"));
        long sessions = rows.stream().mapToLong(row -> row.number("scur")).sum();
        return new Traffic(
                serving,
                state,
                (int) Math.min(sessions, Integer.MAX_VALUE),
                total.requests(),
                total.errors(),
                responseTime(rows));
    }

    private static Stream<String> states(List<StatsRow> table) {
        // without the count of checks, "UP 1/3", which has a slash of its own, or what the maintenance is for
        return table.isEmpty()
                ? Stream.of(ABSENT)
                : table.stream().map(row -> row.status().replaceFirst(" [\\d(].*", ""));
    }

    /** Returns the mean of the servers' means, each counting as much as its requests. */
    private static Duration responseTime(List<StatsRow> rows) {
        double requests = 0;
        double millis = 0;
        for (StatsRow row : rows) {
            long count = Count.of(row).requests();
            requests += count;
            millis += (double) count * row.number("rtime");
        }
        return requests == 0 ? Duration.ZERO : Duration.ofNanos(Math.round(millis / requests * 1_000_000));
    }
}
