package io.forrest.event;

import io.forrest.ForrestEvent;

/** Something that concerns one instance. Immutable and thread-safe. */
public interface InstanceEvent extends ForrestEvent {

    /**
     * Returns the name that the instances of its service share.
     *
     * @return the app
     */
    String app();

    /**
     * Returns the name of the instance.
     *
     * @return the name
     */
    String instance();
}
