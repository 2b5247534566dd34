package io.forrest;

/** Makes a text from outside safe to show: no control characters, and not without end. */
final class Printable {

    private static final int LIMIT = 100;

    private Printable() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(LIMIT).forEach(point -> {
            if (Character.isISOControl(point)) {
                shown.append(String.format("\\u%04x", point));
            } else {
                shown.appendCodePoint(point);
            }
        });
        return text.codePointCount(0, text.length()) > LIMIT
                ? shown.append("...").toString()
                : shown.toString();
    }
}
