package io.forrest.core.internal.record;

import io.forrest.Failure;
import io.forrest.ForrestException;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records of fleets. Thread-safe, and nothing but reads and fenced writes. */
public final class FleetRecords {

    private static final Logger LOGGER = LoggerFactory.getLogger(FleetRecords.class);
    private static final String FOLDER = "fleets";

    /** What every registry keeps, see {@link Records}. */
    private static final int MAX_BYTES = 64 * 1024;

    /** What is kept free while a rollout begins, for the reason why it may have to be rolled back: 4 bytes a character. */
    private static final int RESERVE = 4 * RolloutRecord.MAX_REASON_LENGTH;

    private final Records records;
    private final String place;

    /** Creates the view of a registry's records. */
    public FleetRecords(Records records, String prefix) {
        this.records = records;
        this.place = prefix + "/_forrest/" + FOLDER + "/";
    }

    /** Returns where the record of an app's fleet stands, in words a person can look for. */
    public String describe(String app) {
        return "record " + place + app;
    }

    /**
     * Returns the record of an app's fleet.
     *
     * @throws ForrestException if what stands there is no record of Forrest's
     */
    public Optional<StoredFleet> find(String app) {
        return records.get(key(app))
                .map(text -> new StoredFleet(
                        text,
                        FleetJson.read(text)
                                .orElseThrow(() -> new ForrestException(
                                        "the " + describe(app)
                                                + " cannot be read: it was damaged, or written by a later version",
                                        null,
                                        Failure.unspecified()))));
    }

    /** Returns all fleets by app, without those whose record cannot be read. */
    public Map<String, StoredFleet> all() {
        Map<String, StoredFleet> all = new HashMap<>();
        records.list(FOLDER)
                .forEach((app, text) -> FleetJson.read(text)
                        .ifPresentOrElse(
                                value -> all.put(app, new StoredFleet(text, value)),
                                () -> LOGGER.warn("the {} cannot be read and is left alone", describe(app))));
        return all;
    }

    /** Writes the first record of an app's fleet; empty if there is one already. */
    public Optional<StoredFleet> create(String app, FleetRecord value) {
        String text = sized(app, value, FleetJson.write(value, null));
        return records.compareAndSet(key(app), null, text)
                ? Optional.of(new StoredFleet(text, value))
                : Optional.empty();
    }

    /** Replaces a record that is as it was read; empty if it is not. */
    public Optional<StoredFleet> replace(String app, StoredFleet old, FleetRecord value) {
        String text = sized(app, value, FleetJson.write(value, old.text()));
        return text.equals(old.text()) || records.compareAndSet(key(app), old.text(), text)
                ? Optional.of(new StoredFleet(text, value))
                : Optional.empty();
    }

    /** Deletes a record that is as it was read; false if it is not. */
    public boolean delete(String app, StoredFleet old) {
        return records.delete(key(app), old.text());
    }

    /** Returns whether a registry keeps a record in place of another. */
    public boolean fits(StoredFleet old, FleetRecord value) {
        return bytes(FleetJson.write(value, old.text())) <= most(value);
    }

    private static String sized(String app, FleetRecord value, String text) {
        if (bytes(text) > most(value)) {
            throw new IllegalStateException("the template of fleet " + app + " is too large to be recorded: "
                    + bytes(text) + " bytes of JSON, " + most(value) + " at most; a rollout needs room for two");
        }
        return text;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static int most(FleetRecord value) {
        RolloutRecord rollout = value.rollout();
        return rollout == null || !rollout.reason().isEmpty() ? MAX_BYTES : MAX_BYTES - RESERVE;
    }

    private static RecordKey key(String app) {
        return new RecordKey(FOLDER, app);
    }
}
