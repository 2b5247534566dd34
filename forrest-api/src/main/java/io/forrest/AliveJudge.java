package io.forrest;

import java.util.List;

/** Promotes what lives. Immutable and thread-safe. */
enum AliveJudge implements Judge {
    /** The only one. */
    INSTANCE;

    @Override
    public Verdict judge(WaveFacts facts) {
        if (facts.fresh().isEmpty()) {
            return Verdict.rollBack("there is no new member");
        }
        List<String> ill = facts.fresh().stream()
                .filter(member -> !member.isWell())
                .map(member -> member.name() + " is " + member.words())
                .toList();
        return ill.isEmpty() ? Verdict.promote() : Verdict.rollBack(String.join(", ", ill));
    }

    @Override
    public String toString() {
        return "alive";
    }
}
