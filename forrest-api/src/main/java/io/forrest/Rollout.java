package io.forrest;

import io.forrest.annotation.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The description of how a fleet gets another template, in waves: the new members of a wave are launched, ready, announced and
 * served; they are observed and judged; then as many old ones are retired. There are never fewer members than the fleet's size,
 * and never more than that and the wave's. At any failure all new members are taken back and the old ones brought back to full
 * size. Each option returns a new description and does no I/O. Immutable and thread-safe.
 *
 * <p>Its state stands in the fleet's record, so that another process finds it by {@link Fleet#rollout()} after this one's death.
 */
public interface Rollout {

    /**
     * Sets the waves. By default one, a quarter, all. After the last all members are new, whatever it says; a wave that brings
     * nothing beyond the one before it is left out.
     *
     * @param waves 1 to 100 waves
     * @return the new description
     * @throws IllegalArgumentException if there are none, or too many
     * @throws IllegalStateException for a rollout that has been begun: its waves are recorded
     */
    Rollout waves(Wave... waves);

    /**
     * Sets how long each wave is observed. By default 30 seconds.
     *
     * @param time zero to a day
     * @return the new description
     * @throws IllegalArgumentException if it is out of range
     * @throws IllegalStateException for a rollout that has been begun: its time is recorded
     */
    Rollout observe(Duration time);

    /**
     * Sets who judges the waves. By default {@link Judge#alive()}. A rollout that is found again has the judge that it was begun
     * with, if that was a built-in one; a function must be given again before it is resumed.
     *
     * @param judge the judge
     * @return the new description
     */
    Rollout judge(Judge judge);

    /**
     * Sets how often the observation of one wave may be extended; after that many the next verdict to extend rolls back. By
     * default 5.
     *
     * @param times 0 to 1,000
     * @return the new description
     * @throws IllegalArgumentException if it is out of range
     * @throws IllegalStateException for a rollout that has been begun: its bound is recorded
     */
    Rollout extendAtMost(int times);

    /**
     * Returns where it stood when it was found. No I/O.
     *
     * @return the state; empty for a rollout that has not been begun
     */
    Optional<RolloutState> state();

    /**
     * Rolls out. Blocks until all members are new, or all are old again. Another change of the fleet that is under way is waited
     * for: in this process until it has ended, by another process for 5 seconds. An interrupt rolls back, and is kept; before
     * anything is recorded it leaves all as it was, by a {@link ForrestException}.
     *
     * @return what was done
     * @throws RolloutException if it was rolled back, or could not be ended: its report says which, and why
     * @throws FleetBusyException if another process changes the fleet, or a rollout of it has not ended: which one. Nothing was
     *     changed
     * @throws IllegalStateException if the scaler is closed; the fleet was never scaled, or stopped; its stored template lacks a
     *     secret or a function; the judge is {@link Judge#noWorseThanOld()} and the scaler has no balancer; both templates are too
     *     large for one record; or this rollout has been begun: resume it. Nothing was changed
     * @throws IllegalArgumentException if the change changes the app or names the instance; nothing was changed
     * @throws ForrestException if the fleet is another engine's, or engine or registry do not answer; nothing was changed
     */
    @CanIgnoreReturnValue
    RolloutReport run();

    /**
     * Does what {@link #run()} does, on a thread of the scaler's.
     *
     * @return what will have been done; completes with the exceptions that {@link #run()} throws. Cancelling it rolls back, in the
     *     background
     * @throws IllegalStateException if the scaler is closed, or this rollout has been begun
     */
    @CanIgnoreReturnValue
    CompletableFuture<RolloutReport> runAsync();

    /**
     * Goes on with a rollout that was cut off. The wave that it was at is brought to its full number and observed anew; a rollback
     * once begun is ended, and never turns forward. Blocks as {@link #run()} does, and does the same upon an interrupt, but that a
     * rollback is not cut short by one.
     *
     * @return what was done: {@link RolloutPhase#PROMOTED}, or {@link RolloutPhase#ROLLED_BACK} if it was being rolled back already
     * @throws RolloutException if it was rolled back now, or could not be ended, as for {@link #run()}
     * @throws FleetBusyException if another process is at it
     * @throws IllegalStateException if the scaler is closed; the rollout has not been begun, or has ended meanwhile; its judge was a
     *     function and none is given, or is {@link Judge#noWorseThanOld()} and the scaler has no balancer; or a stored template
     *     lacks a secret or a function. Nothing was changed
     * @throws ForrestException as for {@link #run()}
     */
    @CanIgnoreReturnValue
    RolloutReport resume();

    /**
     * Takes back what a rollout that was cut off has done so far. Blocks until all members are old again. An interrupt is kept, and
     * leaves all as it was if it comes while another change of the fleet is waited for; later it cuts nothing short.
     *
     * @return what was done, {@link RolloutPhase#ROLLED_BACK}
     * @throws RolloutException if it could not be ended; calling again goes on from there
     * @throws FleetBusyException if another process is at it
     * @throws IllegalStateException as for {@link #resume()}, but neither the judge nor anything of the new template is needed
     * @throws ForrestException as for {@link #run()}
     */
    @CanIgnoreReturnValue
    RolloutReport rollBack();
}
