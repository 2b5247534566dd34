package io.forrest.etcd;

import static java.util.Objects.requireNonNull;

import io.forrest.Names;
import io.forrest.spi.RecordKey;
import java.util.regex.Pattern;

/**
 * Where things stand below a prefix. Every segment consists of RFC 3986's unreserved characters, checked here once more,
 * so that a path is its own percent-encoding and nothing can step out of the prefix. Immutable and thread-safe.
 *
 * @param prefix {@code /servers} say
 */
record Keyspace(String prefix) {

    private static final Pattern PREFIX = Pattern.compile("(?:/[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63})+");
    /** Keeps every request line far below the 4,096 bytes that etcd 3.4 takes on a fresh connection. */
    private static final int MAX_PREFIX = 512;

    /** A hidden key (etcd v2.3 API documentation, "Creating a hidden node"): lists and templates do not see it. */
    private static final String RECORDS = "/_forrest/";

    Keyspace {
        requireNonNull(prefix, "prefix");
        if (prefix.length() > MAX_PREFIX || !PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "a prefix needs 1 or more segments, each a '/' and 1 to 64 letters, digits,"
                            + " '_', '.' and '-', the first a letter or digit, and no '/' at the end: /servers say; 512 characters"
                            + " at most");
        }
    }

    /** With a slash at the end, because a role's pattern {@code /servers/*} does not cover {@code /servers}. */
    String announcements() {
        return prefix + "/";
    }

    String announcement(String name) {
        return prefix + "/" + Names.require(name, "name");
    }

    /** Where nothing ever stands: to read it is to ask whether there is a quorum. */
    String nowhere() {
        return prefix + RECORDS + "nowhere";
    }

    String records(String folder) {
        return prefix + RECORDS + RecordKey.requireFolder(folder) + "/";
    }

    String record(RecordKey key) {
        return records(key.folder()) + Names.require(key.name(), "name");
    }
}
