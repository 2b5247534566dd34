package io.forrest.haproxy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The workers of a master by their process ids, as {@code show proc} lists them (HAProxy Management Guide, "show proc").
 * Immutable and thread-safe.
 *
 * @param current those that take new connections: one, but for the moment in which a reload changes it
 * @param old those that a reload has left behind, and that have not ended
 */
record Workers(List<String> current, List<String> old) {

    private static final String HEAD = "#<PID>";
    private static final String CURRENT = "# workers";
    private static final String OLD = "# old workers";

    /** Copies the lists. */
    Workers {
        current = List.copyOf(current);
        old = List.copyOf(old);
    }

    /**
     * Reads a list. Programs, and whatever else a master may run, are passed over.
     *
     * @throws IOException if it is anything else
     */
    static Workers parse(String text) throws IOException {
        if (!text.startsWith(HEAD)) {
            throw new IOException("not a master's list of processes: " + Excerpt.of(text));
        }
        List<String> current = new ArrayList<>();
        List<String> old = new ArrayList<>();
        String section = "";
        for (String line : text.lines().toList()) {
            String[] fields = line.strip().split("\\s+", -1);
            if (line.startsWith("#")) {
                section = line.strip();
            } else if (fields.length > 1 && fields[0].matches("\\d+") && fields[1].equals("worker")) {
                if (section.equals(CURRENT)) {
                    current.add(fields[0]);
                } else if (section.equals(OLD)) {
                    old.add(fields[0]);
                }
            }
        }
        return new Workers(current, old);
    }
}
