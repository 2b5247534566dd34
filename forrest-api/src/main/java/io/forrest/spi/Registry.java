package io.forrest.spi;

import io.forrest.Subscription;
import io.forrest.annotation.CanIgnoreReturnValue;
import java.net.InetAddress;
import java.util.List;

/**
 * Where endpoints stand under names, for whatever balances over them. Thread-safe.
 *
 * <p>All methods that do I/O block, within a deadline of the registry's own, and throw a {@link
 * io.forrest.RegistryException} if the registry refuses or does not answer in time. When interrupted they throw it too,
 * soon, with the interrupted status set.
 *
 * <p>A registry that was given a ttl renews what this process announced for as long as it is open. An announcement that ran
 * out is announced again; one that another took over or took back is not.
 *
 * @implSpec Extend {@code io.forrest.testkit.RegistryContract} for an implementation: it is the specification as tests.
 */
public interface Registry extends AutoCloseable {

    /**
     * Puts an endpoint under a name that is free. What another wrote is never overwritten.
     *
     * @param announcement the name and the endpoint
     * @throws io.forrest.NameTakenException if another value stands under the name
     * @implSpec The very endpoint standing there already is success, so that an announcement can be repeated. A write whose
     *     outcome was lost on the way is settled by reading back. If the outcome cannot be told, the exception's reason is
     *     {@link io.forrest.RegistryException.Reason#UNKNOWN_OUTCOME}.
     */
    void announce(Announcement announcement);

    /**
     * Takes an endpoint back. What another wrote is never deleted: this is a compare-and-delete.
     *
     * @param announcement the name and the endpoint that must stand there
     * @return whether this call took it away; false if the name was free, or another's value stands there
     */
    @CanIgnoreReturnValue
    boolean withdraw(Announcement announcement);

    /**
     * Returns what is announced.
     *
     * @return all announcements, in no order; keys that are no name, or whose value is no endpoint, are left out
     * @implSpec The list sees every announcement that was acknowledged before it began, by whomever.
     */
    List<Announcement> announcements();

    /**
     * Tells a listener what stands in the registry: all of it first, then each change, until the subscription is closed. It
     * returns at once; the listener is called on a thread of its own.
     *
     * @param listener what to tell
     * @return the subscription; closing it, or this registry, ends the watch for good
     * @implSpec The watch never ends by itself. It reconnects for as long as it is open, with pauses that grow; the listener is
     *     told when the registry falls silent, once, and when it answers again. Where changes may have been missed, it gets a
     *     new snapshot. Announcements that ran out of their ttl because the registry was away are held back long enough for
     *     their owners to renew them, so that an outage empties nobody's pool. A listener that throws or blocks harms no other.
     */
    Subscription watch(RegistryListener listener);

    /**
     * Returns Forrest's own notes beside the announcements. No I/O.
     *
     * @return the records
     */
    Records records();

    /**
     * Returns the local address from which this host reaches the registry.
     *
     * @return the address
     */
    InetAddress localAddress();

    /**
     * Returns what separates these announcements from others in the same store. No I/O.
     *
     * @return the prefix, {@code /servers} say; the same for every registry that sees the same announcements
     */
    String prefix();

    /**
     * Ends this registry's threads, watches and connections. What is announced stays, or runs out if it was given a ttl, for it
     * is renewed no longer. Closing again does nothing; every other method
     * throws {@link IllegalStateException} afterwards.
     */
    @Override
    void close();
}
