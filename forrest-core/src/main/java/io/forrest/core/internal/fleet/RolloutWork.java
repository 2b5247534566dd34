package io.forrest.core.internal.fleet;

import io.forrest.ForrestException;
import io.forrest.Judge;
import io.forrest.Retirement;
import io.forrest.RolloutPhase;
import io.forrest.RolloutReport;
import io.forrest.RolloutState;
import io.forrest.Verdict;
import io.forrest.WaveFacts;
import io.forrest.core.internal.lifecycle.Member;
import io.forrest.core.internal.lifecycle.Template;
import io.forrest.core.internal.record.RolloutRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The loop that runs a rollout forward or back. Looks before each step and trusts nothing that it remembers, so that it goes on from
 * wherever another left it. Not thread-safe; confine it to one thread.
 */
final class RolloutWork {

    /** How often a step is tried that engine or registry do not let succeed, with a pause that doubles in between. */
    private static final int ATTEMPTS = 6;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    /** How many steps a rollback may take beside one for each member: old ones may die again and again. */
    private static final int SPARE_STEPS = 50;

    private final String app;
    private final Hands hands;
    private final RolloutNotes notes;
    private final Template from;
    private final int oldGeneration;
    private final Template to;
    private RolloutRecord record;

    private final List<WaveFacts> facts = new ArrayList<>();
    private final List<String> launched = new ArrayList<>();
    private final List<Retirement> retired = new ArrayList<>();
    private List<String> logTail = List.of();

    RolloutWork(
            String app,
            Hands hands,
            RolloutNotes notes,
            Template from,
            int oldGeneration,
            Template to,
            RolloutRecord record) {
        this.app = app;
        this.hands = hands;
        this.notes = notes;
        this.from = from;
        this.oldGeneration = oldGeneration;
        this.to = to;
        this.record = record;
    }

    /** Says why the rollout goes back. */
    static final class Back extends Exception {
        private static final long serialVersionUID = 1L;

        Back(String why) {
            super(why);
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    /** Says that the rollout could go neither forward nor back. */
    static final class Stuck extends Exception {
        private static final long serialVersionUID = 1L;

        Stuck(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Runs the waves from the one that the record is at. */
    RolloutState forward(Judge judge) throws InterruptedException, Back {
        for (int wave = record.wave();
                record.size() > 0 && wave <= record.waves().size();
                wave++) {
            note(record.at(wave, RolloutPhase.LAUNCHING), null);
            fill(WavePlan.target(record.waves(), wave, record.size()));
            judge(wave, judge);
            note(record.at(wave, RolloutPhase.RETIRING), null);
            retireOld();
        }
        fill(record.size());
        return patiently("the end of the rollout could not be recorded", () -> notes.end(record, true));
    }

    /** Launches what the new members lack, and what the fleet would lack beside them. */
    private void fill(int target) throws InterruptedException, Back {
        Generations seen = look();
        retire(seen.gone());
        int fresh = Math.max(0, target - seen.fresh().size());
        launch(from, oldGeneration, Math.max(0, record.size() - seen.total() - fresh));
        launch(to, record.generation(), fresh);
    }

    private void launch(Template template, int generation, int count) throws InterruptedException, Back {
        if (count == 0) {
            return;
        }
        Hands.Done<String> done = hands.launch(template, generation, count, true);
        launched.addAll(done.done());
        if (!done.failures().isEmpty()) {
            RuntimeException first = done.failures().get(0);
            if (first instanceof ForrestException forrest && !forrest.logTail().isEmpty()) {
                logTail = forrest.logTail();
            }
            throw new Back("a member of " + template.image() + " could not be launched: " + first.getMessage());
        }
    }

    private void judge(int wave, Judge judge) throws InterruptedException, Back {
        note(record.at(wave, RolloutPhase.OBSERVING), null);
        Observation observation =
                patiently("the members could not be looked at", () -> new Observation(hands, record.generation()));
        for (int extensions = 0; ; extensions++) {
            observe(observation);
            WaveFacts seen = new WaveFacts(
                    app,
                    wave,
                    record.waves().size(),
                    observation.observed(),
                    extensions,
                    observation.fresh(),
                    observation.old());
            facts.add(seen);
            Verdict verdict = verdict(judge, seen);
            note(record.judged("wave " + wave + " " + verdict), seen);
            if (verdict.what() == Verdict.Decision.PROMOTE) {
                return;
            }
            if (verdict.what() == Verdict.Decision.ROLL_BACK) {
                observation.ill().stream().findFirst().ifPresent(member -> logTail = hands.logs(member));
                throw new Back(verdict.why());
            }
            if (extensions >= record.extendAtMost()) {
                throw new Back(
                        "wave " + wave + " could not be judged after " + extensions + " extensions: " + verdict.why());
            }
        }
    }

    /** Observes for the time that is set; a look that engine or registry do not answer begins it anew. */
    private void observe(Observation observation) throws InterruptedException, Back {
        patiently("the members could not be observed", () -> {
            observation.go(record.observe());
            return observation;
        });
    }

    private static Verdict verdict(Judge judge, WaveFacts seen) {
        try {
            return Objects.requireNonNull(judge.judge(seen), "the judge said nothing");
        } catch (RuntimeException e) {
            return Verdict.rollBack("the judge failed: " + e);
        }
    }

    /** Retires as many old members as the fleet has too many. */
    private void retireOld() throws InterruptedException, Back {
        Generations seen = look();
        int surplus =
                Math.min(Math.max(0, seen.total() - record.size()), seen.old().size());
        List<Member> leaving = new ArrayList<>(seen.old().subList(0, surplus));
        retire(leaving);
    }

    private void retire(List<Member> leaving) throws InterruptedException, Back {
        List<Member> rest = leaving;
        Duration pause = FIRST_PAUSE;
        for (int attempt = 1; !rest.isEmpty(); attempt++) {
            Hands.Done<Retirement> done = hands.retire(rest);
            retired.addAll(done.done());
            if (done.failures().isEmpty()) {
                return;
            }
            if (attempt >= ATTEMPTS) {
                throw new Back("a member could not be taken back: "
                        + done.failures().get(0).getMessage());
            }
            hands.sleep(pause);
            pause = pause.multipliedBy(2);
            List<String> gone = done.done().stream().map(Retirement::name).toList();
            rest = rest.stream().filter(member -> !gone.contains(member.name())).toList();
        }
    }

    private Generations look() throws InterruptedException, Back {
        return patiently(
                "the members could not be looked at", () -> Generations.of(hands.members(), record.generation()));
    }

    private void note(RolloutRecord changed, @Nullable WaveFacts seen) throws InterruptedException, Back {
        record = changed;
        var unused = patiently("the state of the rollout could not be recorded", () -> {
            notes.note(changed, seen);
            return changed;
        });
    }

    /** Something that is asked of engine or registry. */
    private interface Question<T> {
        T ask() throws InterruptedException;
    }

    private <T> T patiently(String failure, Question<T> question) throws InterruptedException, Back {
        Duration pause = FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            try {
                return question.ask();
            } catch (ForrestException e) {
                if (attempt >= ATTEMPTS) {
                    throw new Back(failure + ": " + e.getMessage());
                }
            }
            hands.sleep(pause);
            pause = pause.multipliedBy(2);
        }
    }

    /**
     * Takes all new members back and brings the old ones back to full size.
     *
     * @param why why; what is recorded already stays
     * @throws Stuck if that cannot be done; what is recorded says that it is to be done
     */
    RolloutState back(String why) throws InterruptedException, Stuck {
        try {
            note(record.rollingBack(why), null);
        } catch (Back e) {
            throw new Stuck("and cannot be rolled back: " + e.why(), e);
        }
        int excess = WavePlan.excess(record.waves(), record.wave(), record.size());
        Duration pause = FIRST_PAUSE;
        int failed = 0;
        for (int steps = 0; steps < SPARE_STEPS + 2 * record.size(); steps++) {
            try {
                RollbackStep step =
                        RollbackStep.of(Generations.of(hands.members(), record.generation()), record.size(), excess);
                if (step.isEmpty()) {
                    return notes.end(record, false);
                }
                carryOut(step);
                failed = 0;
                pause = FIRST_PAUSE;
            } catch (ForrestException e) {
                failed++;
                if (failed >= ATTEMPTS) {
                    throw new Stuck("and cannot be rolled back now: " + e.getMessage(), e);
                }
                hands.sleep(pause);
                pause = pause.multipliedBy(2);
            } catch (IllegalStateException e) {
                throw new Stuck("and is left in the middle of being rolled back: " + e.getMessage(), e);
            }
        }
        throw new Stuck(
                "and cannot be rolled back now: the old members die as fast as they are launched",
                new IllegalStateException(why));
    }

    private void carryOut(RollbackStep step) throws InterruptedException {
        Hands.Done<Retirement> retirements = hands.retire(step.retire());
        retired.addAll(retirements.done());
        requireNone(retirements.failures());
        if (step.launch() > 0) {
            Hands.Done<String> launches = hands.launch(from, oldGeneration, step.launch(), false);
            launched.addAll(launches.done());
            requireNone(launches.failures());
        }
    }

    private static void requireNone(List<RuntimeException> failures) {
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    /** Returns the state as it was last recorded. */
    RolloutState state() {
        return record.state(from.image());
    }

    /** Returns what was done so far. */
    RolloutReport report(RolloutState state) {
        return new RolloutReport(app, state, record.reason(), logTail, facts, launched, retired);
    }
}
