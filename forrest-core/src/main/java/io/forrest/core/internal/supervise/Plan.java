package io.forrest.core.internal.supervise;

import java.util.List;

/**
 * What there is to do. Immutable and thread-safe.
 *
 * @param remedies what to do; those of one instance in their order
 * @param foreign the names under which stands what Forrest did not write, and which are left alone
 */
record Plan(List<Remedy> remedies, List<String> foreign) {

    /** Copies the lists. */
    Plan {
        remedies = List.copyOf(remedies);
        foreign = List.copyOf(foreign);
    }
}
