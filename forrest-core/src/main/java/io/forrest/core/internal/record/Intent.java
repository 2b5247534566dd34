package io.forrest.core.internal.record;

/** What is meant to happen to an instance. */
public enum Intent {
    /** It is being launched, and shall be announced or held, or else undone. */
    LAUNCHING,
    /** It shall be announced. */
    LIVE,
    /** It shall run and not be announced. */
    HELD,
    /** It shall go. Nobody announces it any more. */
    RETIRING
}
