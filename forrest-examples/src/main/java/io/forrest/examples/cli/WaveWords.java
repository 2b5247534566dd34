package io.forrest.examples.cli;

import io.forrest.ObservedMember;
import io.forrest.ObservedTraffic;
import io.forrest.RolloutState;
import io.forrest.WaveFacts;
import io.forrest.event.RolloutProgressed;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Says where a rollout stands. */
final class WaveWords {

    private static final double NANOS_OF_A_MILLISECOND = 1e6;

    private WaveWords() {}

    /** Returns in one line what has happened; empty where a rollout has ended. */
    static String of(RolloutProgressed event) {
        RolloutState state = event.state();
        String wave = "Wave " + state.wave() + " of " + state.waves().size() + ": ";
        WaveFacts facts = event.facts();
        if (facts != null) {
            return wave + verdict(state) + figures(facts);
        }
        return switch (state.phase()) {
            case LAUNCHING -> wave + "launching until " + newMembers(state, state.wave()) + " are new";
            case OBSERVING -> wave + "observing for " + time(state);
            case RETIRING -> wave + "taking as many old ones back";
            case ROLLING_BACK -> "Rolling back: " + event.reason();
            case PROMOTED, ROLLED_BACK -> "";
        };
    }

    /** Returns how many members are new once a wave is done, the first 1, of how many. */
    static String newMembers(RolloutState state, int wave) {
        int all = state.size();
        // The last wave is all, whatever it says
        int fresh =
                wave == state.waves().size() ? all : state.waves().get(wave - 1).of(all);
        return fresh + " of " + all;
    }

    /** Returns the last verdict, without the wave that it is about. */
    static String verdict(RolloutState state) {
        List<String> verdicts = state.verdicts();
        return verdicts.isEmpty() ? "" : verdicts.get(verdicts.size() - 1).replaceFirst("^wave \\d+ ", "");
    }

    private static String figures(WaveFacts facts) {
        return isTold(facts) ? "; new: " + words(facts.freshTraffic()) + "; old: " + words(facts.oldTraffic()) : "";
    }

    /** Returns whether any balancer told of traffic. */
    static boolean isTold(WaveFacts facts) {
        return Stream.concat(facts.fresh().stream(), facts.old().stream())
                .map(ObservedMember::traffic)
                .anyMatch(traffic -> traffic != null);
    }

    private static String words(ObservedTraffic traffic) {
        return traffic.requests() + " requests, " + traffic.errors() + " errors, " + response(traffic);
    }

    /** Returns how long the answers took. */
    static String response(ObservedTraffic traffic) {
        double milliseconds = traffic.responseTime().toNanos() / NANOS_OF_A_MILLISECOND;
        return String.format(Locale.ROOT, "%.1f ms", milliseconds);
    }

    private static String time(RolloutState state) {
        return state.observe().toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }
}
