package io.forrest.core.internal.fleet;

import io.forrest.core.internal.lifecycle.Member;
import java.util.ArrayList;
import java.util.List;

/**
 * The next step of a rollback: the new leave as far as the size is kept, then old ones are launched in their place. A pure function
 * of what was seen. Immutable and thread-safe.
 *
 * @param retire whom to take back
 * @param launch how many old ones to launch, where nobody is to be taken back
 */
record RollbackStep(List<Member> retire, int launch) {

    /** Returns the next step. */
    static RollbackStep of(Generations seen, int size, int excess) {
        List<Member> retire = new ArrayList<>(seen.gone());
        int surplus = Math.max(0, seen.total() - size);
        int leaving = Math.min(surplus, seen.fresh().size());
        retire.addAll(seen.fresh().subList(0, leaving));
        if (seen.fresh().size() == leaving) {
            retire.addAll(seen.old().subList(0, Math.max(0, seen.old().size() - size)));
        }
        int missing = Math.max(0, size - seen.old().size());
        int room = Math.max(1, size + excess - seen.total());
        return new RollbackStep(List.copyOf(retire), retire.isEmpty() ? Math.min(missing, room) : 0);
    }

    boolean isEmpty() {
        return retire.isEmpty() && launch == 0;
    }
}
