package io.forrest.core.internal.fleet;

import io.forrest.core.internal.lifecycle.Member;
import java.util.List;

/**
 * The members of a fleet during a rollout. Immutable and thread-safe.
 *
 * @param fresh those with the new template that count
 * @param old those with an older template that count, those first that leave first
 * @param gone those that are dead, or were left half launched or half taken back
 */
record Generations(List<Member> fresh, List<Member> old, List<Member> gone) {

    static Generations of(List<Member> members, int generation) {
        return new Generations(
                members.stream()
                        .filter(Member::counts)
                        .filter(member -> member.generation() == generation)
                        .sorted(ScalePlan.LEAVING)
                        .toList(),
                members.stream()
                        .filter(Member::counts)
                        .filter(member -> member.generation() != generation)
                        .sorted(ScalePlan.LEAVING)
                        .toList(),
                members.stream()
                        .filter(member -> member.isDead() || member.isLeft())
                        .toList());
    }

    /** Returns how many count. */
    int total() {
        return fresh.size() + old.size();
    }
}
