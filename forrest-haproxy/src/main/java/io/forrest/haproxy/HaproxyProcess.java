package io.forrest.haproxy;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Which process of an HAProxy answers: a reload and a restart bring another, with none of the servers that were made at run
 * time, and counters that begin anew. Immutable and thread-safe.
 *
 * @param pid its number, which may come again
 * @param started when it started, in seconds of Unix time
 */
record HaproxyProcess(long pid, long started) {

    /**
     * Reads the answer to {@code show info}.
     *
     * @throws IOException if it is anything else
     */
    static HaproxyProcess parse(String text) throws IOException {
        Map<String, String> values = new HashMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                values.put(line.substring(0, colon), line.substring(colon + 2).strip());
            }
        });
        try {
            return new HaproxyProcess(number(values, "Pid"), number(values, "Start_time_sec"));
        } catch (NumberFormatException e) {
            throw new IOException("not what HAProxy says of itself: " + Excerpt.of(text), e);
        }
    }

    private static long number(Map<String, String> values, String name) {
        return Long.parseLong(values.getOrDefault(name, ""));
    }
}
