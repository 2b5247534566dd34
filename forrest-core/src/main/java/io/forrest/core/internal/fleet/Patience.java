package io.forrest.core.internal.fleet;

import io.forrest.ForrestException;
import java.time.Duration;

/** Asks engine or registry again and again for a while, with a pause that doubles in between. Not thread-safe; confine it to one thread. */
final class Patience {

    /** How often something is tried that does not succeed. */
    private static final int ATTEMPTS = 6;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final Hands hands;
    private Duration pause = FIRST_PAUSE;
    private int failed;

    Patience(Hands hands) {
        this.hands = hands;
    }

    /** Something that is asked of engine or registry. */
    interface Question<T> {
        T ask() throws InterruptedException;
    }

    /** Asks until there is an answer, and throws the last failure once patience has run out. */
    <T> T ask(Question<T> question) throws InterruptedException {
        while (true) {
            try {
                T answer = question.ask();
                renew();
                return answer;
            } catch (ForrestException e) {
                if (!wearsOn()) {
                    throw e;
                }
            }
        }
    }

    /** Notes that something succeeded. */
    void renew() {
        pause = FIRST_PAUSE;
        failed = 0;
    }

    /** Notes that something failed, and pauses; false if patience has run out. */
    boolean wearsOn() throws InterruptedException {
        failed++;
        if (failed >= ATTEMPTS) {
            return false;
        }
        hands.sleep(pause);
        pause = pause.multipliedBy(2);
        return true;
    }
}
