package io.forrest.haproxy;

/**
 * Something that a driver did, or that befell an HAProxy that it drives. Immutable and thread-safe.
 *
 * @see HaproxyDriverBuilder#onEvent
 */
public sealed interface HaproxyEvent {

    /**
     * Returns which HAProxy it is about.
     *
     * @return the URI of its statistics socket
     */
    String haproxy();

    /**
     * An HAProxy answers: at first, or after it did not.
     *
     * @param haproxy which
     */
    record Connected(String haproxy) implements HaproxyEvent {}

    /**
     * An HAProxy does not answer. What it serves is left as it is.
     *
     * @param haproxy which
     * @param why in one line
     */
    record Disconnected(String haproxy, String why) implements HaproxyEvent {}

    /**
     * An HAProxy was reloaded or restarted, and is given its servers again where it lacks them. It tells its process by id and start,
     * and the start by the second (HAProxy Management Guide, section 9.3, {@code show info}): one that starts with the same id in the
     * same second is given its servers, and not told.
     *
     * @param haproxy which
     */
    record Restarted(String haproxy) implements HaproxyEvent {}

    /**
     * An instance is sent traffic from now on.
     *
     * @param haproxy by which HAProxy
     * @param backend in which backend
     * @param instance the instance's name
     */
    record Opened(String haproxy, String backend, String instance) implements HaproxyEvent {}

    /**
     * An instance is sent no new requests from now on, and finishes those it has.
     *
     * @param haproxy by which HAProxy
     * @param backend in which backend
     * @param instance the instance's name
     */
    record Drained(String haproxy, String backend, String instance) implements HaproxyEvent {}

    /**
     * An instance's server is gone from HAProxy.
     *
     * @param haproxy from which HAProxy
     * @param backend from which backend
     * @param instance the instance's name
     * @param cut whether its drain time was over, and what it still did was cut
     */
    record Removed(String haproxy, String backend, String instance, boolean cut) implements HaproxyEvent {}

    /**
     * An HAProxy did not do what it was told, or its configuration could not be written. Told once until it changes; it is
     * tried again.
     *
     * @param haproxy which
     * @param why in one line, with HAProxy's own words
     */
    record Refused(String haproxy, String why) implements HaproxyEvent {}
}
