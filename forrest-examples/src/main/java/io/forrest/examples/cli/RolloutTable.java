package io.forrest.examples.cli;

import io.forrest.ObservedTraffic;
import io.forrest.RolloutPhase;
import io.forrest.RolloutState;
import io.forrest.WaveFacts;
import io.forrest.event.RolloutProgressed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The waves of a rollout as they are drawn. Not thread-safe; confine it to one thread at a time. */
final class RolloutTable {

    private static final String[] COLUMNS = {"WAVE", "NEW", "STATE", "VERDICT"};
    private static final String[] TRAFFIC_COLUMNS = {
        "WAVE", "NEW", "STATE", "VERDICT", "NEW REQUESTS", "ERRORS", "RESPONSE", "OLD REQUESTS", "ERRORS", "RESPONSE"
    };

    private final Map<Integer, WaveFacts> facts = new HashMap<>();
    private final Map<Integer, String> verdicts = new HashMap<>();
    private @Nullable RolloutState last;
    private String why = "";
    private String doing = "";

    /** Takes what has happened. */
    void see(RolloutProgressed event) {
        RolloutState state = event.state();
        last = state;
        WaveFacts seen = event.facts();
        if (seen != null) {
            facts.put(state.wave(), seen);
            String verdict = WaveWords.verdict(state);
            int reason = verdict.indexOf(": ");
            verdicts.put(state.wave(), reason < 0 ? verdict : verdict.substring(0, reason));
            why = reason < 0 ? "" : verdict.substring(reason + 2);
        }
        if (!event.reason().isEmpty()) {
            why = event.reason();
        }
        doing = "";
    }

    /** Takes what is being done, in a few words. */
    void see(String step) {
        doing = step;
    }

    /** Returns all of it; empty before anything has happened. */
    List<String> lines() {
        RolloutState state = last;
        if (state == null) {
            return List.of();
        }
        boolean told = facts.values().stream().anyMatch(WaveWords::isTold);
        Table table = new Table(told ? TRAFFIC_COLUMNS : COLUMNS);
        for (int wave = 1; wave <= state.waves().size(); wave++) {
            List<String> cells = new ArrayList<>(List.of(
                    Integer.toString(wave),
                    WaveWords.newMembers(state, wave),
                    word(state, wave),
                    verdicts.getOrDefault(wave, "")));
            if (told) {
                addTraffic(facts.get(wave), cells);
            }
            table.row(cells.toArray(String[]::new));
        }
        List<String> lines = new ArrayList<>(table.lines());
        lines.add(why);
        lines.add(doing);
        lines.replaceAll(line -> "  " + line);
        return lines;
    }

    private static String word(RolloutState state, int wave) {
        if (state.phase() == RolloutPhase.PROMOTED || wave < state.wave()) {
            return state.phase() == RolloutPhase.ROLLED_BACK ? "rolled back" : "done";
        }
        return wave > state.wave()
                ? ""
                : switch (state.phase()) {
                    case LAUNCHING -> "launching";
                    case OBSERVING -> "observing";
                    case RETIRING -> "taking old ones back";
                    case ROLLING_BACK -> "rolling back";
                    case ROLLED_BACK -> "rolled back";
                    case PROMOTED -> "done";
                };
    }

    private static void addTraffic(@Nullable WaveFacts seen, List<String> cells) {
        if (seen == null) {
            cells.addAll(List.of("", "", "", "", "", ""));
            return;
        }
        for (ObservedTraffic traffic : List.of(seen.freshTraffic(), seen.oldTraffic())) {
            cells.add(Long.toString(traffic.requests()));
            cells.add(Long.toString(traffic.errors()));
            cells.add(WaveWords.response(traffic));
        }
    }
}
