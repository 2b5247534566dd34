package io.forrest.haproxy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an HAProxy said of itself and its servers at one moment. Immutable and thread-safe.
 *
 * @param process which process answered
 * @param state the servers' state
 * @param statistics the servers' and backends' statistics
 */
record Look(String process, ServersState state, StatsTable statistics) {

    /** Looks at an HAProxy. */
    static Look at(HaproxySocket socket) throws IOException {
        ServersState state = ServersState.parse(socket.ask("show servers state"));
        StatsSource.Reading reading = StatsSocket.reading(socket.ask(StatsSocket.QUESTION));
        return new Look(reading.process(), state, reading.table());
    }

    /** Returns the servers of the driver's in a backend. */
    List<Server> servers(String backend) {
        Map<String, StatsRow> rows = new HashMap<>();
        statistics.rows().stream()
                .filter(row -> row.isServer() && row.proxy().equals(backend))
                .forEach(row -> rows.put(row.name(), row));
        List<Server> servers = new ArrayList<>();
        for (ServersState.Row row : state.rows()) {
            Optional<String> instance = ServerName.drivenInstance(row.name());
            if (row.backend().equals(backend) && instance.isPresent()) {
                servers.add(server(instance.get(), row, rows.get(row.name())));
            }
        }
        return servers;
    }

    /** Joins what two answers say of a server. Without the second nobody knows of its sessions: it counts as busy. */
    private static Server server(String instance, ServersState.Row state, @Nullable StatsRow statistics) {
        return new Server(
                instance,
                state.endpoint(),
                state.weight(),
                state.mode(),
                state.running(),
                statistics != null && statistics.checkPassed(),
                statistics == null ? 1 : statistics.number("scur"));
    }
}
