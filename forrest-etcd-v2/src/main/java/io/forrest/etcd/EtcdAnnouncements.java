package io.forrest.etcd;

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

    /** Ends with the value seen there: after a create that was refused or lost, by reading it back. */
    void announce(Announcement announcement) {
        String path = keys.announcement(announcement.name());
        String own = announcement.endpoint().toString();
        Operation operation = store.begin("announce " + path + " = " + own);
        EtcdRequest create = EtcdRequest.create(path, own);
        while (true) {
            Optional<EtcdAnswer> created = store.write(operation, create);
            if (created.isPresent() && created.get().isDone()) {
                return;
            }
            EtcdAnswer there = store.read(operation, path);
            if (own.equals(there.value())) {
                return;
            }
            if (!there.isAbsent()) {
                throw taken(announcement, path, there.value());
            }
            // It was lost before it was carried out, or another withdrew it meanwhile: once more
        }
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
    private static Stream<Announcement> announcement(EtcdNode node) {
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
