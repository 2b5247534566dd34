package io.forrest.spi;

import static java.util.Objects.requireNonNull;

import io.forrest.Names;
import io.forrest.annotation.CanIgnoreReturnValue;

/**
 * Where a record stands: a folder and a name in it. Immutable and thread-safe.
 *
 * @param folder lower-case letters, {@code instances} say
 * @param name what the record is about
 */
public record RecordKey(String folder, String name) {

    /**
     * Checks folder and name.
     *
     * @throws IllegalArgumentException if one of them cannot be part of a path
     */
    public RecordKey {
        requireFolder(folder);
        Names.require(name, "name");
    }

    /**
     * Returns the text if it can be a folder of records.
     *
     * @param folder the text
     * @return the text
     * @throws IllegalArgumentException if it is not 1 to 32 lower-case letters
     */
    @CanIgnoreReturnValue
    public static String requireFolder(String folder) {
        if (!requireNonNull(folder, "folder").matches("[a-z]{1,32}")) {
            throw new IllegalArgumentException("a folder of records needs 1 to 32 lower-case letters");
        }
        return folder;
    }

    /** Returns {@code folder/name}. */
    @Override
    public String toString() {
        return folder + "/" + name;
    }
}
