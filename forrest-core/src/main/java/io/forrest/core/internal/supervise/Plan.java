package io.forrest.core.internal.supervise;

import java.util.List;
import java.util.Set;

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

    /** Returns what there is to do to some instances. */
    Plan about(Set<String> names) {
        return new Plan(
                remedies.stream()
                        .filter(remedy -> names.contains(remedy.name()))
                        .toList(),
                foreign.stream().filter(names::contains).toList());
    }
}
