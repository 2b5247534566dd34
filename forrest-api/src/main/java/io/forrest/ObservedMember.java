package io.forrest;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * What was seen of one member of a fleet while a wave was observed. Immutable and thread-safe.
 *
 * @param name the member's name
 * @param stage where it stood at the end
 * @param died whether it was seen not to run meanwhile, by looks a second apart; it may run again
 * @param unhealthy whether its HEALTHCHECK failed meanwhile
 * @param traffic what the balancer sent it meanwhile; null if no balancer could tell, or there is none
 */
public record ObservedMember(
        String name,
        Stage stage,
        boolean died,
        boolean unhealthy,
        @Nullable ObservedTraffic traffic) {

    /** Checks that nothing is null that must not be. */
    public ObservedMember {
        requireNonNull(name, "name");
        requireNonNull(stage, "stage");
    }

    /**
     * Returns whether nothing is wrong with it: it has lived through the observation, and was announced and healthy.
     *
     * @return whether it is well
     */
    public boolean isWell() {
        return !died && !unhealthy && (stage == Stage.ANNOUNCED || stage == Stage.SERVING);
    }

    /** Returns what is wrong with it, in words. */
    String words() {
        return died ? "dead" : unhealthy ? "unhealthy" : stage.toString();
    }
}
