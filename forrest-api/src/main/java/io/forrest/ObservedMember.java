package io.forrest;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * What was seen of one member of a fleet while a wave was observed. Immutable and thread-safe.
 *
 * @param name the member's name
 * @param stage where it stood at the end; {@link Stage#ANNOUNCED} with traffic is one that a balancer did not serve then
 * @param died whether it was seen not to run meanwhile, by looks a second apart; it may run again
 * @param unhealthy whether it is a new member whose readiness is told by its HEALTHCHECK, and that failed meanwhile
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
     * Returns whether nothing is wrong with it: it has lived through the observation, was healthy, and in the end was served, or
     * announced where no balancer could tell.
     *
     * @return whether it is well
     */
    public boolean isWell() {
        return !died && !unhealthy && (stage == Stage.SERVING || (stage == Stage.ANNOUNCED && traffic == null));
    }

    /** Returns what is wrong with it, in words. */
    String words() {
        if (died) {
            return "dead";
        }
        if (unhealthy) {
            return "unhealthy";
        }
        return stage == Stage.ANNOUNCED ? "announced, but not served by the balancer" : stage.toString();
    }
}
