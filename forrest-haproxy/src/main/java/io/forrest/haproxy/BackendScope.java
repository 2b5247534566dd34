package io.forrest.haproxy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which servers of a table count: those of some backends, each of which is to have an instance's server, or those of all, of
 * which one is enough. Immutable and thread-safe.
 *
 * @param backends the backends; none: all
 */
record BackendScope(Set<String> backends) {

    static final BackendScope ALL = new BackendScope(Set.of());

    /** Copies the set. */
    BackendScope {
        backends = Set.copyOf(backends);
    }

    /** Returns the scope of one backend. */
    static BackendScope of(String backend) {
        return new BackendScope(Set.of(backend));
    }

    /** Returns the scopes that each are to have an instance's server. */
    List<BackendScope> each() {
        return backends.isEmpty()
                ? List.of(this)
                : backends.stream().map(BackendScope::of).toList();
    }

    /** Returns the servers that count. */
    Stream<StatsRow> servers(StatsTable table) {
        return table.rows().stream().filter(this::includes);
    }

    /** Returns whether a row is that of a server that counts. */
    boolean includes(StatsRow row) {
        return row.isServer() && (backends.isEmpty() || backends.contains(row.proxy()));
    }

    /** Returns a backend whose servers count, if a table has none of that name. */
    Optional<String> missingIn(StatsTable table) {
        Set<String> present = table.rows().stream()
                .filter(StatsRow::isBackend)
                .map(StatsRow::proxy)
                .collect(Collectors.toSet());
        return backends.stream().filter(name -> !present.contains(name)).findFirst();
    }
}
