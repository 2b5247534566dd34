package io.forrest.etcd;

import static java.util.Objects.requireNonNull;

import io.forrest.Endpoint;
import io.forrest.Failure;
import io.forrest.NameTakenException;
import io.forrest.Names;
import io.forrest.spi.Announcement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints under their names. The value is its own fence: what stands there is taken for this announcement's if, and only
 * if, it is the very text that it writes. Thread-safe.
 */
final class EtcdAnnouncements {

    private final EtcdStore store;
    private final Keyspace keys;

    EtcdAnnouncements(EtcdStore store, Keyspace keys) {
        this.store = store;
        this.keys = keys;
    }

    /**
     * Ends with the value seen there: after a create that was refused or lost, by reading it back.
     *
     * @param ttl how long it stands unless it is renewed; null: for ever, even if it stood there with a ttl
     * @return the index of a write that it stood after
     */
    long announce(Announcement announcement, @Nullable Ttl ttl) {
        String path = keys.announcement(announcement.name());
        String own = announcement.endpoint().toString();
        Operation operation = store.begin("announce " + path + " = " + own);
        EtcdRequest create = EtcdRequest.create(path, own, ttl);
        while (true) {
            Optional<EtcdAnswer> created = store.write(operation, create);
            if (created.isPresent() && created.get().node() != null) {
                return created.get().node().modifiedIndex();
            }
            EtcdAnswer there = store.read(operation, path);
            if (own.equals(there.value())) {
                Optional<Long> index = last(operation, there, ttl);
                if (index.isPresent()) {
                    return index.get();
                }
            } else if (!there.isAbsent()) {
                throw taken(announcement, path, there.value());
            }
            // It was lost before it was carried out, or another withdrew it meanwhile: once more
        }
    }

    /** Gives the value that stands there already the lifetime it is to have; empty if that has to be seen to once more. */
    private Optional<Long> last(Operation operation, EtcdAnswer there, @Nullable Ttl ttl) {
        EtcdNode node = requireNonNull(there.node(), "node");
        String own = requireNonNull(node.value(), "value");
        if (ttl == null && !node.leased()) {
            return Optional.of(node.modifiedIndex());
        }
        EtcdRequest lasting = ttl == null
                ? EtcdRequest.replace(node.key(), own, own, null)
                : EtcdRequest.refresh(node.key(), own, ttl);
        return store.write(operation, lasting).map(EtcdAnswer::node).map(EtcdNode::modifiedIndex);
    }

    boolean withdraw(Announcement announcement) {
        String path = keys.announcement(announcement.name());
        String own = announcement.endpoint().toString();
        Operation operation = store.begin("withdraw " + path + " = " + own);
        EtcdRequest delete = EtcdRequest.delete(path, own);
        boolean lost = false;
        while (true) {
            Optional<EtcdAnswer> deleted = store.write(operation, delete);
            if (deleted.isPresent()) {
                // Gone after a delete that was lost: it was that one
                return deleted.get().isDone() || (lost && deleted.get().isAbsent());
            }
            lost = true;
            EtcdAnswer there = store.read(operation, path);
            if (!own.equals(there.value())) {
                return there.isAbsent();
            }
        }
    }

    List<Announcement> list() {
        EtcdAnswer there = store.read(store.begin("list " + keys.announcements()), keys.announcements());
        return there.node() == null
                ? List.of()
                : there.node().children().stream()
                        .flatMap(EtcdAnnouncements::announcement)
                        .toList();
    }

    /** Returns what a key announces; none for a directory, for a name that Forrest does not give, for another's value. */
    static Stream<Announcement> announcement(EtcdNode node) {
        if (node.value() == null || !Names.isName(node.name())) {
            return Stream.empty();
        }
        return endpoint(node.value()).map(endpoint -> new Announcement(node.name(), "", endpoint)).stream();
    }

    private static Optional<Endpoint> endpoint(String value) {
        try {
            return Optional.of(Endpoint.parse(value));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static NameTakenException taken(Announcement announcement, String path, @Nullable String value) {
        String holder = value == null
                ? "a directory"
                : endpoint(value).map(Endpoint::toString).orElse("a value that is no endpoint");
        return new NameTakenException(
                "cannot announce " + announcement.endpoint() + ": at " + path + " in etcd stands " + holder
                        + "; choose another name, or see who announced it",
                null,
                new Failure(null, announcement.name(), List.of(), List.of()));
    }
}
