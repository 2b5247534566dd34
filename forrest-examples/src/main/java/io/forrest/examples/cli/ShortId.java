package io.forrest.examples.cli;

/** Container ids as a person knows them, from Docker's own output. */
final class ShortId {

    private static final int LENGTH = 12;

    private ShortId() {}

    static String of(String id) {
        return id.substring(0, Math.min(LENGTH, id.length()));
    }
}
