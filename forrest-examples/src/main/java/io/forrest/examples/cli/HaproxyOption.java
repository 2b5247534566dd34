package io.forrest.examples.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option of those commands that have to do with HAProxy. Not thread-safe; confine it to one thread. */
final class HaproxyOption {

    @Option(names = "--haproxy", paramLabel = "URI", description = "instead of FORREST_HAPROXY; may be repeated")
    private final List<String> given = new ArrayList<>();

    /** Returns what was given, as one text; empty if nothing was. */
    Optional<String> text() {
        return given.isEmpty() ? Optional.empty() : Optional.of(String.join(",", given));
    }
}
