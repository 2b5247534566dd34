package io.forrest.haproxy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * HAProxy's statistics, as {@code show stat} and the page's CSV both give them (HAProxy Management Guide, "CSV format"). The
 * columns grow with every version, so they are found by name. Immutable and thread-safe.
 */
record StatsTable(List<StatsRow> rows) {

    private static final String HEAD = "# ";

    /** Without them a row would read as that of another kind, or of another state. */
    private static final List<String> ESSENTIAL = List.of("type", "status");

    /** Copies the rows. */
    StatsTable {
        rows = List.copyOf(rows);
    }

    /**
     * Reads a table.
     *
     * @throws IOException if it is anything else, or does not come to its end
     */
    static StatsTable parse(String text) throws IOException {
        if (!text.startsWith(HEAD + "pxname,svname,")) {
            throw new IOException("not HAProxy's statistics: " + Excerpt.of(text));
        }
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        List<String> names = fields(lines.get(0).substring(HEAD.length()));
        if (!names.containsAll(ESSENTIAL)) {
            throw new IOException("HAProxy's statistics need the columns " + ESSENTIAL + ": " + Excerpt.of(text));
        }
        List<StatsRow> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            rows.add(row(names, fields(line)));
        }
        if (rows.isEmpty()) { // half the names, say: no HAProxy is without a proxy
            throw new IOException("HAProxy's statistics have no line below their head");
        }
        StatsTable table = new StatsTable(rows);
        table.requireWhole();
        return table;
    }

    private static StatsRow row(List<String> names, List<String> fields) throws IOException {
        if (fields.size() > names.size()) {
            throw new IOException(
                    "a line of HAProxy's statistics has " + fields.size() + " columns of " + names.size());
        }
        if (fields.size() < names.size()) {
            throw new IOException(
                    "HAProxy's statistics end within a line: " + fields.size() + " columns of " + names.size());
        }
        Map<String, String> columns = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            if (!fields.get(i).isEmpty()) {
                columns.put(names.get(i), fields.get(i));
            }
        }
        return new StatsRow(columns);
    }

    /** Sees to it that each proxy with servers has the line that closes it: without it the rest is missing. */
    private void requireWhole() throws IOException {
        Set<String> open = new HashSet<>();
        for (StatsRow row : rows) {
            if (row.isServer()) {
                open.add(row.proxy());
            } else if (row.isBackend()) {
                open.remove(row.proxy());
            }
        }
        if (!open.isEmpty()) {
            throw new IOException("HAProxy's statistics end within " + open);
        }
    }

    /** Returns the fields of a line; those with commas or quotes stand in quotes, a quote among them doubled. */
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
