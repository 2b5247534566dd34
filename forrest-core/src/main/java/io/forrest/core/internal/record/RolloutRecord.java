package io.forrest.core.internal.record;

import io.forrest.RolloutPhase;
import io.forrest.RolloutState;
import io.forrest.Wave;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What Forrest notes of a rollout that has not ended. Immutable and thread-safe.
 *
 * @param id its name
 * @param template the new template, as JSON
 * @param image the new template's image
 * @param generation the new template's generation
 * @param size the fleet's size when it was begun
 * @param waves the waves
 * @param wave the wave it is at, the first 1
 * @param phase what it is doing
 * @param observe how long each wave is observed
 * @param judge who judges, as text; empty for a function
 * @param extendAtMost how often the observation of a wave may be extended
 * @param verdicts what was said of the waves so far, in words
 * @param reason why it is rolled back; empty while it is not
 * @param begun when it was begun
 */
public record RolloutRecord(
        String id,
        String template,
        String image,
        int generation,
        int size,
        List<Wave> waves,
        int wave,
        RolloutPhase phase,
        Duration observe,
        String judge,
        int extendAtMost,
        List<String> verdicts,
        String reason,
        Instant begun) {

    /** How many verdicts are kept: the last. A record has a limit. */
    private static final int MAX_VERDICTS = 100;

    private static final int MAX_VERDICT_LENGTH = 300;

    /** How long the reason may be; {@link FleetRecords} keeps room for it from the beginning. */
    static final int MAX_REASON_LENGTH = 600;

    /** Copies the lists. */
    public RolloutRecord {
        waves = List.copyOf(waves);
        verdicts = List.copyOf(verdicts.subList(Math.max(0, verdicts.size() - MAX_VERDICTS), verdicts.size()));
    }

    /** Returns this record at a wave and phase. */
    public RolloutRecord at(int newWave, RolloutPhase newPhase) {
        return with(newWave, newPhase, verdicts, reason);
    }

    /** Returns this record with one more verdict. */
    public RolloutRecord judged(String verdict) {
        List<String> more = new ArrayList<>(verdicts);
        more.add(line(verdict, MAX_VERDICT_LENGTH));
        return with(wave, phase, more, reason);
    }

    /** Returns this record as that of a rollout that is rolled back; the first reason stays. */
    public RolloutRecord rollingBack(String why) {
        return with(
                wave, RolloutPhase.ROLLING_BACK, verdicts, reason.isEmpty() ? line(why, MAX_REASON_LENGTH) : reason);
    }

    /** Returns this record with the later half of its verdicts. */
    public RolloutRecord withFewerVerdicts() {
        return with(wave, phase, verdicts.subList((verdicts.size() + 1) / 2, verdicts.size()), reason);
    }

    /** Returns a text of a judge's or an exception's as one line of bounded length. */
    private static String line(String text, int length) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        if (line.length() <= length) {
            return line;
        }
        int end = length - 1;
        return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end) + "\u2026";
    }

    private RolloutRecord with(int newWave, RolloutPhase newPhase, List<String> newVerdicts, String newReason) {
        return new RolloutRecord(
                id,
                template,
                image,
                generation,
                size,
                waves,
                newWave,
                newPhase,
                observe,
                judge,
                extendAtMost,
                newVerdicts,
                newReason,
                begun);
    }

    /** Returns what users are told of it, given the image that it started from. */
    public RolloutState state(String from) {
        return new RolloutState(id, from, image, size, waves, wave, phase, observe, verdicts, reason, begun);
    }
}
