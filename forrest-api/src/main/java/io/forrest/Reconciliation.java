package io.forrest;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What one pass over the instances of an engine did, or would do. Immutable and thread-safe.
 *
 * @param mode whether it acted
 * @param repairs what was done, or would be, ordered by instance, and for one instance in the order of time. What turned out
 *     to be changed by another meanwhile was left alone, and is not among it
 * @param foreign the names under which stands an endpoint that Forrest did not put there, ordered: they are left alone
 */
public record Reconciliation(ReconcileMode mode, List<Repair> repairs, List<String> foreign) {

    /** Checks that nothing is null, and copies the lists. */
    public Reconciliation {
        requireNonNull(mode, "mode");
        repairs = List.copyOf(repairs);
        foreign = List.copyOf(foreign);
    }

    /**
     * Returns what could not be done.
     *
     * @return the repairs that failed, in their order
     */
    public List<Repair> failures() {
        return repairs.stream().filter(Repair::failed).toList();
    }
}
