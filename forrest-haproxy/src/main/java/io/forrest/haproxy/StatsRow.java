package io.forrest.haproxy;

import io.forrest.Endpoint;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One line of HAProxy's statistics, its columns by their names (HAProxy Management Guide, "CSV format"). Immutable and
 * thread-safe.
 */
record StatsRow(Map<String, String> columns) {

    private static final String BACKEND = "1";
    private static final String SERVER = "2";

    /** L4, L6 or L7, and a C where the check passed under a condition. */
    private static final Set<String> GOOD_CHECKS = Set.of("L4OK", "L6OK", "L7OK", "L7OKC");

    /** Copies the columns. */
    StatsRow {
        columns = Map.copyOf(columns);
    }

    String proxy() {
        return text("pxname");
    }

    /** Returns the server's name, or FRONTEND or BACKEND. */
    String name() {
        return text("svname");
    }

    boolean isServer() {
        return text("type").equals(SERVER);
    }

    boolean isBackend() {
        return text("type").equals(BACKEND);
    }

    /** Returns the status: UP, DOWN 1/2, DRAIN, MAINT, no check ... */
    String status() {
        return text("status");
    }

    /** Returns whether it takes new requests: UP, or UP on its way down, or not checked at all. */
    boolean takesRequests() {
        return status().startsWith("UP") || status().equals("no check");
    }

    boolean isInMaintenance() {
        return status().startsWith("MAINT");
    }

    /** Returns how the last check ended: L4OK, L7STS ...; empty without checks. A check under way is marked by a star. */
    String check() {
        String check = text("check_status");
        return check.startsWith("* ") ? check.substring(2) : check;
    }

    boolean checkPassed() {
        return GOOD_CHECKS.contains(check());
    }

    /** Returns the server's address; empty where HAProxy does not show it, or it has none of its own. */
    Optional<Endpoint> endpoint() {
        String address = text("addr");
        try {
            return address.isEmpty() ? Optional.empty() : Optional.of(Endpoint.parse(address));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a Unix socket, say, or a name that is not resolved
        }
    }

    /** Returns a column; empty if there is none of that name, or nothing in it. */
    String text(String column) {
        return columns.getOrDefault(column, "");
    }

    /** Returns a column as a number; 0 if there is none of that name, or nothing in it. */
    long number(String column) {
        String text = text(column);
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }
}
