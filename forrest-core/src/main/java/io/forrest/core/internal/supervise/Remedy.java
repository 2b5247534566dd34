package io.forrest.core.internal.supervise;

import io.forrest.Endpoint;
import io.forrest.core.internal.lifecycle.Sight;
import io.forrest.core.internal.record.StoredRecord;

/**
 * Something to do so that engine, registry and records meet again. Each but {@link RecordAnew} carries the record that it was
 * decided by: if that has changed since, it is not done. Immutable and thread-safe.
 */
sealed interface Remedy {

    /** Returns the name of the instance. */
    String name();

    /** Returns the app of the instance. */
    String app();

    /** Returns why, in words. */
    String why();

    /**
     * The key is taken out of the registry; the instance is still meant to be as its record says.
     *
     * @param key where the key points to
     * @param unlessRuns whether it is not to be done if the container turns out to run
     */
    record Withdraw(String app, String name, StoredRecord seen, Endpoint key, boolean unlessRuns, String why)
            implements Remedy {}

    /** The container is tried, and the key put where it answers. */
    record Announce(String app, String name, StoredRecord seen, Sight container, String why) implements Remedy {}

    /** The container is tried; its lost record is written anew, and its key put where it answers. */
    record RecordAnew(String app, String name, Sight container, String why) implements Remedy {}

    /** The container is tried, and announced or held, as its launch was to end. */
    record FinishLaunch(String app, String name, StoredRecord seen, Sight container, String why) implements Remedy {}

    /** What is left of a launch is withdrawn, drained, stopped and removed. */
    record UndoLaunch(String app, String name, StoredRecord seen, String why) implements Remedy {}

    /** What is left of a retirement is done: withdrawn, drained, stopped and removed. */
    record FinishRetirement(String app, String name, StoredRecord seen, String why) implements Remedy {}

    /** The record of a container that is gone is deleted. */
    record Forget(String app, String name, StoredRecord seen, String why) implements Remedy {}
}
