package io.forrest.etcd;

import java.net.http.HttpHeaders;

/**
 * What etcd says of itself in the head of an answer. Immutable and thread-safe.
 *
 * @param index {@code X-Etcd-Index}: how far the member's store had come; 0 where there is none
 * @param term {@code X-Raft-Term}: which leadership it was under; 0 where there is none
 */
record EtcdHead(long index, long term) {

    static final EtcdHead NONE = new EtcdHead(0, 0);

    static EtcdHead of(HttpHeaders headers) {
        return new EtcdHead(number(headers, "X-Etcd-Index"), number(headers, "X-Raft-Term"));
    }

    private static long number(HttpHeaders headers, String name) {
        try {
            return Math.max(0, Long.parseLong(headers.firstValue(name).orElse("0")));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
