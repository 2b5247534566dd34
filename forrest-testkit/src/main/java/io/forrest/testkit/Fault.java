package io.forrest.testkit;

import java.time.Duration;

/** What befalls a call. Immutable and thread-safe. */
sealed interface Fault {

    /** What becomes of what was asked, and what the caller is told. */
    enum Outcome {
        /** Done, and told so. */
        DONE,
        /** Not done, and the caller knows that. */
        FAIL,
        /** Not done, and the caller knows that it never will be. */
        REFUSE,
        /** Not done, and the caller cannot tell. */
        LOSE_REQUEST,
        /** Done, and the caller cannot tell. */
        LOSE_ANSWER,
        /** Done in half, and the caller knows that. */
        FAIL_HALFWAY
    }

    /** Ends the call otherwise than it would. */
    record Ending(Outcome outcome) implements Fault {}

    /** Lets time pass first. */
    record Delay(Duration time) implements Fault {}

    /** Holds the call until it is interrupted, or the faults are healed. */
    record Hang() implements Fault {}

    /** Runs something of the test's before the call takes effect. */
    record Before(Runnable action) implements Fault {}

    /** Runs something of the test's after the call took effect and before its caller knows. */
    record After(Runnable action) implements Fault {}
}
