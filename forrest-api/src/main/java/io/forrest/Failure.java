package io.forrest;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The facts of a failed operation, as a {@link ForrestException} carries them. Immutable and thread-safe.
 *
 * @param step the step that was not reached, or null where the operation has none
 * @param instance the instance's name, or null where there is none yet
 * @param leftBehind what may still exist in the engine or the registry; empty when nothing does
 * @param logTail the container's last log lines, oldest first; empty where there are none
 */
public record Failure(@Nullable Step step, @Nullable String instance, List<String> leftBehind, List<String> logTail)
        implements Serializable {

    /** Copies the lists. */
    public Failure {
        leftBehind = List.copyOf(leftBehind);
        logTail = List.copyOf(logTail);
    }

    /**
     * Returns the facts of an operation that knows no more than its message.
     *
     * @return the facts
     */
    public static Failure unspecified() {
        return new Failure(null, null, List.of(), List.of());
    }

    /**
     * Returns the facts of an operation on an instance that left nothing behind.
     *
     * @param step the step that was not reached
     * @param instance the instance's name
     * @return the facts
     */
    public static Failure at(Step step, String instance) {
        return new Failure(requireNonNull(step, "step"), requireNonNull(instance, "instance"), List.of(), List.of());
    }

    /**
     * Returns these facts with what may still exist.
     *
     * @param things what may still exist, each in words a person can look for
     * @return the facts
     */
    public Failure leaving(List<String> things) {
        return new Failure(step, instance, things, logTail);
    }

    /**
     * Returns these facts with the container's last words.
     *
     * @param lines the log lines, oldest first
     * @return the facts
     */
    public Failure withLog(List<String> lines) {
        return new Failure(step, instance, leftBehind, lines);
    }
}
