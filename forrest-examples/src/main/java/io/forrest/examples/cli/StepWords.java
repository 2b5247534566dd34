package io.forrest.examples.cli;

import io.forrest.event.StepReached;
import java.util.Optional;

/** Says how far an instance has come. */
final class StepWords {

    private StepWords() {}

    /** Returns it in a few words; empty for steps that are over in a moment. */
    static Optional<String> of(StepReached reached) {
        String word = switch (reached.step()) {
            case LAUNCH -> "is launched";
            case READY -> "answers";
            case ANNOUNCE -> "is announced";
            case SERVE -> "is served";
            case WITHDRAW -> "is withdrawn";
            case DRAIN -> "is drained";
            case REMOVE -> "is gone";
            case RESERVE, RETIRE, STOP -> "";
        };
        return word.isEmpty() ? Optional.empty() : Optional.of(reached.instance() + " " + word);
    }
}
