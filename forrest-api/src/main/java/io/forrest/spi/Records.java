package io.forrest.spi;

import io.forrest.annotation.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Forrest's own notes beside the announcements, changed by compare-and-set only. Whoever lists announcements does not see
 * them. Thread-safe.
 *
 * <p>All methods block, and throw a {@link io.forrest.RegistryException} if the registry refuses or does not answer in
 * time, with the interrupted status set if the reason is an interrupt.
 *
 * @implSpec A value is opaque: any text of up to 64 KiB comes back as it was. Reads see every write that was acknowledged
 *     before they began, by whomever. A write whose outcome was lost on the way is settled by reading back before it is
 *     reported as {@link io.forrest.RegistryException.Reason#UNKNOWN_OUTCOME}; callers see to it that no two writers write
 *     the same text.
 */
public interface Records {

    /**
     * Returns a record.
     *
     * @param key where it stands
     * @return its value; empty if there is none
     */
    Optional<String> get(RecordKey key);

    /**
     * Returns all records of a folder.
     *
     * @param folder lower-case letters
     * @return the values by their names; empty if there is no such folder
     * @throws IllegalArgumentException if the folder is malformed
     */
    Map<String, String> list(String folder);

    /**
     * Writes a record if it is as expected.
     *
     * @param key where it stands
     * @param expected the value that it must have; null: there must be none
     * @param value the value to write
     * @return whether it was as expected, and is now written
     */
    default boolean compareAndSet(RecordKey key, @Nullable String expected, String value) {
        return compareAndSet(key, expected, value, null);
    }

    /**
     * Writes a record if it is as expected, for a limited time.
     *
     * @param key where it stands
     * @param expected the value that it must have; null: there must be none
     * @param value the value to write; the one that is expected already renews it
     * @param ttl how long it stands unless it is written again, in whole seconds, 1 second to 1 day; null: for ever, whatever
     *     it was given before
     * @return whether it was as expected, and is now written
     * @throws IllegalArgumentException if the ttl is out of range
     */
    boolean compareAndSet(RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl);

    /**
     * Deletes a record if it is as expected.
     *
     * @param key where it stands
     * @param expected the value that it must have
     * @return true if there is no such record now, false if another value stands there
     */
    @CanIgnoreReturnValue
    boolean delete(RecordKey key, String expected);
}
