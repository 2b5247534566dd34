package io.forrest.core.internal.record;

import io.forrest.Failure;
import io.forrest.ForrestException;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records of instances. Thread-safe, and nothing but reads and fenced writes. */
public final class InstanceRecords {

    private static final Logger LOGGER = LoggerFactory.getLogger(InstanceRecords.class);
    private static final String FOLDER = "instances";

    private final Records records;
    private final String place;

    /** Creates the view of a registry's records. */
    public InstanceRecords(Records records, String prefix) {
        this.records = records;
        this.place = prefix + "/_forrest/";
    }

    /** Returns where the record of a name stands, in words a person can look for. */
    public String describe(String name) {
        return "record " + place + FOLDER + "/" + name;
    }

    /** Writes the first record of a name; empty if there is one already. */
    public Optional<StoredRecord> create(String name, InstanceRecord value) {
        String text = RecordJson.write(value, null);
        return records.compareAndSet(key(name), null, text)
                ? Optional.of(new StoredRecord(text, value))
                : Optional.empty();
    }

    /**
     * Returns the record of a name.
     *
     * @throws ForrestException if what stands there is no record of Forrest's
     */
    public Optional<StoredRecord> find(String name) {
        return records.get(key(name))
                .map(text -> new StoredRecord(
                        text,
                        RecordJson.read(text)
                                .orElseThrow(() -> new ForrestException(
                                        "the " + describe(name)
                                                + " cannot be read: it was damaged, or written by a later version",
                                        null,
                                        Failure.unspecified()))));
    }

    /**
     * What stands in the records. Immutable and thread-safe.
     *
     * @param readable the records by name
     * @param unreadable the names of those that cannot be read
     */
    public record Listing(Map<String, StoredRecord> readable, Set<String> unreadable) {

        /** Copies both. */
        public Listing {
            readable = Map.copyOf(readable);
            unreadable = Set.copyOf(unreadable);
        }
    }

    /** Returns all records by name, each with its fence. */
    public Listing list() {
        Map<String, StoredRecord> readable = new HashMap<>();
        Set<String> unreadable = new HashSet<>();
        records.list(FOLDER)
                .forEach((name, text) -> RecordJson.read(text)
                        .ifPresentOrElse(
                                value -> readable.put(name, new StoredRecord(text, value)),
                                () -> unreadable.add(name)));
        return new Listing(readable, unreadable);
    }

    /** Returns all records by name, without those that cannot be read. */
    public Map<String, InstanceRecord> all() {
        Listing listing = list();
        listing.unreadable().forEach(name -> LOGGER.warn("the {} cannot be read and is left alone", describe(name)));
        Map<String, InstanceRecord> all = new HashMap<>();
        listing.readable().forEach((name, stored) -> all.put(name, stored.value()));
        return all;
    }

    /** Replaces a record that is as it was read; empty if it is not. */
    public Optional<StoredRecord> replace(String name, StoredRecord old, InstanceRecord value) {
        String text = RecordJson.write(value, old.text());
        return text.equals(old.text()) || records.compareAndSet(key(name), old.text(), text)
                ? Optional.of(new StoredRecord(text, value))
                : Optional.empty();
    }

    /** Returns whether the record of a launch stands and says that the instance shall be announced. */
    public boolean isLive(String name, String launch) {
        return find(name)
                .map(StoredRecord::value)
                .filter(value -> value.launch().equals(launch) && value.intent() == Intent.LIVE)
                .isPresent();
    }

    /** Deletes a record that is as it was read; false if it is not. */
    public boolean delete(String name, StoredRecord old) {
        return records.delete(key(name), old.text());
    }

    /**
     * Deletes the record of a launch, however it has changed since, unless it says that the instance shall be announced. Another
     * launch's is left alone.
     *
     * @return the record that was left, because it says so; empty if none is
     */
    public Optional<StoredRecord> deleteUnlessLive(String name, String launch) {
        Optional<StoredRecord> found = find(name);
        while (found.isPresent() && found.get().value().launch().equals(launch)) {
            if (found.get().value().intent() == Intent.LIVE) {
                return found;
            }
            if (records.delete(key(name), found.get().text())) {
                return Optional.empty();
            }
            found = find(name);
        }
        return Optional.empty();
    }

    private static RecordKey key(String name) {
        return new RecordKey(FOLDER, name);
    }
}
