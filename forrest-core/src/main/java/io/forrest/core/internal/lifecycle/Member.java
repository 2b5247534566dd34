package io.forrest.core.internal.lifecycle;

import io.forrest.Stage;
import java.time.Instant;

/**
 * A member of a fleet as it was seen. Immutable and thread-safe.
 *
 * @param name its name
 * @param launch what tells its launch from every other
 * @param container its container's id; empty where there is none
 * @param generation which template of its fleet it was launched from; 0 if outside of any
 * @param created when its container was made, by the engine's clock; the epoch where there is none
 * @param stage where it stood
 * @param abandoned whether a process was at work on it, and has certainly ended
 */
public record Member(
        String name, String launch, String container, int generation, Instant created, Stage stage, boolean abandoned) {

    /** Returns whether it runs and is meant to be announced: it counts. */
    public boolean counts() {
        return stage == Stage.ANNOUNCED || stage == Stage.SERVING || stage == Stage.UNANNOUNCED;
    }

    /** Returns whether it was meant to be announced, and does not run any more. */
    public boolean isDead() {
        return stage == Stage.EXITED || stage == Stage.GONE;
    }

    /** Returns whether it was left half launched, or half taken back, by a process that has ended. */
    public boolean isLeft() {
        return abandoned && (stage == Stage.LAUNCHING || stage == Stage.RETIRING);
    }

    /**
     * Returns this member as one that could not be launched or taken back whole, and that nobody is at work on any more. One that runs
     * and is not announced goes on to be taken back: its record may still say that it shall be announced, and it serves nobody.
     */
    public Member left() {
        Stage where = stage == Stage.UNANNOUNCED ? Stage.RETIRING : stage;
        return new Member(name, launch, container, generation, created, where, true);
    }
}
