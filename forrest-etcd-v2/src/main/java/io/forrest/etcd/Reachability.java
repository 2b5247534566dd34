package io.forrest.etcd;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which endpoint to begin at, and whether any answers. It begins at the first, as if that had answered. Thread-safe.
 */
final class Reachability {

    private final List<URI> endpoints;
    private final FailoverChanges changes;
    /** How each endpoint failed that has, since the last answer; guarded by this. */
    private final Map<URI, String> failed = new LinkedHashMap<>();

    private volatile int first;
    /** Guarded by this. */
    private boolean disconnected;

    Reachability(List<URI> endpoints, FailoverChanges changes) {
        this.endpoints = List.copyOf(endpoints);
        this.changes = changes;
    }

    List<URI> endpoints() {
        return endpoints;
    }

    /** Returns where to begin. */
    int first() {
        return first;
    }

    /**
     * Notes an answer. One that another operation had from elsewhere moves nothing as long as the first endpoint has not
     * failed since, so that two operations do not pull it to and fro.
     */
    void answered(int index) {
        noteAnswer(index);
        changes.tell();
    }

    private synchronized void noteAnswer(int index) {
        URI from = endpoints.get(first);
        URI to = endpoints.get(index);
        String why = failed.get(from);
        if (disconnected) {
            disconnected = false;
            first = index;
            changes.note(listener -> listener.connected(to));
        } else if (index != first && why != null) {
            first = index;
            changes.note(listener -> listener.failedOver(from, to, why));
        }
        failed.clear();
    }

    /** Notes that an endpoint did not answer as it should. */
    void failed(int index, String why) {
        noteFailure(index, why);
        changes.tell();
    }

    private synchronized void noteFailure(int index, String why) {
        failed.put(endpoints.get(index), why);
        if (!disconnected && failed.size() == endpoints.size()) {
            disconnected = true;
            String all = failed.entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + entry.getValue())
                    .collect(Collectors.joining("; "));
            changes.note(listener -> listener.disconnected(all));
        }
    }
}
