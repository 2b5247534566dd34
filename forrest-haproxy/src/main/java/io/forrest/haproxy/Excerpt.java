package io.forrest.haproxy;

/** Shows a little of what an HAProxy, or something in its place, has answered. */
final class Excerpt {

    private static final int LENGTH = 120;

    private Excerpt() {}

    /** Returns the beginning of a text in one line without control characters, in quotes. */
    static String of(String text) {
        String line = text.substring(0, Math.min(text.length(), 2 * LENGTH))
                .replaceAll("[\\s\\p{Cntrl}]+", " ")
                .strip();
        return line.length() > LENGTH ? '"' + line.substring(0, LENGTH) + "...\"" : '"' + line + '"';
    }
}
