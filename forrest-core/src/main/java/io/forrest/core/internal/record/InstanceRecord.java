package io.forrest.core.internal.record;

import io.forrest.Endpoint;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What Forrest notes of an instance. Immutable and thread-safe.
 *
 * @param engine the id of the engine that runs it
 * @param launch what tells its launch from every other
 * @param app its app
 * @param image its image
 * @param intent what is meant to happen to it
 * @param container the container's id; null until there is one
 * @param endpoint where it answers; null until that is known
 * @param drainFor how long it may finish its work once withdrawn
 * @param stopGrace how long its container may take to stop
 * @param launchBy when its launch must have ended; once it goes, when it was begun to be taken back; by the engine's clock, as each
 *     time here
 * @param withdrawn since when it has been out of the registry on purpose; null if it never was announced, or is now
 * @param aim what its launch shall end in: {@link Intent#LIVE} or {@link Intent#HELD}
 * @param worker the mark of the process that launches it or takes it back; null while nobody does, or nobody can tell
 */
public record InstanceRecord(
        String engine,
        String launch,
        String app,
        String image,
        Intent intent,
        @Nullable String container,
        @Nullable Endpoint endpoint,
        Duration drainFor,
        Duration stopGrace,
        Instant launchBy,
        @Nullable Instant withdrawn,
        Intent aim,
        @Nullable String worker) {

    /** Creates the record of an instance that shall be announced, and that nobody is known to work on. */
    public InstanceRecord(
            String engine,
            String launch,
            String app,
            String image,
            Intent intent,
            @Nullable String container,
            @Nullable Endpoint endpoint,
            Duration drainFor,
            Duration stopGrace,
            Instant launchBy,
            @Nullable Instant withdrawn) {
        this(
                engine,
                launch,
                app,
                image,
                intent,
                container,
                endpoint,
                drainFor,
                stopGrace,
                launchBy,
                withdrawn,
                Intent.LIVE,
                null);
    }

    /** Returns this record as that of a launch which shall end in an aim, by the process of a mark. */
    public InstanceRecord launchedBy(String newWorker, Intent newAim) {
        return with(intent, container, endpoint, drainFor, withdrawn, newAim, newWorker);
    }

    /** Returns this record with its container and, once that is known, its endpoint. */
    public InstanceRecord at(String newContainer, @Nullable Endpoint newEndpoint) {
        return with(intent, newContainer, newEndpoint, drainFor, withdrawn, aim, worker);
    }

    /** Returns this record as that of an instance that shall be announced. */
    public InstanceRecord live() {
        return with(Intent.LIVE, container, endpoint, drainFor, null, aim, null);
    }

    /** Returns this record as that of an instance that shall not be announced. */
    public InstanceRecord held(Instant now) {
        return with(Intent.HELD, container, endpoint, drainFor, since(now), aim, null);
    }

    /**
     * Returns this record as that of an instance that shall go.
     *
     * @param now the time
     * @param newWorker the mark of the process that takes it back
     * @param newDrainFor how long it may finish its work; null: as long as it was launched with
     */
    public InstanceRecord retiring(Instant now, String newWorker, @Nullable Duration newDrainFor) {
        return new InstanceRecord(
                engine,
                launch,
                app,
                image,
                Intent.RETIRING,
                container,
                endpoint,
                newDrainFor == null ? drainFor : newDrainFor,
                stopGrace,
                now,
                since(now),
                aim,
                newWorker);
    }

    private @Nullable Instant since(Instant now) {
        return intent == Intent.LIVE ? now : withdrawn;
    }

    private InstanceRecord with(
            Intent newIntent,
            @Nullable String newContainer,
            @Nullable Endpoint newEndpoint,
            Duration newDrainFor,
            @Nullable Instant newWithdrawn,
            Intent newAim,
            @Nullable String newWorker) {
        return new InstanceRecord(
                engine,
                launch,
                app,
                image,
                newIntent,
                newContainer,
                newEndpoint,
                newDrainFor,
                stopGrace,
                launchBy,
                newWithdrawn,
                newAim,
                newWorker);
    }
}
