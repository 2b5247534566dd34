package io.forrest.core.internal.fleet;

import io.forrest.core.internal.lifecycle.Member;
import java.util.ArrayList;
import java.util.List;

/**
 * The next step of a wave: first leaves who is to be taken back, then come old members, then new ones. A pure function of what was
 * seen. Immutable and thread-safe.
 *
 * @param retire whom to take back
 * @param launchOld how many members of the old template to launch
 * @param launchFresh how many members of the new template to launch
 */
record WaveStep(List<Member> retire, int launchOld, int launchFresh) {

    /** Copies the list. */
    WaveStep {
        retire = List.copyOf(retire);
    }

    /** Returns what a wave begins with: what the new members lack of its target, and what the fleet would lack beside them. */
    static WaveStep filling(Generations seen, int size, int target) {
        int fresh = Math.max(0, target - seen.fresh().size());
        return new WaveStep(seen.gone(), Math.max(0, size - seen.total() - fresh), fresh);
    }

    /** Returns what keeps the fleet at its size while a wave is observed. */
    static WaveStep keeping(Generations seen, int size) {
        return new WaveStep(List.of(), Math.max(0, size - seen.total()), 0);
    }

    /**
     * Returns what a wave ends with: as many leave as the fleet has too many, old ones first. What the new members lack of its target
     * comes before anybody leaves who counts.
     */
    static WaveStep settling(Generations seen, int size, int target) {
        List<Member> leaving = new ArrayList<>(seen.gone());
        int missing = Math.max(0, target - seen.fresh().size());
        if (missing == 0) {
            int surplus = Math.max(0, seen.total() - size);
            int old = Math.min(surplus, seen.old().size());
            leaving.addAll(seen.old().subList(0, old));
            leaving.addAll(seen.fresh().subList(0, surplus - old));
        }
        return new WaveStep(leaving, 0, missing);
    }

    boolean isEmpty() {
        return retire.isEmpty() && launchOld == 0 && launchFresh == 0;
    }
}
