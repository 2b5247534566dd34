package io.forrest.core.internal.fleet;

import io.forrest.ForrestException;
import io.forrest.Judge;
import io.forrest.Retirement;
import io.forrest.RolloutPhase;
import io.forrest.RolloutReport;
import io.forrest.RolloutState;
import io.forrest.Verdict;
import io.forrest.WaveFacts;
import io.forrest.core.internal.concurrent.Stop;
import io.forrest.core.internal.lifecycle.Member;
import io.forrest.core.internal.lifecycle.Template;
import io.forrest.core.internal.record.RolloutRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The loop that runs a rollout forward or back. Looks before each step and trusts nothing that it remembers, so that it goes on from
 * wherever another left it. Not thread-safe; confine it to one thread.
 */
final class RolloutWork {

    /** How many steps a rollback may take beside one for each member: old ones may die again and again. */
    private static final int SPARE_STEPS = 50;

    /** How often it looks in the end whether all members are new: what is new may have died since it was judged. */
    private static final int ROUNDS = 5;

    private final String app;
    private final Hands hands;
    private final RolloutNotes notes;
    private final Permit permit;
    private final Template from;
    private final int oldGeneration;
    private final Template to;
    private RolloutRecord record;

    private final List<WaveFacts> facts = new ArrayList<>();
    private final List<String> launched = new ArrayList<>();
    private final List<Retirement> retired = new ArrayList<>();
    private List<String> logTail = List.of();

    /** Why it goes back, also where that could not be recorded. */
    private String reason = "";

    RolloutWork(
            String app,
            Hands hands,
            RolloutNotes notes,
            Permit permit,
            Template from,
            int oldGeneration,
            Template to,
            RolloutRecord record) {
        this.app = app;
        this.hands = hands;
        this.notes = notes;
        this.permit = permit;
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

        Stuck(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Runs the waves from the one that the record is at. */
    RolloutState forward(Judge judge) throws InterruptedException, Back {
        if (record.size() == 0) {
            settle(0);
        }
        for (int wave = record.wave();
                record.size() > 0 && wave <= record.waves().size();
                wave++) {
            int target = WavePlan.target(record.waves(), wave, record.size());
            note(record.at(wave, RolloutPhase.LAUNCHING), null);
            carryOut(WaveStep.filling(look(), record.size(), target));
            judge(wave, judge);
            note(record.at(wave, RolloutPhase.RETIRING), null);
            settle(target);
        }
        if (!permit.commit()) {
            throw new InterruptedException("stopped when all members were new");
        }
        return patiently("the end of the rollout could not be recorded", () -> notes.end(record, true));
    }

    /**
     * Has the fleet at its size again. New members that died since they were judged are launched anew before, so that the next wave
     * needs no more room than its own, and none that is old is left by the last.
     */
    private void settle(int target) throws InterruptedException, Back {
        for (int round = 0; round < ROUNDS; round++) {
            permit.check();
            WaveStep step = WaveStep.settling(look(), record.size(), target);
            if (step.isEmpty()) {
                return;
            }
            carryOut(step);
        }
        throw new Back("the new members die as fast as they are launched");
    }

    private void carryOut(WaveStep step) throws InterruptedException, Back {
        retire(step.retire());
        launch(from, oldGeneration, step.launchOld());
        launch(to, record.generation(), step.launchFresh());
    }

    private void launch(Template template, int generation, int count) throws InterruptedException, Back {
        if (count == 0) {
            return;
        }
        Hands.Done<String> done = launched(template, generation, count, true);
        if (!done.failures().isEmpty()) {
            RuntimeException first = done.failures().get(0);
            if (first instanceof ForrestException forrest && !forrest.logTail().isEmpty()) {
                logTail = forrest.logTail();
            }
            throw new Back("a member of " + template.image() + " could not be launched: " + first.getMessage());
        }
    }

    private Hands.Done<String> launched(Template template, int generation, int count, boolean together)
            throws InterruptedException {
        try {
            Hands.Done<String> done = hands.launch(template, generation, count, together);
            launched.addAll(done.done());
            return done;
        } catch (Hands.CutShort e) {
            launched.addAll(e.launched());
            throw e;
        }
    }

    private Hands.Done<Retirement> retired(List<Member> leaving) throws InterruptedException {
        try {
            Hands.Done<Retirement> done = hands.retire(leaving);
            retired.addAll(done.done());
            return done;
        } catch (Hands.CutShort e) {
            retired.addAll(e.retired());
            throw e;
        }
    }

    private void judge(int wave, Judge judge) throws InterruptedException, Back {
        note(record.at(wave, RolloutPhase.OBSERVING), null);
        Observation observation =
                patiently("the members could not be looked at", () -> new Observation(hands, record.generation()));
        if (observation.freshCount() < WavePlan.target(record.waves(), wave, record.size())) {
            look().gone().stream().findFirst().ifPresent(member -> logTail = hands.logs(member));
            throw new Back("a new member of wave " + wave + " died before it could be observed");
        }
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
            permit.check();
            noteVerdict(wave, verdict, seen);
            if (verdict.what() == Verdict.Decision.PROMOTE) {
                return;
            }
            if (verdict.what() == Verdict.Decision.ROLL_BACK) {
                observation.suspect().ifPresent(member -> logTail = hands.logs(member));
                throw new Back(verdict.why());
            }
            if (extensions >= record.extendAtMost()) {
                observation.suspect().ifPresent(member -> logTail = hands.logs(member));
                throw new Back(
                        "wave " + wave + " could not be judged after " + extensions + " extensions: " + verdict.why());
            }
        }
    }

    private void noteVerdict(int wave, Verdict verdict, WaveFacts seen) throws InterruptedException, Back {
        try {
            note(record.judged("wave " + wave + " " + verdict), seen);
        } catch (Back e) {
            throw verdict.what() == Verdict.Decision.ROLL_BACK ? new Back(verdict.why() + "; " + e.why()) : e;
        }
    }

    /** Observes for the time that is set. What the fleet lacks meanwhile is launched from the old template. */
    private void observe(Observation observation) throws InterruptedException, Back {
        observation.extend(record.observe());
        try {
            while (!observation.goOn(record.size())) {
                permit.check();
                carryOut(WaveStep.keeping(look(), record.size()));
            }
        } catch (ForrestException e) {
            throw new Back("the members could not be observed: " + e.getMessage());
        }
    }

    private static Verdict verdict(Judge judge, WaveFacts seen) {
        try {
            return Objects.requireNonNull(judge.judge(seen), "the judge said nothing");
        } catch (RuntimeException | Error e) {
            // An assertion of the judge's, say: whatever it throws, members that nobody vouches for do not stay.
            return Verdict.rollBack("the judge failed: " + e);
        }
    }

    private void retire(List<Member> leaving) throws InterruptedException, Back {
        List<Member> rest = leaving;
        Patience patience = new Patience(hands);
        while (!rest.isEmpty()) {
            Hands.Done<Retirement> done = retired(rest);
            if (done.failures().isEmpty()) {
                return;
            }
            if (!done.done().isEmpty()) {
                patience.renew();
            }
            if (!patience.wearsOn()) {
                throw new Back("a member could not be taken back: "
                        + done.failures().get(0).getMessage());
            }
            permit.check();
            List<String> gone = done.done().stream().map(Retirement::name).toList();
            rest = rest.stream().filter(member -> !gone.contains(member.name())).toList();
        }
    }

    private Generations look() throws InterruptedException, Back {
        return patiently(
                "the members could not be looked at", () -> Generations.of(hands.members(), record.generation()));
    }

    private void note(RolloutRecord changed, @Nullable WaveFacts seen) throws InterruptedException, Back {
        permit.check();
        record = changed;
        var unused = patiently("the state of the rollout could not be recorded", () -> noted(changed, seen));
    }

    private RolloutRecord noted(RolloutRecord changed, @Nullable WaveFacts seen) {
        notes.note(changed, seen);
        return changed;
    }

    private <T> T patiently(String failure, Patience.Question<T> question) throws InterruptedException, Back {
        try {
            return new Patience(hands).ask(question);
        } catch (ForrestException e) {
            throw new Back(failure + ": " + e.getMessage());
        }
    }

    /**
     * Takes all new members back and brings the old ones back to full size.
     *
     * @param why why; what is recorded already stays
     * @throws Stuck if that cannot be done; unless it could not be recorded, the record says that it is to be done
     */
    RolloutState back(String why) throws InterruptedException, Stuck {
        RolloutRecord back = record.rollingBack(why);
        reason = back.reason();
        requireNotRevoked();
        try {
            var unused = new Patience(hands).ask(() -> noted(back, null));
        } catch (ForrestException e) {
            throw new Stuck("and its rollback could not be recorded: " + e.getMessage(), e);
        }
        record = back;
        int excess = WavePlan.excess(record.waves(), record.wave(), record.size());
        Patience patience = new Patience(hands);
        for (int steps = 0; steps < SPARE_STEPS + 2 * record.size(); steps++) {
            requireNotRevoked();
            try {
                RollbackStep step =
                        RollbackStep.of(Generations.of(hands.members(), record.generation()), record.size(), excess);
                if (step.isEmpty()) {
                    return notes.end(record, false);
                }
                carryOut(step, patience);
                patience.renew();
            } catch (ForrestException e) {
                if (!patience.wearsOn()) {
                    throw new Stuck("and cannot be rolled back now: " + e.getMessage(), e);
                }
            } catch (IllegalStateException e) {
                throw new Stuck("and is left in the middle of being rolled back: " + e.getMessage(), e);
            }
        }
        throw new Stuck(
                "and cannot be rolled back now: the old members die as fast as they are launched",
                new IllegalStateException(why));
    }

    private void requireNotRevoked() throws Stuck {
        Optional<Stop> revoked = permit.revoked();
        if (revoked.isPresent()) {
            throw new Stuck("and was left as it is: " + revoked.get().words(), null);
        }
    }

    private void carryOut(RollbackStep step, Patience patience) throws InterruptedException {
        Hands.Done<Retirement> retirements = retired(step.retire());
        requireNone(retirements, patience);
        if (step.launch() > 0) {
            requireNone(launched(from, oldGeneration, step.launch(), false), patience);
        }
    }

    /** What goes forward, be it slowly, does not run out of patience. */
    private static void requireNone(Hands.Done<?> done, Patience patience) {
        if (!done.failures().isEmpty()) {
            if (!done.done().isEmpty()) {
                patience.renew();
            }
            throw done.failures().get(0);
        }
    }

    /** Returns the new template. */
    Template to() {
        return to;
    }

    /** Returns the state as it was last recorded. */
    RolloutState state() {
        return record.state(from.image());
    }

    /** Returns what was done so far. */
    RolloutReport report(RolloutState state) {
        return new RolloutReport(
                app, state, reason.isEmpty() ? record.reason() : reason, logTail, facts, launched, retired);
    }
}
