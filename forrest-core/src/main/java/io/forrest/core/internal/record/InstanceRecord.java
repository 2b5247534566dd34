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
 * @param launchBy when its launch must have ended
 * @param withdrawn since when it has been out of the registry on purpose; null if it never was announced, or is now
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
        @Nullable Instant withdrawn) {

    /** Returns this record with its container and, once that is known, its endpoint. */
    public InstanceRecord at(String newContainer, @Nullable Endpoint newEndpoint) {
        return new InstanceRecord(
                engine,
                launch,
                app,
                image,
                intent,
                newContainer,
                newEndpoint,
                drainFor,
                stopGrace,
                launchBy,
                withdrawn);
    }

    /** Returns this record as that of an instance that shall be announced. */
    public InstanceRecord live() {
        return with(Intent.LIVE, null);
    }

    /** Returns this record as that of an instance that shall not be announced. */
    public InstanceRecord held(Instant now) {
        return with(Intent.HELD, since(now));
    }

    /** Returns this record as that of an instance that shall go. */
    public InstanceRecord retiring(Instant now) {
        return with(Intent.RETIRING, since(now));
    }

    private @Nullable Instant since(Instant now) {
        return intent == Intent.LIVE ? now : withdrawn;
    }

    private InstanceRecord with(Intent newIntent, @Nullable Instant newWithdrawn) {
        return new InstanceRecord(
                engine,
                launch,
                app,
                image,
                newIntent,
                container,
                endpoint,
                drainFor,
                stopGrace,
                launchBy,
                newWithdrawn);
    }
}
