package io.forrest.haproxy;

/** Says that an HAProxy understood a command, or not, and did not carry it out. */
final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    RefusedException(String command, String answer) {
        super("refuses \"" + command + "\": " + Excerpt.of(answer));
    }
}
