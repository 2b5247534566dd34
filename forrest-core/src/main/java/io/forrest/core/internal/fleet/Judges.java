package io.forrest.core.internal.fleet;

import io.forrest.Comparison;
import io.forrest.Judge;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes built-in judges as text and reads them back; a function cannot be written down. */
final class Judges {

    private static final Pattern COMPARISON =
            Pattern.compile("noWorseThanOld (?<errors>[\\d.E-]+) (?<slower>[\\d.E-]+) (?<requests>\\d{1,18})");

    private Judges() {}

    /** Returns the text of a judge; empty if it is a function. */
    static String write(Judge judge) {
        return judge == Judge.alive() || judge instanceof Comparison ? judge.toString() : "";
    }

    /** Reads a judge; empty if the text stands for a function. */
    static Optional<Judge> read(String text) {
        if (text.equals(Judge.alive().toString())) {
            return Optional.of(Judge.alive());
        }
        Matcher comparison = COMPARISON.matcher(text);
        if (!comparison.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Judge.noWorseThanOld()
                    .moreErrors(Double.parseDouble(comparison.group("errors")))
                    .slower(Double.parseDouble(comparison.group("slower")))
                    .minRequests(Long.parseLong(comparison.group("requests"))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
