package io.forrest.haproxy;

import io.forrest.Endpoint;
import io.forrest.spi.Announcement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The servers of one table that stand for one instance, and what they say of it. Immutable and thread-safe.
 *
 * @param instance the instance's name
 * @param candidates those at the instance's address, or at one that is not shown
 * @param elsewhere those at another address: of an instance that had the name before, say
 * @param missing the backend that was to be looked at, if there is none of that name
 */
record ServerRows(
        String instance,
        List<StatsRow> candidates,
        List<StatsRow> elsewhere,
        @Nullable String missing) {

    /** Copies the lists. */
    ServerRows {
        candidates = List.copyOf(candidates);
        elsewhere = List.copyOf(elsewhere);
    }

    /** Returns the servers that stand for an announced instance, for each backend that is to have one. */
    static List<ServerRows> each(StatsTable table, BackendScope scope, Announcement announcement) {
        return scope.each().stream().map(part -> of(table, part, announcement)).toList();
    }

    /** Returns the servers, of those that count, that stand for an announced instance. */
    static ServerRows of(StatsTable table, BackendScope scope, Announcement announcement) {
        List<StatsRow> named = scope.servers(table)
                .filter(row -> ServerName.instance(row.name())
                        .filter(announcement.name()::equals)
                        .isPresent())
                .toList();
        return new ServerRows(
                announcement.name(),
                named.stream()
                        .filter(row -> mayBeAt(row, announcement.endpoint()))
                        .toList(),
                named.stream()
                        .filter(row -> !mayBeAt(row, announcement.endpoint()))
                        .toList(),
                scope.missingIn(table).orElse(null));
    }

    private static boolean mayBeAt(StatsRow row, Endpoint endpoint) {
        return isAddressHidden(row) || row.endpoint().filter(endpoint::equals).isPresent();
    }

    private static boolean isAddressHidden(StatsRow row) {
        return row.text("addr").isEmpty();
    }

    /** Returns whether HAProxy sends a server requests: weight 0 is for those of persistent sessions alone. */
    static boolean isSentRequests(StatsRow row) {
        return row.takesRequests() && row.number("weight") > 0;
    }

    /** Returns why the instance is not served; empty if it is. */
    Optional<String> notServing() {
        if (missing != null) {
            return Optional.of("has no backend " + missing);
        }
        if (candidates.isEmpty()) {
            return Optional.of(elsewhere.isEmpty() ? instance + " is absent" : wordsElsewhere());
        }
        return words(candidates.stream()
                .filter(row -> !isSentRequests(row))
                .map(ServerRows::words)
                .toList());
    }

    /**
     * Returns why the instance is not drained; empty if it is: no server stands for it, or each that does is in maintenance
     * and has no session. Without its backend nothing is known; an old worker's may rightly be missing.
     */
    Optional<String> notDrained() {
        if (missing != null) {
            return Optional.of("has no backend " + missing);
        }
        return words(candidates.stream()
                .filter(row -> !row.isInMaintenance() || row.number("scur") > 0)
                .map(row -> words(row) + ", sessions: " + row.number("scur"))
                .toList());
    }

    /** Returns how many sessions there are to the instance. */
    long sessions() {
        return candidates.stream().mapToLong(row -> row.number("scur")).sum();
    }

    /** Returns whether a server counts for the instance by its name alone. */
    boolean isUnverified() {
        return candidates.stream().anyMatch(ServerRows::isAddressHidden);
    }

    /** Returns the same rows of a table in which the backend need not be. */
    ServerRows whereBackendMayBeMissing() {
        return new ServerRows(instance, candidates, elsewhere, null);
    }

    private String wordsElsewhere() {
        return elsewhere.stream()
                .map(row -> row.proxy() + "/" + row.name() + " has another address, " + row.text("addr"))
                .collect(Collectors.joining(", "));
    }

    private static String words(StatsRow row) {
        boolean failing = !row.isInMaintenance() && !row.check().isEmpty() && !row.checkPassed();
        boolean unweighted = row.takesRequests() && row.number("weight") == 0;
        return row.proxy() + "/" + row.name() + " is " + row.status() + (failing ? " (" + row.check() + ")" : "")
                + (unweighted ? ", weight 0" : "");
    }

    private static Optional<String> words(List<String> lines) {
        return lines.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", lines));
    }
}
