package io.forrest.etcd;

import static java.util.Objects.requireNonNull;

import io.forrest.Names;
import io.forrest.etcd.EtcdAnswer.State;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Records as hidden keys, which lists and templates do not see. Thread-safe.
 */
final class EtcdRecords implements Records {

    private final EtcdStore store;
    private final Keyspace keys;

    EtcdRecords(EtcdStore store, Keyspace keys) {
        this.store = store;
        this.keys = keys;
    }

    @Override
    public Optional<String> get(RecordKey key) {
        String path = keys.record(key);
        return Optional.ofNullable(store.read(store.begin("read " + path), path).value());
    }

    @Override
    public Map<String, String> list(String folder) {
        String path = keys.records(folder);
        EtcdAnswer there = store.read(store.begin("list " + path), path);
        Map<String, String> records = new HashMap<>();
        if (there.node() != null) {
            for (EtcdNode child : there.node().children()) {
                if (child.value() != null && Names.isName(child.name())) {
                    records.put(child.name(), child.value());
                }
            }
        }
        return Map.copyOf(records);
    }

    @Override
    public boolean compareAndSet(RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl) {
        requireNonNull(value, "value");
        Ttl lifetime = ttl == null ? null : Ttl.of(ttl);
        String path = keys.record(key);
        Operation operation = store.begin("write " + path);
        boolean lost = false;
        while (true) {
            Optional<EtcdAnswer> written = write(operation, path, expected, value, lifetime);
            if (written.isPresent() && (written.get().isDone() || !lost)) {
                return written.get().isDone();
            }
            lost = true;
            EtcdAnswer there = store.read(operation, path);
            // What was to be renewed looks the same before and after: it is written again
            if (value.equals(there.value()) && !value.equals(expected)) {
                return true;
            }
            boolean asBefore = expected == null ? there.isAbsent() : expected.equals(there.value());
            if (!asBefore) {
                throw operation.untold("another value stands there since");
            }
        }
    }

    private Optional<EtcdAnswer> write(
            Operation operation, String path, @Nullable String expected, String value, @Nullable Ttl ttl) {
        if (expected == null) {
            return store.write(operation, EtcdRequest.create(path, value, ttl));
        }
        if (!expected.isEmpty()) {
            return store.write(operation, EtcdRequest.replace(path, expected, value, ttl));
        }
        EtcdNode there = store.read(operation, path).node();
        return there != null && expected.equals(there.value())
                ? store.write(operation, EtcdRequest.replaceAt(path, there.modifiedIndex(), value, ttl))
                : Optional.of(new EtcdAnswer(State.DIFFERENT, null, EtcdHead.NONE));
    }

    /**
     * Reads, compares, and deletes by index, because a record is too large for a URL. Whether a delete was lost, or met a
     * newer index, the next look tells what to do.
     */
    @Override
    public boolean delete(RecordKey key, String expected) {
        requireNonNull(expected, "expected");
        String path = keys.record(key);
        Operation operation = store.begin("delete " + path);
        while (true) {
            EtcdAnswer there = store.read(operation, path);
            if (there.node() == null) {
                return true;
            }
            if (!expected.equals(there.value())) {
                return false;
            }
            Optional<EtcdAnswer> deleted = store.write(
                    operation, EtcdRequest.deleteAt(path, there.node().modifiedIndex()));
            if (deleted.isPresent() && (deleted.get().isDone() || deleted.get().isAbsent())) {
                return true;
            }
        }
    }
}
