package io.forrest.etcd;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Which lease is to be renewed when. Moments are counts of nanoseconds of one time source. Not thread-safe; guarded by whoever
 * has it.
 */
final class LeaseSchedule {

    private final Map<String, Entry> entries = new HashMap<>();
    /** By how far off they are, because a count of nanoseconds may overflow. */
    private final PriorityQueue<Entry> queue = new PriorityQueue<>(Comparator.comparingLong(Entry::sinceOrigin));

    private final long origin;

    private record Entry(Lease lease, long sinceOrigin) {}

    /** @param origin a moment before all others */
    LeaseSchedule(long origin) {
        this.origin = origin;
    }

    /** Has a lease renewed at a moment, in place of any of the same name. */
    void put(Lease lease, long due) {
        Entry entry = new Entry(lease, due - origin);
        Entry before = entries.put(lease.name(), entry);
        if (before != null) {
            queue.remove(before);
        }
        queue.add(entry);
    }

    /** Returns the lease of a name. */
    Optional<Lease> get(String name) {
        return Optional.ofNullable(entries.get(name)).map(Entry::lease);
    }

    /** Forgets a lease, unless another has taken its place. */
    void remove(Lease lease) {
        Entry entry = entries.get(lease.name());
        if (entry != null
                && entry.lease()
                        .announcement()
                        .endpoint()
                        .equals(lease.announcement().endpoint())) {
            entries.remove(lease.name());
            queue.remove(entry);
        }
    }

    /** Returns the lease that is due first. */
    Optional<Lease> first() {
        return Optional.ofNullable(queue.peek()).map(Entry::lease);
    }

    /** Returns for how many nanoseconds the first lease is not due yet; zero or less if it is. */
    long untilFirst(long now) {
        Entry first = queue.peek();
        return first == null ? Long.MAX_VALUE : first.sinceOrigin() - (now - origin);
    }
}
