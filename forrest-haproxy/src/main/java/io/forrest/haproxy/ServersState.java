package io.forrest.haproxy;

import io.forrest.Endpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code show servers state} tells: the columns by their names, since versions add some (HAProxy Management Guide, "show
 * servers state"). Immutable and thread-safe.
 */
record ServersState(List<Row> rows) {

    private static final String VERSION = "1";
    private static final String HEAD = "# ";

    /** Copies the rows. */
    ServersState {
        rows = List.copyOf(rows);
    }

    /**
     * A server's state. Immutable and thread-safe.
     *
     * @param backend its backend
     * @param name its name
     * @param endpoint its address and port; null if it has none, or no IP address
     * @param running whether it is taken for alive
     * @param admin the bits of what was asked of it by configuration and commands
     * @param weight the weight that it was given last
     */
    record Row(String backend, String name, @Nullable Endpoint endpoint, boolean running, int admin, int weight) {

        /** Forced, inherited, or for want of an address. 0x04 is what the configuration once said, and no state. */
        private static final int MAINTENANCE = 0x01 | 0x02 | 0x20;

        private static final int DRAINING = 0x08 | 0x10;

        Server.Mode mode() {
            if ((admin & MAINTENANCE) != 0) {
                return Server.Mode.MAINTENANCE;
            }
            return (admin & DRAINING) != 0 ? Server.Mode.DRAINING : Server.Mode.READY;
        }
    }

    /**
     * Reads the answer.
     *
     * @throws IOException if it is anything else
     */
    static ServersState parse(String text) throws IOException {
        List<String> lines = text.lines().toList();
        if (lines.size() < 2 || !lines.get(0).equals(VERSION) || !lines.get(1).startsWith(HEAD + "be_id be_name ")) {
            throw new IOException("not the state of servers: " + Excerpt.of(text));
        }
        String[] names = lines.get(1).substring(HEAD.length()).split(" ", -1);
        List<Row> rows = new ArrayList<>();
        for (String line : lines.subList(2, lines.size())) {
            if (!line.isBlank()) {
                rows.add(row(names, line));
            }
        }
        return new ServersState(rows);
    }

    private static Row row(String[] names, String line) throws IOException {
        String[] fields = line.split(" ", -1);
        Map<String, String> columns = new HashMap<>();
        for (int i = 0; i < Math.min(names.length, fields.length); i++) {
            columns.put(names[i], fields[i]);
        }
        try {
            return new Row(
                    text(columns, "be_name"),
                    text(columns, "srv_name"),
                    endpoint(text(columns, "srv_addr"), number(columns, "srv_port")),
                    number(columns, "srv_op_state") == 2,
                    number(columns, "srv_admin_state"),
                    number(columns, "srv_uweight"));
        } catch (IllegalArgumentException e) {
            throw new IOException("not the state of a server: " + Excerpt.of(line), e);
        }
    }

    private static String text(Map<String, String> columns, String name) {
        String text = columns.get(name);
        if (text == null) {
            throw new IllegalArgumentException("no " + name);
        }
        return text;
    }

    private static int number(Map<String, String> columns, String name) {
        return Integer.parseInt(text(columns, name));
    }

    /** Returns the endpoint; a server without an address of its own shows a dash, one that is not resolved a wildcard. */
    private static @Nullable Endpoint endpoint(String address, int port) {
        try {
            return Endpoint.of(address, port);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
