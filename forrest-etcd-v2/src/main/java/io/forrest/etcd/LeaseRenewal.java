package io.forrest.etcd;

import io.forrest.NameTakenException;
import io.forrest.etcd.EtcdChange.Action;
import io.forrest.etcd.Outcome.Answered;
import io.forrest.etcd.Outcome.NotSent;
import io.forrest.spi.Announcement;
import io.forrest.spi.TimeSource;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Renews one announcement: silently while it stands, by announcing it again where it ran out or its store was lost, and not
 * at all where another has taken it over or taken it back. Thread-safe.
 */
final class LeaseRenewal {

    /** Far more than anybody does to one key between two renewals. */
    private static final int MAX_HISTORY = 64;

    private static final Duration HISTORY_LIMIT = Duration.ofSeconds(1);

    private final EtcdClient client;
    private final TimeSource time;
    private final EtcdStore store;
    private final EtcdAnnouncements announcements;
    private final Keyspace keys;
    private final Ttl ttl;

    /** What became of an announcement. */
    sealed interface Result {

        /** It stands as it stood. */
        record Renewed(Lease lease) implements Result {}

        /** It was gone, and stands again. */
        record Restored(Lease lease) implements Result {}

        /** It is not this registry's any longer. */
        record Gone(String why) implements Result {}
    }

    LeaseRenewal(
            EtcdClient client,
            EtcdStore store,
            EtcdAnnouncements announcements,
            Keyspace keys,
            Ttl ttl,
            TimeSource time) {
        this.time = time;
        this.client = client;
        this.store = store;
        this.announcements = announcements;
        this.keys = keys;
        this.ttl = ttl;
    }

    /** @throws io.forrest.RegistryException if etcd does not answer in time, or was closed, or the thread interrupted */
    Result renew(Lease lease) {
        Announcement announcement = lease.announcement();
        String path = keys.announcement(announcement.name());
        Operation operation = store.begin("renew " + path, ttl.time().dividedBy(3));
        EtcdRequest refresh = EtcdRequest.refresh(path, announcement.endpoint().toString(), ttl);
        // To repeat it does no harm
        EtcdAnswer answer = operation.read((endpoint, limit) -> client.attempt(endpoint, refresh, limit));
        if (answer.node() != null) {
            return new Result.Renewed(new Lease(announcement, answer.node().modifiedIndex()));
        }
        if (!answer.isAbsent()) {
            return new Result.Gone("another value stands at " + path);
        }
        boolean takenBack = operation.read((endpoint, limit) -> takenBack(endpoint, path, lease, answer.head(), limit));
        if (takenBack) {
            return new Result.Gone("somebody took back " + path);
        }
        try {
            return new Result.Restored(new Lease(announcement, announcements.announce(announcement, ttl)));
        } catch (NameTakenException e) {
            return new Result.Gone("another value stands at " + path);
        }
    }

    /**
     * Tells whether somebody deleted the key, or put another value in its place, before it was gone, by what etcd remembers: the
     * last 1,000 events of the store (etcd v2.3 API documentation, "Waiting for a change"). What ran out was not taken back, nor
     * what went with its directory or with its store; where etcd remembers too little, it is taken to have run out.
     */
    private Outcome<Boolean> takenBack(URI endpoint, String path, Lease lease, EtcdHead absent, Duration limit)
            throws InterruptedException {
        String own = lease.announcement().endpoint().toString();
        long index = lease.index() + 1;
        Elapsed elapsed = Elapsed.sinceNow(time);
        for (int events = 0; events < MAX_HISTORY; events++) {
            Duration left = elapsed.leftOf(limit);
            if (left.isNegative() || left.isZero()) {
                return new NotSent<>("has not told what became of a key within " + limit.toMillis() + " ms", null);
            }
            try (LongPoll poll = client.poll(endpoint, EtcdRequest.poll(path, index), left)) {
                EtcdHead armed = poll.awaitHead(left);
                if (armed.index() < absent.index()) {
                    return new NotSent<>("is behind the other members", null);
                }
                Optional<EtcdChange> change = armed.index() < index
                        ? Optional.empty()
                        : poll.awaitChange(shorter(HISTORY_LIMIT, elapsed.leftOf(limit)));
                if (change.isEmpty()) {
                    // A wait that was cut short proves nothing
                    return elapsed.isOver(limit)
                            ? new NotSent<>(
                                    "has not told what became of a key within " + limit.toMillis() + " ms", null)
                            : new Answered<>(false);
                }
                EtcdNode node = change.get().node();
                if (change.get().action() != Action.WRITTEN) {
                    return new Answered<>(change.get().action() == Action.DELETED
                            && node.key().equals(path));
                }
                if (!own.equals(node.value())) {
                    return new Answered<>(true);
                }
                index = node.modifiedIndex() + 1;
            } catch (LongPoll.Failed e) {
                return e.isHistoryGone() ? new Answered<>(false) : new NotSent<>(e.why(), e);
            }
        }
        return new Answered<>(false);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
