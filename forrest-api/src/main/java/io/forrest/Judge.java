package io.forrest;

/**
 * Says after the observation of a wave whether the rollout goes on. It is called on the rollout's thread and may take its time, in
 * which the wave goes on being served. Implementations must be thread-safe. One that throws rolls the rollout back.
 */
@FunctionalInterface
public interface Judge {

    /**
     * Judges a wave.
     *
     * @param facts what was seen of new and old members while the wave was observed
     * @return whether to go on, to observe once more, or to roll back
     */
    Verdict judge(WaveFacts facts);

    /**
     * Returns the judge that promotes a wave whose new members are all alive, announced and, by their HEALTHCHECK, healthy, and
     * rolls it back otherwise. The default.
     *
     * @return the judge
     */
    static Judge alive() {
        return AliveJudge.INSTANCE;
    }

    /**
     * Returns the judge that does what {@link #alive()} does, and rolls back too if the new members answer with more errors or
     * more slowly than the old did in the same time, by what the balancer says. Needs a {@code Balancer}.
     *
     * @return the judge, at its defaults
     */
    static Comparison noWorseThanOld() {
        return Comparison.DEFAULT;
    }
}
