package io.forrest.etcd;

import static java.util.Objects.requireNonNull;

import io.forrest.RegistryException;
import io.forrest.Subscription;
import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.Announcement;
import io.forrest.spi.Records;
import io.forrest.spi.Registry;
import io.forrest.spi.RegistryListener;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A registry in etcd, by its v2 REST interface: {@code <prefix>/<name>} holds {@code ip:port}, exactly, for any confd
 * template to read, and {@code <prefix>/_forrest/<folder>/<name>} holds Forrest's records.
 *
 * <p>It needs a server that speaks v2: etcd 2.x and 3.0 to 3.3 do, 3.4 and 3.5 when started with {@code --enable-v2}, 3.6
 * and later do not.
 *
 * <p>Each operation asks one endpoint after another, beginning with the one that answered last, until it has an answer or its
 * deadline has passed. A write whose answer was lost is settled by reading back. Every read goes through the cluster's
 * quorum (etcd v2.3 API documentation, "Read Linearization"), so that it sees every write acknowledged before. Redirects are
 * not followed, and no HTTP proxy is used.
 *
 * <p>A write that etcd was still holding back when its outcome was settled the other way may yet be carried out; where that
 * matters, the record beside the announcement tells whether the key is meant to be there.
 *
 * <p>With a ttl, what is announced is renewed for as long as this registry is open, and runs out afterwards; what ran out
 * meanwhile is announced again, and what another took over or took back is not.
 *
 * <p>Its threads are daemons named {@code forrest-etcd-<role>-<n>}. The JDK's HTTP client adds one of its own, which ends with
 * the last idle connection when the closed client is collected as garbage: JDK 17 offers no other way. Thread-safe.
 *
 * @see <a href="https://github.com/etcd-io/etcd/blob/v2.3.8/Documentation/api.md">etcd v2.3 API documentation</a>
 */
public final class EtcdV2Registry implements Registry {

    private final Keyspace keys;
    private final EtcdClient client;
    private final Failover failover;
    private final EtcdStore store;
    private final EtcdAnnouncements announcements;
    private final EtcdRecords records;
    private final @Nullable Ttl ttl;
    private final @Nullable EtcdLeases leases;
    private final WatchPace pace;
    private final EtcdEvents events;
    private final Set<EtcdWatch> watches = ConcurrentHashMap.newKeySet();

    EtcdV2Registry(
            Keyspace keys, EtcdClient client, Failover failover, @Nullable Ttl ttl, WatchPace pace, EtcdEvents events) {
        this.keys = keys;
        this.ttl = ttl;
        this.pace = pace;
        this.events = events;
        this.client = client;
        this.failover = failover;
        this.store = new EtcdStore(client, failover);
        this.announcements = new EtcdAnnouncements(store, keys);
        this.records = new EtcdRecords(store, keys);
        this.leases = ttl == null
                ? null
                : new EtcdLeases(
                        new LeaseRenewal(client, store, announcements, keys, ttl, failover.time()),
                        ttl,
                        events,
                        failover.time());
    }

    /**
     * Begins the description of a registry.
     *
     * @param first a client URL of a member, {@code http://10.0.0.2:2379} say: {@code http} or {@code https}, a host, and
     *     nothing after the port; without a port, the scheme's own
     * @param more client URLs of other members of the same cluster
     * @return a builder
     * @throws IllegalArgumentException if a URL is anything else; credentials do not belong there
     */
    public static EtcdV2RegistryBuilder builder(URI first, URI... more) {
        return new EtcdV2RegistryBuilder(first, more);
    }

    /**
     * {@inheritDoc}
     *
     * @throws RegistryException if etcd refused, could not be reached, or did not answer clearly before the deadline; in the
     *     last case, and when interrupted, the key may stand
     * @throws IllegalStateException if this registry is closed
     * @implNote A create that meets nothing ("Atomic Compare-and-Swap", {@code prevExist=false}).
     */
    @Override
    public void announce(Announcement announcement) {
        long index = announcements.announce(announcement, ttl);
        if (leases != null) {
            leases.add(new Lease(announcement, index));
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws RegistryException if etcd refused, could not be reached, or did not answer clearly before the deadline; in all
     *     cases the key may still stand
     * @throws IllegalStateException if this registry is closed
     * @implNote "Atomic Compare-and-Delete" with {@code prevValue}. True also if an answer was lost and the key is gone since.
     */
    @Override
    @CanIgnoreReturnValue
    public boolean withdraw(Announcement announcement) {
        store.requireOpen();
        if (leases != null) {
            leases.remove(announcement);
        }
        return announcements.withdraw(announcement);
    }

    /**
     * {@inheritDoc} The app is empty, because the keys do not tell it. Directories and hidden keys are left out too.
     *
     * @throws RegistryException if etcd refused, could not be reached, or did not answer before the deadline
     * @throws IllegalStateException if this registry is closed
     */
    @Override
    public List<Announcement> announcements() {
        return announcements.list();
    }

    /**
     * {@inheritDoc}
     *
     * <p>It lists, and then waits for one change after another from the index of the list on. Whatever it cannot be sure of it
     * lists again. A path that froze is found out within 20 seconds and the time of an attempt.
     *
     * @throws IllegalStateException if this registry is closed
     * @implNote Long-polls ("Waiting for a change"), never streams, which etcd ends without a word when many changes come at
     *     once.
     */
    @Override
    public Subscription watch(RegistryListener listener) {
        requireNonNull(listener, "listener");
        store.requireOpen();
        EtcdWatch watch = new EtcdWatch(client, failover, keys, pace, events, listener, watches::remove);
        watches.add(watch);
        if (client.isClosed()) {
            watch.close();
        }
        watch.start();
        return watch;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if this registry is closed
     */
    @Override
    public Records records() {
        store.requireOpen();
        return records;
    }

    /**
     * Returns the local address of a connection to the first endpoint that takes one, opened and closed for that.
     *
     * @return the address
     * @throws RegistryException if no endpoint takes a connection before the deadline
     * @throws IllegalStateException if this registry is closed
     */
    @Override
    public InetAddress localAddress() {
        return store.begin("find the local address").read(LocalAddress::towards);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if this registry is closed
     */
    @Override
    public String prefix() {
        store.requireOpen();
        return keys.prefix();
    }

    /** {@inheritDoc} Watches end at once. An operation in flight is broken off with a {@link RegistryException}. Does not block. */
    @Override
    public void close() {
        if (leases != null) {
            leases.close();
        }
        client.close();
        watches.forEach(EtcdWatch::close);
    }

    /** Returns the class, the endpoints and the prefix. */
    @Override
    public String toString() {
        return "EtcdV2Registry" + failover.endpoints() + keys.prefix();
    }
}
