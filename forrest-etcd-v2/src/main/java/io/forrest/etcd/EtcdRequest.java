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
    static EtcdRequest create(String path, String value, @Nullable Ttl ttl) {
        return put(path, "prevExist=false", value, ttl);
    }

    /** Lets a key stand for its ttl anew if it has a value, which must not be empty; whoever watches it hears nothing. */
    static EtcdRequest refresh(String path, String expected, Ttl ttl) {
        return new EtcdRequest(
                "PUT", path, "", "prevValue=" + encode(requireValue(expected)) + "&refresh=true&ttl=" + ttl.seconds());
    }

    /**
     * Waits for the first change of a directory or of anything below since an index, which has to be in the last 1,000 of the
     * store. Not through the quorum, which would make etcd forget the waiting, and not as a stream, which etcd ends without a
     * word when many changes come at once.
     */
    static EtcdRequest poll(String path, long index) {
        return new EtcdRequest("GET", path, "wait=true&recursive=true&waitIndex=" + requireIndex(index), null);
    }

    /** Writes a key if it has a value, which must not be empty: etcd refuses to compare with that. */
    static EtcdRequest replace(String path, String expected, String value, @Nullable Ttl ttl) {
        return put(path, "prevValue=" + encode(requireValue(expected)), value, ttl);
    }

    /** Writes a key if it was not written since. */
    static EtcdRequest replaceAt(String path, long index, String value, @Nullable Ttl ttl) {
        return put(path, "prevIndex=" + requireIndex(index), value, ttl);
    }

    /** Deletes a key if it has a value, which must be short. */
    static EtcdRequest delete(String path, String expected) {
        return new EtcdRequest("DELETE", path, "prevValue=" + encode(requireValue(expected)), null);
    }

    /** Deletes a key if it was not written since. */
    static EtcdRequest deleteAt(String path, long index) {
        return new EtcdRequest("DELETE", path, "prevIndex=" + requireIndex(index), null);
    }

    boolean isRead() {
        return method.equals("GET");
    }

    /** Without a ttl the key is permanent, whatever it was before. */
    private static EtcdRequest put(String path, String condition, String value, @Nullable Ttl ttl) {
        String lifetime = ttl == null ? "" : "&ttl=" + ttl.seconds();
        return new EtcdRequest("PUT", path, "", condition + lifetime + "&value=" + encode(value));
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, UTF_8);
    }

    private static String requireValue(String expected) {
        if (expected.isEmpty()) {
            throw new IllegalArgumentException("etcd does not compare with an empty value");
        }
        return expected;
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
