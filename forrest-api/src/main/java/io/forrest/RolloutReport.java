package io.forrest;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a rollout came to. Immutable and thread-safe.
 *
 * @param app the fleet's app
 * @param state where it stood in the end
 * @param reason why it was rolled back, in words; empty if it was not
 * @param logTail the last log lines of the member that it failed of, oldest first: one that could not be launched; or of the new
 *     ones that were judged one that died or is unhealthy, or else is not served, or else gave the most errors; empty where there
 *     are none
 * @param facts what each judgement was based on, in the order of time; those of an earlier process are not among them
 * @param launched the names of the members that this process launched for it, old ones of a rollback included
 * @param retired what this process took back for it
 */
public record RolloutReport(
        String app,
        RolloutState state,
        String reason,
        List<String> logTail,
        List<WaveFacts> facts,
        List<String> launched,
        List<Retirement> retired) {

    /** Copies the lists. */
    public RolloutReport {
        requireNonNull(app, "app");
        requireNonNull(state, "state");
        requireNonNull(reason, "reason");
        logTail = List.copyOf(logTail);
        facts = List.copyOf(facts);
        launched = List.copyOf(launched);
        retired = List.copyOf(retired);
    }
}
