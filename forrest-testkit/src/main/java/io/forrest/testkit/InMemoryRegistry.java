package io.forrest.testkit;

import static java.util.Objects.requireNonNull;

import io.forrest.Endpoint;
import io.forrest.Failure;
import io.forrest.NameTakenException;
import io.forrest.Names;
import io.forrest.RegistryException;
import io.forrest.RegistryException.Reason;
import io.forrest.Step;
import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.Announcement;
import io.forrest.spi.Records;
import io.forrest.spi.Registry;
import io.forrest.testkit.Fault.Outcome;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A registry in this JVM's memory, for tests: the values are as plain as in etcd, records stand hidden beside them, and
 * {@link Faults} befall its calls. Registries on one {@link Store} are as processes on one etcd. Thread-safe.
 */
public final class InMemoryRegistry implements Registry {

    private static final String DEFAULT_PREFIX = "/servers";

    private final Store store;
    private final String prefix;
    private final Faults faults;
    private final Records records;
    private volatile boolean closed;

    /**
     * What registries share: keys and values. Thread-safe.
     */
    public static final class Store {

        private final KeyValues values = new KeyValues();

        /** Creates an empty store. */
        public Store() {}
    }

    /** Creates a registry with a store of its own, the prefix {@code /servers} and no faults. */
    public InMemoryRegistry() {
        this(new Store(), DEFAULT_PREFIX, new Faults());
    }

    /**
     * Creates a registry.
     *
     * @param store where it keeps what it is told
     * @param prefix what separates its announcements from others in the store, {@code /servers} say
     * @param faults what befalls its calls
     * @throws IllegalArgumentException if the prefix does not begin with a slash, or ends with one
     */
    public InMemoryRegistry(Store store, String prefix, Faults faults) {
        this.store = requireNonNull(store, "store");
        this.prefix = requireNonNull(prefix, "prefix");
        this.faults = requireNonNull(faults, "faults");
        this.records = new InMemoryRecords(this, store.values, prefix + "/_forrest/");
        if (!prefix.startsWith("/") || prefix.endsWith("/")) {
            throw new IllegalArgumentException("a prefix begins with a slash and ends without, was \"" + prefix + "\"");
        }
    }

    @Override
    public void announce(Announcement announcement) {
        String value = announcement.endpoint().toString();
        String standing = call(
                Operation.ANNOUNCE,
                announcement.name(),
                () -> store.values.putIfAbsent(key(announcement.name()), value));
        if (standing != null && !standing.equals(value)) {
            throw new NameTakenException(
                    "cannot announce " + announcement.name() + " at " + value + ": another value stands under "
                            + key(announcement.name()) + "; pick another name",
                    null,
                    Failure.at(Step.ANNOUNCE, announcement.name()));
        }
    }

    @Override
    @CanIgnoreReturnValue
    public boolean withdraw(Announcement announcement) {
        return call(
                Operation.WITHDRAW,
                announcement.name(),
                () -> store.values.remove(
                        key(announcement.name()), announcement.endpoint().toString()));
    }

    @Override
    public List<Announcement> announcements() {
        Map<String, String> standing = call(Operation.ANNOUNCEMENTS, "", this::values);
        List<Announcement> announcements = new ArrayList<>();
        standing.forEach((name, text) -> {
            if (Names.isName(name)) {
                endpoint(text).ifPresent(endpoint -> announcements.add(new Announcement(name, "", endpoint)));
            }
        });
        return List.copyOf(announcements);
    }

    private static Optional<Endpoint> endpoint(String text) {
        try {
            return Optional.of(Endpoint.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public Records records() {
        requireOpen();
        return records;
    }

    /** Returns the loopback address: this registry is reached from nowhere else. */
    @Override
    public InetAddress localAddress() {
        return call(Operation.LOCAL_ADDRESS, "", InetAddress::getLoopbackAddress);
    }

    @Override
    public String prefix() {
        requireOpen();
        return prefix;
    }

    @Override
    public void close() {
        closed = true;
        faults.wake();
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

    /** Deletes all values and records under the prefix, as a rebuilt registry would have. Not an operation. */
    public void wipe() {
        store.values.deleteBelow(prefix);
    }

    private String key(String name) {
        return prefix + "/" + name;
    }

    /** Makes a call whose faults are drawn first. */
    <T extends @Nullable Object> T call(Operation operation, String subject, Supplier<T> action) {
        requireOpen();
        Faults.Fate fate;
        try {
            fate = faults.befall(operation, subject, () -> closed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException(Reason.UNKNOWN_OUTCOME, text(operation, subject, "was interrupted"), e);
        }
        requireOpen();
        switch (fate.outcome()) {
            case FAIL ->
                throw new RegistryException(
                        Reason.UNAVAILABLE, text(operation, subject, "found no registry; try again"), null);
            case REFUSE ->
                throw new RegistryException(
                        Reason.REFUSED, text(operation, subject, "was refused by the registry"), null);
            case LOSE_REQUEST -> throw lost(operation, subject);
            default -> {
                T result = action.get();
                fate.afterwards().forEach(Runnable::run);
                if (fate.outcome() == Outcome.LOSE_ANSWER) {
                    throw lost(operation, subject);
                }
                return result;
            }
        }
    }

    private RegistryException lost(Operation operation, String subject) {
        return new RegistryException(
                Reason.UNKNOWN_OUTCOME, text(operation, subject, "got no answer in time; try again"), null);
    }

    private String text(Operation operation, String subject, String what) {
        return new Faults.Call(operation, subject) + " under " + prefix + " " + what;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the registry of " + prefix + " is closed");
        }
    }

    /** Returns the prefix. */
    @Override
    public String toString() {
        return "InMemoryRegistry of " + prefix;
    }
}
