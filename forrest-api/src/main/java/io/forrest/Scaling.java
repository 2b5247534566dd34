package io.forrest;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What bringing a fleet to a size came to. Immutable and thread-safe.
 *
 * @param app the fleet's app
 * @param size how many members it has now
 * @param launched the names of the members that were launched, in the order in which they were announced
 * @param retired what was taken back, in the order in which it was gone
 */
public record Scaling(String app, int size, List<String> launched, List<Retirement> retired) {

    /** Copies the lists. */
    public Scaling {
        requireNonNull(app, "app");
        launched = List.copyOf(launched);
        retired = List.copyOf(retired);
    }
}
