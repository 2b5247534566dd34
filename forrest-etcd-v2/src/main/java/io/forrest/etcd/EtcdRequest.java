package io.forrest.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import org.jspecify.annotations.Nullable;

/**
 * A request of etcd's v2 keys API. Conditions of a PUT stand in its form, because etcd 3.4 resets a fresh connection whose
 * request line is longer than 4,096 bytes; those of a DELETE stand in the query, because in a body they are ignored and
 * the key is deleted unconditionally. Immutable and thread-safe.
 *
 * @param method {@code GET}, {@code PUT} or {@code DELETE}
 * @param path the key, percent-encoded
 * @param query the parameters in the URL, encoded
 * @param form the parameters in the body, encoded; null: no body
 */
record EtcdRequest(
        String method, String path, String query, @Nullable String form) {

    /** Reads a key, or a directory with its children, as it is after every write acknowledged before by any member. */
    static EtcdRequest read(String path) {
        return new EtcdRequest("GET", path, "quorum=true", null);
    }

    /** Writes a key if there is none. */
    static EtcdRequest create(String path, String value) {
        return put(path, "prevExist=false", value);
    }

    /** Writes a key if it has a value, which must not be empty: etcd refuses to compare with that. */
    static EtcdRequest replace(String path, String expected, String value) {
        if (expected.isEmpty()) {
            throw new IllegalArgumentException("etcd does not compare with an empty value");
        }
        return put(path, "prevValue=" + encode(expected), value);
    }

    /** Writes a key if it was not written since. */
    static EtcdRequest replaceAt(String path, long index, String value) {
        return put(path, "prevIndex=" + requireIndex(index), value);
    }

    /** Deletes a key if it has a value, which must be short. */
    static EtcdRequest delete(String path, String expected) {
        if (expected.isEmpty()) {
            throw new IllegalArgumentException("etcd does not compare with an empty value");
        }
        return new EtcdRequest("DELETE", path, "prevValue=" + encode(expected), null);
    }

    /** Deletes a key if it was not written since. */
    static EtcdRequest deleteAt(String path, long index) {
        return new EtcdRequest("DELETE", path, "prevIndex=" + requireIndex(index), null);
    }

    boolean isRead() {
        return method.equals("GET");
    }

    private static EtcdRequest put(String path, String condition, String value) {
        return new EtcdRequest("PUT", path, "", condition + "&value=" + encode(value));
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, UTF_8);
    }

    private static long requireIndex(long index) {
        if (index < 1) {
            throw new IllegalArgumentException("to etcd, an index below 1 is no condition at all");
        }
        return index;
    }

    /** Returns method and path; values may be secret. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
