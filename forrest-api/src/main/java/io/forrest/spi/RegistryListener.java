package io.forrest.spi;

import java.util.List;

/**
 * Is told what stands in a registry, by {@link Registry#watch}.
 *
 * <p>The calls come one at a time, in order, on a thread of the watch's own. One that blocks delays only those that follow,
 * and what changes meanwhile is conflated per name: it hears the last state and not each on the way. One that throws is
 * logged, and hears a {@link #snapshot} next, so that it has lost nothing.
 * Not thread-safe; confine it to one thread, which a single watch does.
 */
public interface RegistryListener {

    /**
     * Is told everything that stands in the registry: at first, and whenever changes may have been missed.
     *
     * @param announcements all announcements, in no order; what was told before and is not among them is gone
     */
    void snapshot(List<Announcement> announcements);

    /**
     * Is told that an endpoint stands under a name, in place of any other that stood there.
     *
     * @param announcement the name and the endpoint; the app is empty where the registry cannot tell it
     */
    void announced(Announcement announcement);

    /**
     * Is told that an endpoint stands no longer, and no other in its place.
     *
     * @param announcement what was told last about the name
     */
    void withdrawn(Announcement announcement);

    /**
     * Is told that the registry does not answer, so that what was told last may be out of date. It is no reason to drop
     * anything: what is announced most likely still serves. By default does nothing.
     *
     * @param why the failure, in one line
     */
    default void disconnected(String why) {}

    /** Is told that the registry answers again, before what changed meanwhile is told. By default does nothing. */
    default void reconnected() {}
}
