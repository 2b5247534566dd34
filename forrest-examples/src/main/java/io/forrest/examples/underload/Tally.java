package io.forrest.examples.underload;

import java.util.List;
import java.util.stream.Stream;

/**
 * What clients counted. Immutable and thread-safe.
 *
 * @param sent how many requests they sent
 * @param failed how many of them failed: not answered, or not with a 2xx
 * @param words what a few of those that failed failed of
 */
record Tally(long sent, long failed, List<String> words) {

    static final Tally NOTHING = new Tally(0, 0, List.of());

    private static final int MOST_WORDS = 5;

    Tally {
        words = words.stream().limit(MOST_WORDS).toList();
    }

    Tally plus(Tally other) {
        return new Tally(
                sent + other.sent,
                failed + other.failed,
                Stream.concat(words.stream(), other.words.stream()).toList());
    }
}
