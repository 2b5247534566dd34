package io.forrest.etcd;

import io.forrest.spi.Announcement;

/**
 * An announcement that is renewed. Immutable and thread-safe.
 *
 * @param announcement what is announced
 * @param index of the last write of the key that etcd acknowledged
 */
record Lease(Announcement announcement, long index) {

    String name() {
        return announcement.name();
    }
}
