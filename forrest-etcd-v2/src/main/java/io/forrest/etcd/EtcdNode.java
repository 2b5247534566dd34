package io.forrest.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A key or a directory as etcd tells of it. Immutable and thread-safe.
 *
 * @param key the path in the store
 * @param value the value; null for a directory
 * @param modifiedIndex the index of the last write, 1 or more
 * @param leased whether it has a ttl
 * @param children what stands in a directory and is not hidden
 */
record EtcdNode(String key, @Nullable String value, long modifiedIndex, boolean leased, List<EtcdNode> children) {

    /** Reads a node; empty if this is none, so that an index of 0, which etcd takes for "any", can never come from here. */
    static Optional<EtcdNode> from(JsonNode json) {
        boolean directory = json.path("dir").asBoolean();
        long index = json.path("modifiedIndex").asLong();
        // The root directory has neither a key nor an index, and is never asked for
        if (!json.path("key").isTextual() || index < 1) {
            return Optional.empty();
        }
        List<EtcdNode> children = new ArrayList<>();
        for (JsonNode child : json.path("nodes")) {
            from(child).ifPresent(children::add);
        }
        // An expired key that is not swept yet has an expiration and no ttl
        boolean leased = json.has("expiration");
        String value = directory ? null : json.path("value").asText();
        return Optional.of(new EtcdNode(json.path("key").asText(), value, index, leased, List.copyOf(children)));
    }

    String name() {
        return key.substring(key.lastIndexOf('/') + 1);
    }
}
