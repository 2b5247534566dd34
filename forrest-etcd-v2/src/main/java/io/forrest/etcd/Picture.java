package io.forrest.etcd;

import io.forrest.Names;
import io.forrest.spi.Announcement;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What stands below a prefix, as far as lists and changes have told; and what has just run out of its ttl, which stays in the
 * picture until it is {@link #release() released}, because after an outage etcd lets everything run out at once, before the
 * owners can renew it. Not thread-safe; confine it to one thread.
 */
final class Picture {

    private final String prefix;
    private final Map<String, Entry> entries = new TreeMap<>();
    private final Set<String> held = new HashSet<>();

    private record Entry(Announcement announcement, boolean leased) {}

    Picture(String prefix) {
        this.prefix = prefix;
    }

    Collection<Announcement> announcements() {
        return entries.values().stream().map(Entry::announcement).toList();
    }

    Optional<Announcement> get(String name) {
        return Optional.ofNullable(entries.get(name)).map(Entry::announcement);
    }

    boolean holds() {
        return !held.isEmpty();
    }

    /** Takes over what was listed. What had a ttl and is missing is held. */
    void list(List<EtcdNode> listed) {
        Set<String> missing = new HashSet<>(entries.keySet());
        held.clear();
        for (EtcdNode node : listed) {
            String name = node.name();
            missing.remove(name);
            write(name, node);
        }
        missing.forEach(name -> drop(name, true));
    }

    /** Takes over a change, and returns the names that it may have changed. */
    Set<String> apply(EtcdChange change) {
        String key = change.node().key();
        boolean expired = change.action() == EtcdChange.Action.EXPIRED;
        if (key.startsWith(prefix + "/")) {
            String name = key.substring(prefix.length() + 1);
            if (!Names.isName(name)) {
                // Below a directory of somebody else's, or hidden
                return Set.of();
            }
            if (change.action() == EtcdChange.Action.WRITTEN) {
                write(name, change.node());
            } else {
                drop(name, expired);
            }
            return Set.of(name);
        }
        boolean above = key.equals("/") || key.equals(prefix) || prefix.startsWith(key + "/");
        if (!above || change.action() == EtcdChange.Action.WRITTEN) {
            // A directory's deletion is told to those, too, whose path merely begins like its own
            return Set.of();
        }
        Set<String> names = Set.copyOf(entries.keySet());
        names.forEach(name -> drop(name, expired));
        return names;
    }

    /** Lets go of what was held, and returns the names. */
    Set<String> release() {
        Set<String> released = Set.copyOf(held);
        entries.keySet().removeAll(released);
        held.clear();
        return released;
    }

    private void write(String name, EtcdNode node) {
        held.remove(name);
        EtcdAnnouncements.announcement(node)
                .findFirst()
                .ifPresentOrElse(
                        announcement -> entries.put(name, new Entry(announcement, node.leased())),
                        () -> entries.remove(name));
    }

    private void drop(String name, boolean mayReturn) {
        Entry entry = entries.get(name);
        if (entry != null && mayReturn && entry.leased()) {
            held.add(name);
        } else {
            entries.remove(name);
            held.remove(name);
        }
    }
}
