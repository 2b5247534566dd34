package io.forrest;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is recorded of a fleet at one moment. Immutable and thread-safe. */
public final class FleetState {

    private final int size;
    private final String image;
    private final int generation;
    private final List<String> missing;
    private final @Nullable RolloutState rollout;

    /**
     * Creates the snapshot.
     *
     * @param size how many members are wanted
     * @param image the template's image
     * @param generation which template of the fleet it is, the first 1
     * @param missing what the template had and its record does not: secrets and functions, in words
     * @param rollout the rollout that has not ended, or null
     */
    public FleetState(int size, String image, int generation, List<String> missing, @Nullable RolloutState rollout) {
        this.size = size;
        this.image = requireNonNull(image, "image");
        this.generation = generation;
        this.missing = List.copyOf(missing);
        this.rollout = rollout;
    }

    /**
     * Returns how many members are wanted.
     *
     * @return the size, 0 at least
     */
    public int size() {
        return size;
    }

    /**
     * Returns the image that members are launched from. While a rollout is under way it is the old one.
     *
     * @return the template's image
     */
    public String image() {
        return image;
    }

    /**
     * Returns which template of the fleet it is.
     *
     * @return the generation; the first is 1
     */
    public int generation() {
        return generation;
    }

    /**
     * Returns what the template had and its record does not, so that a process that does not know it cannot launch: secrets
     * and readiness functions.
     *
     * @return what is missing, in words; empty where all stands in the record
     */
    public List<String> missing() {
        return missing;
    }

    /**
     * Returns the rollout that has not ended.
     *
     * @return the rollout's state; empty if there is none
     */
    public Optional<RolloutState> rollout() {
        return Optional.ofNullable(rollout);
    }

    /** Returns size, image and generation, and the rollout if there is one. */
    @Override
    public String toString() {
        return size + " of " + image + ", generation " + generation + (rollout == null ? "" : ", " + rollout);
    }
}
