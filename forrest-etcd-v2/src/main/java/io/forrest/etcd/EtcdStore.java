package io.forrest.etcd;

import java.time.Duration;
import java.util.Optional;

/**
 * The keys, asked and changed as steps of an {@link Operation}. Thread-safe.
 */
final class EtcdStore {

    private final EtcdClient client;
    private final Failover failover;

    EtcdStore(EtcdClient client, Failover failover) {
        this.client = client;
        this.failover = failover;
    }

    /**
     * Begins an operation.
     *
     * @throws IllegalStateException if the client is closed
     */
    Operation begin(String what) {
        requireOpen();
        return failover.begin(what);
    }

    /** Begins an operation that may take no longer than the usual, nor than a time of its own. */
    Operation begin(String what, Duration limit) {
        requireOpen();
        return failover.begin(what, limit);
    }

    void requireOpen() {
        if (client.isClosed()) {
            throw new IllegalStateException("this registry is closed");
        }
    }

    /** Reads until answered. */
    EtcdAnswer read(Operation operation, String path) {
        EtcdRequest request = EtcdRequest.read(path);
        return operation.read((endpoint, limit) -> client.attempt(endpoint, request, limit));
    }

    /** Writes; empty if it may have been carried out. */
    Optional<EtcdAnswer> write(Operation operation, EtcdRequest request) {
        return operation.write((endpoint, limit) -> client.attempt(endpoint, request, limit));
    }
}
