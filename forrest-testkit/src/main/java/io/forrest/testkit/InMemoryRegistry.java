package io.forrest.testkit;

import static java.util.Objects.requireNonNull;

import io.forrest.Failure;
import io.forrest.NameTakenException;
import io.forrest.Step;
import io.forrest.Subscription;
import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.Announcement;
import io.forrest.spi.Records;
import io.forrest.spi.Registry;
import io.forrest.spi.RegistryListener;
import io.forrest.spi.TimeSource;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A registry in this JVM's memory, for tests: the values are as plain as in etcd, records stand hidden beside them, and
 * {@link Faults} befall its calls. Registries on one {@link Store} are as processes on one etcd.
 *
 * <p>A watch tells what it sees at once; it holds nothing back that ran out, for this store is never away. Thread-safe.
 */
public final class InMemoryRegistry implements Registry {

    private static final String DEFAULT_PREFIX = "/servers";

    private final Store store;
    private final String prefix;
    private final @Nullable Duration ttl;
    private final MemoryThreads threads = new MemoryThreads();
    private final FaultedCalls calls;
    private final Records records;
    private final @Nullable InMemoryLeases leases;
    private final Set<InMemoryWatch> watches = new LinkedHashSet<>();

    /**
     * What registries share: keys and values. Thread-safe.
     */
    public static final class Store {

        private final TimeSource time;
        private final KeyValues values;

        /** Creates an empty store, in the system's time. */
        public Store() {
            this(TimeSource.system());
        }

        /**
         * Creates an empty store.
         *
         * @param time by which values run out, and registries renew theirs; by a {@link FakeTime} they do so on the thread
         *     that makes it pass, and have done so when {@link FakeTime#advance} returns
         */
        public Store(TimeSource time) {
            this.time = requireNonNull(time, "time");
            this.values = new KeyValues(time);
        }
    }

    /** Creates a registry with a store of its own, the prefix {@code /servers} and no faults. */
    public InMemoryRegistry() {
        this(new Store(), DEFAULT_PREFIX, new Faults());
    }

    /**
     * Creates a registry without a ttl: what it announces stands for ever.
     *
     * @param store where it keeps what it is told
     * @param prefix what separates its announcements from others in the store, {@code /servers} say
     * @param faults what befalls its calls
     * @throws IllegalArgumentException if the prefix does not begin with a slash, or ends with one
     */
    public InMemoryRegistry(Store store, String prefix, Faults faults) {
        this(store, prefix, faults, null);
    }

    /**
     * Creates a registry.
     *
     * @param store where it keeps what it is told
     * @param prefix what separates its announcements from others in the store, {@code /servers} say
     * @param faults what befalls its calls, looks and renewals
     * @param ttl how long an announcement stands unless it is renewed, which happens every third of it, in whole seconds, 1
     *     second to 1 day; null: for ever
     * @throws IllegalArgumentException if the prefix does not begin with a slash, or ends with one, or the ttl is out of range
     */
    public InMemoryRegistry(Store store, String prefix, Faults faults, @Nullable Duration ttl) {
        this.store = requireNonNull(store, "store");
        this.prefix = requireNonNull(prefix, "prefix");
        this.ttl = Ttl.require(ttl);
        this.calls = new FaultedCalls(requireNonNull(faults, "faults"), prefix);
        this.records = new InMemoryRecords(calls, store.values, prefix + "/_forrest/");
        this.leases = ttl == null ? null : new InMemoryLeases(calls, store.values, ttl, store.time, threads);
        if (!prefix.startsWith("/") || prefix.endsWith("/")) {
            throw new IllegalArgumentException("a prefix begins with a slash and ends without, was \"" + prefix + "\"");
        }
    }

    @Override
    public void announce(Announcement announcement) {
        String value = announcement.endpoint().toString();
        String standing = calls.call(
                Operation.ANNOUNCE,
                announcement.name(),
                () -> store.values.putUnlessAnother(key(announcement.name()), value, ttl));
        if (standing != null) {
            throw new NameTakenException(
                    "cannot announce " + announcement.name() + " at " + value + ": another value stands under "
                            + key(announcement.name()) + "; pick another name",
                    null,
                    Failure.at(Step.ANNOUNCE, announcement.name()));
        }
        if (leases != null) {
            leases.hold(announcement.name(), key(announcement.name()), value);
        }
    }

    @Override
    @CanIgnoreReturnValue
    public boolean withdraw(Announcement announcement) {
        String key = key(announcement.name());
        String value = announcement.endpoint().toString();
        calls.requireOpen();
        if (leases != null) {
            leases.release(key, value);
        }
        return calls.call(Operation.WITHDRAW, announcement.name(), () -> store.values.remove(key, value));
    }

    @Override
    public List<Announcement> announcements() {
        SortedMap<String, String> standing = calls.call(Operation.ANNOUNCEMENTS, "", this::values);
        return List.copyOf(AnnouncementText.readAll(standing).values());
    }

    @Override
    public Subscription watch(RegistryListener listener) {
        requireNonNull(listener, "listener");
        synchronized (watches) {
            calls.requireOpen();
            InMemoryWatch watch = new InMemoryWatch(calls, store.values, prefix, listener, threads, this::forget);
            watches.add(watch);
            watch.begin();
            return watch;
        }
    }

    private void forget(InMemoryWatch watch) {
        synchronized (watches) {
            watches.remove(watch);
        }
    }

    @Override
    public Records records() {
        calls.requireOpen();
        return records;
    }

    /** Returns the loopback address: this registry is reached from nowhere else. */
    @Override
    public InetAddress localAddress() {
        return calls.call(Operation.LOCAL_ADDRESS, "", InetAddress::getLoopbackAddress);
    }

    @Override
    public String prefix() {
        calls.requireOpen();
        return prefix;
    }

    @Override
    public void close() {
        List<InMemoryWatch> open;
        synchronized (watches) {
            calls.close();
            open = List.copyOf(watches);
        }
        if (leases != null) {
            leases.close();
        }
        open.forEach(InMemoryWatch::close);
    }

    /**
     * Returns what stands under the prefix, as whoever balances reads it. Not an operation: no fault befalls it, and it works
     * when closed.
     *
     * @return the values by their names, ordered by name; a copy
     */
    public SortedMap<String, String> values() {
        return store.values.children(prefix);
    }

    /**
     * Writes a value over whatever stands there, as another program may. Not an operation.
     *
     * @param name the name under the prefix; it need not be one that an instance can have
     * @param text the value; it need not be an endpoint
     */
    public void put(String name, String text) {
        store.values.put(key(name), text);
    }

    /**
     * Deletes a value whatever it is, as another program may. Not an operation.
     *
     * @param name the name under the prefix
     */
    public void delete(String name) {
        store.values.delete(key(name));
    }

    /**
     * Has a value run out, as if its ttl was over, whether it was given one or not. Not an operation. Who announced it with a
     * ttl, and is open, announces it again at its next renewal.
     *
     * @param name the name under the prefix
     */
    public void expire(String name) {
        store.values.expire(key(name));
    }

    /**
     * Deletes all values and records under the prefix, as a rebuilt registry would have. Not an operation. It is not as if
     * they had run out: nobody restores them.
     */
    public void wipe() {
        store.values.deleteBelow(prefix);
    }

    private String key(String name) {
        return prefix + "/" + name;
    }

    /** Returns the prefix. */
    @Override
    public String toString() {
        return "InMemoryRegistry of " + prefix;
    }
}
