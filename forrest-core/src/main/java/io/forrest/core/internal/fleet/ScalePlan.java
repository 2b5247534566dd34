package io.forrest.core.internal.fleet;

import io.forrest.Stage;
import io.forrest.core.internal.lifecycle.Member;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What brings a fleet to a size. A pure function of what was seen. Immutable and thread-safe.
 *
 * @param launch how many members to launch
 * @param retire which members to take back afterwards: what is dead or was left half done, and then the surplus
 */
record ScalePlan(int launch, List<Member> retire) {

    /** Who goes first: of the oldest generation first, there who is not announced, and then the youngest. */
    static final Comparator<Member> LEAVING = Comparator.comparingInt(Member::generation)
            .thenComparing(member -> member.stage() != Stage.UNANNOUNCED)
            .thenComparing(Comparator.comparing(Member::created).reversed())
            .thenComparing(Member::name);

    /** Copies the list. */
    ScalePlan {
        retire = List.copyOf(retire);
    }

    /** Returns what is to be done. */
    static ScalePlan of(List<Member> members, int size) {
        List<Member> retire = new ArrayList<>(members.stream()
                .filter(member -> member.isDead() || member.isLeft())
                .toList());
        List<Member> counted =
                members.stream().filter(Member::counts).sorted(LEAVING).toList();
        retire.addAll(counted.subList(0, Math.max(0, counted.size() - size)));
        return new ScalePlan(Math.max(0, size - counted.size()), retire);
    }

    boolean isEmpty() {
        return launch == 0 && retire.isEmpty();
    }
}
