package io.forrest.etcd;

import io.forrest.RegistryException;
import io.forrest.RegistryException.Reason;
import io.forrest.etcd.Outcome.Answered;
import io.forrest.etcd.Outcome.Denied;
import io.forrest.etcd.Outcome.Lost;
import io.forrest.etcd.Outcome.NotSent;
import io.forrest.etcd.Outcome.Rejected;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One operation on the registry: its attempts at one endpoint after another, with a pause after each full round of failures,
 * until one is answered or the time is up. Not thread-safe; confined to the caller's thread.
 */
final class Operation {

    /** Less is not worth an attempt: it would most likely add nothing but a doubt about its outcome. */
    private static final Duration MIN_ATTEMPT = Duration.ofMillis(100);

    private final Failover failover;
    private final String what;
    private final Duration deadline;
    private final Elapsed elapsed;
    /** What each endpoint that failed said last. */
    private final Map<URI, String> said = new LinkedHashMap<>();

    private int current;
    private int failures;
    private int rejectedInARow;
    private final Pause pause = new Pause();
    private boolean pauseDue;
    private boolean lost;
    private boolean writeLost;
    private @Nullable Throwable lastCause;

    Operation(Failover failover, String what, Duration deadline) {
        this.failover = failover;
        this.what = what;
        this.deadline = deadline;
        this.elapsed = Elapsed.sinceNow(failover.time());
        this.current = failover.lastGood();
    }

    /** Repeats what changes nothing until it is answered. */
    <T> T read(Attempt<T> attempt) {
        while (true) {
            Outcome<T> outcome = next(attempt);
            if (outcome instanceof Answered<T> answered) {
                return answered.answer();
            }
        }
    }

    /**
     * Tries a write at one endpoint after another until it is answered, or lost.
     *
     * @return the answer; empty if the write may have been carried out, so that the caller has to look before it repeats it
     */
    <T> Optional<T> write(Attempt<T> attempt) {
        while (true) {
            Outcome<T> outcome = next(attempt);
            if (outcome instanceof Answered<T> answered) {
                return Optional.of(answered.answer());
            }
            if (outcome instanceof Lost<T>) {
                writeLost = true;
                return Optional.empty();
            }
        }
    }

    /** Returns the exception for a write that was lost, where another value stands since. */
    RegistryException untold(String state) {
        return new RegistryException(
                Reason.UNKNOWN_OUTCOME, "cannot tell whether this was done: " + what + "; " + state, lastCause);
    }

    private <T> Outcome<T> next(Attempt<T> attempt) {
        Outcome<T> outcome;
        try {
            if (pauseDue) {
                pause();
            }
            Duration left = left();
            if (isTooShort(left)) {
                throw outOfTime();
            }
            outcome = attempt.at(failover.endpoints().get(current), failover.limit(left));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException(Reason.UNKNOWN_OUTCOME, "interrupted: " + what, e);
        } catch (CancellationException e) {
            throw new RegistryException(Reason.UNKNOWN_OUTCOME, "the registry was closed meanwhile: " + what, e);
        }
        if (outcome instanceof Answered<T>) {
            rejectedInARow = 0;
            failover.answered(current);
        } else if (outcome instanceof NotSent<T> notSent) {
            failed(notSent.why(), notSent.cause(), false);
        } else if (outcome instanceof Lost<T> unanswered) {
            lost = true;
            failed(unanswered.why(), unanswered.cause(), false);
        } else if (outcome instanceof Rejected<T> rejected) {
            failed(rejected.why(), rejected.cause(), true);
        } else if (outcome instanceof Denied<T> denied) {
            said.put(failover.endpoints().get(current), denied.why());
            throw refused();
        }
        return outcome;
    }

    private void failed(String why, @Nullable Throwable cause, boolean rejected) {
        URI endpoint = failover.endpoints().get(current);
        said.remove(endpoint);
        said.put(endpoint, why);
        lastCause = cause;
        failover.failed(current, why);
        rejectedInARow = rejected ? rejectedInARow + 1 : 0;
        int count = failover.endpoints().size();
        if (rejectedInARow == count) {
            throw refused();
        }
        failures++;
        pauseDue = failures % count == 0;
        current = (current + 1) % count;
    }

    private void pause() throws InterruptedException {
        Duration time = pause.next();
        if (isTooShort(left().minus(time))) {
            throw outOfTime();
        }
        failover.time().sleep(time);
        pauseDue = false;
    }

    private boolean isTooShort(Duration left) {
        Duration share = deadline.dividedBy(10);
        return left.compareTo(share.compareTo(MIN_ATTEMPT) < 0 ? share : MIN_ATTEMPT) < 0;
    }

    private Duration left() {
        return elapsed.leftOf(deadline);
    }

    private RegistryException refused() {
        return writeLost
                ? unknown()
                : new RegistryException(Reason.REFUSED, "etcd refused: " + what + " (" + answers() + ")", lastCause);
    }

    private RegistryException outOfTime() {
        return lost
                ? unknown()
                : new RegistryException(
                        Reason.UNAVAILABLE,
                        "etcd is not available, and nothing was changed: " + what + " (" + answers() + "); tried for "
                                + deadline.toMillis() + " ms; check the endpoints, or try again",
                        lastCause);
    }

    private RegistryException unknown() {
        String outcome =
                writeLost ? "etcd gave no clear answer, and may have done this: " : "etcd gave no clear answer: ";
        return new RegistryException(
                Reason.UNKNOWN_OUTCOME,
                outcome + what + " (" + answers() + "); tried for " + deadline.toMillis() + " ms at most; try again",
                lastCause);
    }

    private String answers() {
        return said.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining("; "));
    }
}
