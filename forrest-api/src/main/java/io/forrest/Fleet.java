package io.forrest;

import io.forrest.annotation.CanIgnoreReturnValue;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * All instances of one app on one engine, launched from one template, and how many of them are wanted. What is wanted stands in
 * the registry, in the fleet's record, and outlives this process: {@link Scaler#fleet(String)} finds it again from any.
 * Thread-safe.
 *
 * <p>Whoever changes a fleet holds its lease in the registry for that time, so that no two processes change it at once. An
 * instance that was launched by {@link Launch#announce()} under the fleet's app counts as a member of its oldest generation;
 * one that is {@linkplain Stage#HELD held} does not count.
 */
public interface Fleet {

    /**
     * Returns the name that the members share. No I/O.
     *
     * @return the app
     */
    String app();

    /**
     * Returns what is recorded of the fleet. Blocks for one question to the registry. Changes nothing.
     *
     * @return the record; empty if there is none: a fleet that was never scaled, or was stopped
     * @throws IllegalStateException if the scaler is closed
     * @throws RegistryException if the registry does not answer
     * @throws ForrestException if the record cannot be read: it was damaged, or written by a later version
     */
    Optional<FleetState> state();

    /**
     * Returns the instances of the app on this engine, whoever launched them, held and dead ones included. Blocks as {@link
     * Scaler#instances()} does. Changes nothing.
     *
     * @return the instances, ordered by name
     * @throws IllegalStateException if the scaler is closed
     * @throws ContainerRuntimeException if the engine does not answer
     */
    List<Instance> instances();

    /**
     * Brings the fleet to a size, exactly: launches and announces what is missing, side by side, a bounded number at one time;
     * retires what is too many, of the oldest generation first and there the youngest first, to the second; takes members back
     * that are dead. A member whose key was lost counts, see {@link Scaler#reconcile()}. While it shrinks there are never fewer
     * members than asked for. Blocks until then, and where there is a balancer until all that are new are served. Calls for one
     * fleet in one process queue; of those that wait the last target wins, and all of them return what it came to. While another
     * process changes the fleet, the call waits for 5 seconds and is refused then. A process that
     * has ended keeps nobody waiting who can tell that, on the same host and in the same PID namespace; for anybody else it seems to
     * change the fleet for up to 30 seconds more: the call may be repeated.
     *
     * <p>If it throws, what was launched stays, the rest is undone, and the recorded size is what was reached. An interrupt is
     * kept: it ends the work by a {@link ScaleException}, or, before anything was changed, by a {@link ForrestException}; where
     * others wait for the same, this call alone ends by a {@link ForrestException}, and the work goes on for them.
     *
     * @param size how many members, 0 to 1,000
     * @return what was done
     * @throws IllegalArgumentException if the size is out of range
     * @throws FleetBusyException if another process changes the fleet, or a rollout of it is not finished; nothing was changed
     * @throws ScaleException if the size was not reached; says what was
     * @throws IllegalStateException if the scaler is closed; or the fleet has no template; or its template is another than the
     *     launch's that this fleet was made by ({@link #rollOut(UnaryOperator)} changes it, for this fleet too); or the stored
     *     template lacks a secret or a readiness function: which one; or its template is too large for a record
     * @throws ForrestException if the fleet is another engine's, or engine or registry do not answer
     */
    @CanIgnoreReturnValue
    Scaling scaleTo(int size);

    /**
     * Does what {@link #scaleTo(int)} does, on a thread of the scaler's.
     *
     * @param size how many members, 0 to 1,000
     * @return what will have been done; completes with the exceptions that {@link #scaleTo(int)} throws, and cannot be cancelled:
     *     scale to another size instead
     * @throws IllegalArgumentException if the size is out of range
     * @throws IllegalStateException if the scaler is closed
     */
    @CanIgnoreReturnValue
    CompletableFuture<Scaling> scaleToAsync(int size);

    /**
     * Describes a rollout of another image. No I/O.
     *
     * @param image the image, as for {@link Scaler#launch(String)}
     * @return the description, all of it at its defaults
     * @throws IllegalArgumentException if the image is malformed
     */
    Rollout rollOut(String image);

    /**
     * Describes a rollout of a change to the template. No I/O: the change is applied when the rollout is run.
     *
     * @param change the change, {@code launch -> launch.env("MODE", "b")} say; it must not change the app or name the instance
     * @return the description, all of it at its defaults
     */
    Rollout rollOut(UnaryOperator<Launch> change);

    /**
     * Describes a rollout of another image together with a change to the template. No I/O: the change is applied when the rollout
     * is run.
     *
     * @param image the image, as for {@link Scaler#launch(String)}
     * @param change the rest of the change, as for {@link #rollOut(UnaryOperator)}
     * @return the description, all of it at its defaults
     * @throws IllegalArgumentException if the image is malformed
     */
    Rollout rollOut(String image, UnaryOperator<Launch> change);

    /**
     * Finds the rollout that has not ended: one under way, or one that its process's death has cut off. Blocks for one question
     * to the registry. Changes nothing.
     *
     * @return the rollout, to {@link Rollout#resume()} or {@link Rollout#rollBack()}; empty if there is none
     * @throws IllegalStateException if the scaler is closed
     * @throws RegistryException if the registry does not answer
     * @throws ForrestException if the fleet is another engine's, or the record cannot be read
     */
    Optional<Rollout> rollout();

    /**
     * Takes all members back, held ones and those that another process is launching included, and deletes the fleet's record,
     * and with it a rollout that was cut off: nobody can resume it then. Blocks until all are gone; others are waited for as by
     * {@link #scaleTo(int)}. An interrupt is kept, and ends it by a {@link ScaleException}, or, before anything was changed, by a
     * {@link ForrestException}. Idempotent.
     *
     * @return what was done
     * @throws FleetBusyException if another process changes the fleet, or this one rolls out to it; nothing was changed
     * @throws ScaleException if not all could be taken back; calling again goes on from there
     * @throws IllegalStateException if the scaler is closed
     * @throws ForrestException if the fleet is another engine's, or engine or registry do not answer
     */
    @CanIgnoreReturnValue
    Scaling stop();
}
