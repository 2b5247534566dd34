package io.forrest;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * One thing that was done, or would be, so that what runs, what is announced and what was wanted meet again. Immutable and
 * thread-safe.
 *
 * @param app the instance's app
 * @param instance the instance's name
 * @param what what was done, or would be
 * @param why why, in words
 * @param failure why it could not be done, in words; null if it was done, or nothing was to be changed. What failed is tried
 *     again by the next pass
 */
public record Repair(
        String app,
        String instance,
        Action what,
        String why,
        @Nullable String failure) {

    /** What is done to an instance. More may be added. Immutable and thread-safe. */
    public enum Action {
        /** Its key is taken out of the registry; nothing else of it is changed. */
        WITHDRAW,
        /** It is tried, and once it answers its key is put into the registry. */
        ANNOUNCE,
        /** Its lost record is written anew, and it is announced. */
        RECORD,
        /** A launch that was cut off is ended: it is tried, and announced or held as it was to be. */
        FINISH_LAUNCH,
        /** A launch that was cut off, and did not end in its time, is taken back. */
        UNDO_LAUNCH,
        /** A retirement that was cut off is ended: withdrawn, drained, stopped, removed. */
        FINISH_RETIREMENT,
        /** The record of an instance whose container is gone is deleted. */
        FORGET
    }

    /** Checks that nothing is null that must not be. */
    public Repair {
        requireNonNull(app, "app");
        requireNonNull(instance, "instance");
        requireNonNull(what, "what");
        requireNonNull(why, "why");
    }

    /**
     * Returns whether it could not be done.
     *
     * @return true if {@link #failure()} says why
     */
    public boolean failed() {
        return failure != null;
    }

    /** Returns all of it in one line. */
    @Override
    public String toString() {
        return what + " " + instance + " of " + app + ": " + why + (failure == null ? "" : "; failed: " + failure);
    }
}
