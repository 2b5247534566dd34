package io.forrest.spi;

/**
 * Is told what happens to containers, by {@link ContainerRuntime#watch}.
 *
 * <p>The calls come one at a time, in order, on a thread of the watch's own. One that blocks delays only those that follow;
 * if so much happens meanwhile that it cannot be kept, it hears a {@link #gap} in place of all that. One that throws is
 * logged, and hears a {@link #gap} next, or once an outage is over: what was still to be told is dropped, for whoever lists
 * anew knows it.
 * What is told of a container is what happened, and need not be so any more. Not thread-safe; confine it to one thread, which
 * a single watch does.
 */
public interface ContainerListener {

    /** The exit code of a container whose engine does not tell it. */
    int UNKNOWN_EXIT_CODE = -1;

    /**
     * Is told that events may have been missed, from before this call, too: whoever {@link ContainerRuntime#list lists} the
     * containers now, and heeds what is told from now on, misses nothing. It is told first of all, once the watch stands, and
     * again whenever the watch cannot be sure. A list that fails is the listener's to repeat.
     */
    void gap();

    /**
     * Is told that a container was started, for the first time or again: its published port may be another.
     *
     * @param id the container's id
     * @param name its name
     */
    void started(String id, String name);

    /**
     * Is told that a container's program has ended, whoever ended it.
     *
     * @param id the container's id
     * @param name its name
     * @param exitCode what it exited with; by Docker's reckoning 128 and the signal's number if that ended it; {@link
     *     #UNKNOWN_EXIT_CODE} if the engine does not tell
     * @param outOfMemory whether the engine told that memory ran out in it while it ran, most likely the reason
     */
    void died(String id, String name, int exitCode, boolean outOfMemory);

    /**
     * Is told that the container's HEALTHCHECK says something else than before. By default does nothing.
     *
     * @param id the container's id
     * @param name its name
     * @param health what it says now
     */
    default void health(String id, String name, Container.Health health) {}

    /**
     * Is told, once, that an outage has begun: the engine cannot be reached or does not tell what happens. It is no sign that
     * a container died: what ran most likely still runs and serves. By default does nothing.
     *
     * @param why the failure, in one line
     */
    default void disconnected(String why) {}

    /** Is told that an outage is over; a {@link #gap} follows. By default does nothing. */
    default void reconnected() {}
}
