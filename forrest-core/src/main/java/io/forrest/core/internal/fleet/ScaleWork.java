package io.forrest.core.internal.fleet;

import io.forrest.Failure;
import io.forrest.ForrestException;
import io.forrest.Retirement;
import io.forrest.ScaleException;
import io.forrest.Scaling;
import io.forrest.core.internal.lifecycle.Member;
import io.forrest.core.internal.lifecycle.Template;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Brings a fleet to a size: looks, acts, and looks again until nothing is to be done. Not thread-safe; confine it to one thread. */
final class ScaleWork {

    /** How often it looks: what it launched may die, and others may launch beside it. */
    private static final int ROUNDS = 5;

    private final String app;
    private final Hands hands;
    private final List<String> launched = new ArrayList<>();
    private final List<Retirement> retired = new ArrayList<>();

    ScaleWork(String app, Hands hands) {
        this.app = app;
        this.hands = hands;
    }

    /**
     * Brings the fleet to a size.
     *
     * @throws ScaleException if that failed
     * @throws InterruptedException if it was told to stop; {@link #done} says how far it came
     */
    Scaling run(Template template, int generation, int size) throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            ScalePlan plan = ScalePlan.of(hands.members(), size);
            if (plan.isEmpty()) {
                return done(size);
            }
            if (plan.launch() > 0) {
                Hands.Done<String> launches = hands.launch(template, generation, plan.launch(), false);
                launched.addAll(launches.done());
                requireNone(launches.failures(), size, "could not be launched");
            }
            if (!plan.retire().isEmpty()) {
                Hands.Done<Retirement> retirements = hands.retire(plan.retire());
                retired.addAll(retirements.done());
                requireNone(retirements.failures(), size, "could not be taken back");
            }
        }
        throw failure(size, "did not settle: members die, or others launch under the same app", List.of());
    }

    /** Takes all members back, those included that are held. */
    Scaling clear() throws InterruptedException {
        Hands.Done<Retirement> retirements = hands.retire(hands.members());
        retired.addAll(retirements.done());
        requireNone(retirements.failures(), 0, "could not be taken back");
        return done(0);
    }

    private void requireNone(List<RuntimeException> failures, int size, String what) {
        if (!failures.isEmpty()) {
            String first = String.valueOf(failures.get(0).getMessage());
            throw failure(size, failures.size() + " " + what + ", the first: " + first, failures);
        }
    }

    /** Returns the failure to reach a size, with what was reached. */
    ScaleException failure(int size, String why, List<? extends Exception> causes) {
        int reached = count();
        Set<String> left = new LinkedHashSet<>();
        List<String> log = new ArrayList<>();
        for (Exception cause : causes) {
            if (cause instanceof ForrestException forrest) {
                left.addAll(forrest.leftBehind());
                if (log.isEmpty()) {
                    log.addAll(forrest.logTail());
                }
            }
        }
        ScaleException exception = new ScaleException(
                "fleet " + app + " was to have " + size + " members and has "
                        + (reached < 0 ? "an unknown number" : reached) + ": " + why,
                causes.isEmpty() ? null : causes.get(0),
                done(Math.max(0, reached)),
                Failure.unspecified().leaving(List.copyOf(left)).withLog(log));
        causes.stream().skip(1).forEach(exception::addSuppressed);
        return exception;
    }

    /** Returns how many members there are; negative if that cannot be told. */
    private int count() {
        try {
            return (int) hands.members().stream().filter(Member::counts).count();
        } catch (ForrestException e) {
            return -1;
        }
    }

    /** Returns what was done so far. */
    Scaling done(int size) {
        return new Scaling(app, size, launched, retired);
    }
}
