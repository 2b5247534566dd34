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
import java.util.function.Supplier;

/** Brings a fleet to a size: looks, acts, and looks again until nothing is to be done. Not thread-safe; confine it to one thread. */
final class ScaleWork {

    /** How often it looks: what it launched may die, and others may launch beside it. */
    private static final int ROUNDS = 5;

    private final String app;
    private final Hands hands;
    private final List<String> launched = new ArrayList<>();
    private final List<Retirement> retired = new ArrayList<>();

    /** How many members there are, as far as is known. */
    private int known;

    /**
     * Creates the work.
     *
     * @param recorded how many members there shall be by what is recorded: they pass for what there is until it is seen
     */
    ScaleWork(String app, Hands hands, int recorded) {
        this.app = app;
        this.hands = hands;
        this.known = recorded;
    }

    /**
     * Brings the fleet to a size.
     *
     * @param template what to launch from; asked for only if something is to be launched
     * @throws ScaleException if that failed
     * @throws InterruptedException if it was told to stop; {@link #done} says how far it came
     */
    Scaling run(Supplier<Template> template, int generation, int size) throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            ScalePlan plan = ScalePlan.of(look(size), size);
            if (plan.isEmpty()) {
                return done(size);
            }
            if (plan.launch() > 0) {
                launch(template.get(), generation, plan.launch(), size);
            }
            if (!plan.retire().isEmpty()) {
                retire(plan.retire(), size);
            }
        }
        throw failure(size, "did not settle: members die, or others launch under the same app", List.of());
    }

    /** Returns whether it has launched or taken back anything. */
    boolean hasBegun() {
        return !launched.isEmpty() || !retired.isEmpty();
    }

    private List<Member> look(int size) {
        try {
            List<Member> members = hands.members();
            known = counted(members);
            return members;
        } catch (ForrestException e) {
            throw failure(size, "the members could not be looked at: " + e.getMessage(), List.of(e));
        }
    }

    private void launch(Template template, int generation, int count, int size) throws InterruptedException {
        try {
            Hands.Done<String> launches = hands.launch(template, generation, count, false);
            launched(launches.done());
            requireNone(launches.failures(), size, "could not be launched");
        } catch (Hands.CutShort e) {
            launched(e.launched());
            throw e;
        }
    }

    private void retire(List<Member> leaving, int size) throws InterruptedException {
        try {
            Hands.Done<Retirement> retirements = hands.retire(leaving);
            retired(retirements.done());
            requireNone(retirements.failures(), size, "could not be taken back");
        } catch (Hands.CutShort e) {
            retired(e.retired());
            throw e;
        }
    }

    private void launched(List<String> names) {
        launched.addAll(names);
        known += names.size();
    }

    /** One that is taken back need not have counted: it may have been dead. */
    private void retired(List<Retirement> done) {
        retired.addAll(done);
        known = Math.max(0, known - done.size());
    }

    private static int counted(List<Member> members) {
        return (int) members.stream().filter(Member::counts).count();
    }

    /** Takes all members back, those included that are held. */
    Scaling clear() throws InterruptedException {
        retire(look(0), 0);
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
                done(reached < 0 ? known : reached),
                Failure.unspecified().leaving(List.copyOf(left)).withLog(log));
        causes.stream().skip(1).forEach(exception::addSuppressed);
        return exception;
    }

    /** Returns how many members there are; negative if that cannot be told. */
    private int count() {
        try {
            known = counted(hands.members());
            return known;
        } catch (ForrestException e) {
            return -1;
        }
    }

    /** Returns what was done so far. */
    Scaling done(int size) {
        return new Scaling(app, size, launched, retired);
    }
}
