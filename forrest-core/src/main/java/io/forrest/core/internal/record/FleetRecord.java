package io.forrest.core.internal.record;

import org.jspecify.annotations.Nullable;

/**
 * What Forrest notes of a fleet. Immutable and thread-safe.
 *
 * @param engine the id of the engine that runs it
 * @param size how many members are wanted
 * @param template what members are launched from, as JSON
 * @param image the template's image
 * @param generation which template of the fleet it is, the first 1
 * @param lastGeneration the highest generation that was ever given
 * @param rollout the rollout that has not ended; null if there is none
 */
public record FleetRecord(
        String engine,
        int size,
        String template,
        String image,
        int generation,
        int lastGeneration,
        @Nullable RolloutRecord rollout) {

    /** Returns this record with another size. */
    public FleetRecord sized(int newSize) {
        return new FleetRecord(engine, newSize, template, image, generation, lastGeneration, rollout);
    }

    /** Returns this record with a rollout that is under way. */
    public FleetRecord rolling(RolloutRecord newRollout) {
        return new FleetRecord(
                engine,
                size,
                template,
                image,
                generation,
                Math.max(lastGeneration, newRollout.generation()),
                newRollout);
    }

    /** Returns this record after its rollout has ended: with the new template, or the old one. */
    public FleetRecord rolledOut(RolloutRecord ended, boolean promoted) {
        return promoted
                ? new FleetRecord(
                        engine, size, ended.template(), ended.image(), ended.generation(), lastGeneration, null)
                : new FleetRecord(engine, size, template, image, generation, lastGeneration, null);
    }

    /** Returns this record with nothing wanted any more, and no rollout. */
    public FleetRecord stopped() {
        return new FleetRecord(engine, 0, template, image, generation, lastGeneration, null);
    }
}
