package io.forrest.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * One event of a watched directory (etcd v2.3 API documentation, "Waiting for a change"). Immutable and thread-safe.
 *
 * @param action what happened
 * @param node the key or directory that it happened to
 */
record EtcdChange(Action action, EtcdNode node) {

    /** What happens to keys. */
    enum Action {
        /** The key has this value now, or is a directory. */
        WRITTEN,
        /** Somebody deleted it. */
        DELETED,
        /** Its ttl has run out. */
        EXPIRED
    }

    /** Reads an event; empty if this is none. */
    static Optional<EtcdChange> from(JsonNode json) {
        return EtcdNode.from(json.path("node"))
                .flatMap(node -> action(json.path("action").asText()).map(action -> new EtcdChange(action, node)));
    }

    private static Optional<Action> action(String name) {
        return switch (name) {
            case "set", "create", "update", "compareAndSwap" -> Optional.of(Action.WRITTEN);
            case "delete", "compareAndDelete" -> Optional.of(Action.DELETED);
            case "expire" -> Optional.of(Action.EXPIRED);
            default -> Optional.empty();
        };
    }
}
