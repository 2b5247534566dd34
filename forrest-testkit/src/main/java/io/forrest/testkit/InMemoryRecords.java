package io.forrest.testkit;

import static java.util.Objects.requireNonNull;

import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The records of an {@link InMemoryRegistry}, in a folder that its announcements do not show. Thread-safe. */
final class InMemoryRecords implements Records {

    private final FaultedCalls calls;
    private final KeyValues values;
    private final String root;

    InMemoryRecords(FaultedCalls calls, KeyValues values, String root) {
        this.calls = calls;
        this.values = values;
        this.root = root;
    }

    @Override
    public Optional<String> get(RecordKey key) {
        return Optional.ofNullable(calls.call(Operation.RECORD_GET, key.name(), () -> values.get(root + key)));
    }

    @Override
    public Map<String, String> list(String folder) {
        RecordKey.requireFolder(folder);
        return calls.call(Operation.RECORD_LIST, folder, () -> values.children(root + folder));
    }

    @Override
    public boolean compareAndSet(RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl) {
        requireNonNull(value, "value");
        Ttl.require(ttl);
        return calls.call(
                Operation.RECORD_SET, key.name(), () -> values.compareAndSet(root + key, expected, value, ttl));
    }

    @Override
    @CanIgnoreReturnValue
    public boolean delete(RecordKey key, String expected) {
        requireNonNull(expected, "expected");
        return calls.call(
                Operation.RECORD_DELETE,
                key.name(),
                () -> values.remove(root + key, expected) || values.get(root + key) == null);
    }
}
