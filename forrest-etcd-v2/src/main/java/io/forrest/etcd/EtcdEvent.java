package io.forrest.etcd;

import io.forrest.spi.Announcement;
import java.net.URI;

/**
 * Something that befell a registry in etcd and that nobody asked about. Immutable and thread-safe.
 *
 * @see EtcdV2RegistryBuilder#onEvent
 */
public sealed interface EtcdEvent {

    /**
     * Etcd answers again, after none of its endpoints did.
     *
     * @param endpoint the one that answered first
     */
    record Connected(URI endpoint) implements EtcdEvent {}

    /**
     * None of the endpoints answers.
     *
     * @param why what each said, in one line
     */
    record Disconnected(String why) implements EtcdEvent {}

    /**
     * An endpoint did not answer as it should, and another did.
     *
     * @param from the one that failed
     * @param to the one that is asked first from now on
     * @param why what the first one said, in one line
     */
    record FailedOver(URI from, URI to, String why) implements EtcdEvent {}

    /**
     * A watch could not tell what it had missed, and has listed everything anew.
     *
     * @param why what made it, in one line
     */
    record Resynchronised(String why) implements EtcdEvent {}

    /**
     * An announcement had run out of its ttl, or its store was wiped, and stands again.
     *
     * @param announcement the announcement
     */
    record LeaseRestored(Announcement announcement) implements EtcdEvent {}

    /**
     * An announcement is not renewed any longer, because another took its key or took it back. What stands there now is left
     * alone.
     *
     * @param announcement the announcement
     * @param why what stands there, in one line
     */
    record LeaseLost(Announcement announcement, String why) implements EtcdEvent {}
}
