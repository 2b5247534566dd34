package io.forrest.core.internal.fleet;

import io.forrest.Comparison;
import io.forrest.Failure;
import io.forrest.FleetBusyException;
import io.forrest.ForrestException;
import io.forrest.Judge;
import io.forrest.Launch;
import io.forrest.RolloutException;
import io.forrest.RolloutPhase;
import io.forrest.RolloutReport;
import io.forrest.RolloutState;
import io.forrest.core.internal.concurrent.Operation;
import io.forrest.core.internal.concurrent.Stop;
import io.forrest.core.internal.lifecycle.FluentLaunch;
import io.forrest.core.internal.lifecycle.Template;
import io.forrest.core.internal.record.FleetRecord;
import io.forrest.core.internal.record.RolloutRecord;
import io.forrest.core.internal.record.StoredFleet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs, resumes and rolls back the rollouts of a scaler, each under its fleet's lease. Thread-safe. */
final class Rollouts {

    private static final int ID_LENGTH = 8;

    private final FleetRoom room;
    private final Runnable onPromoted;

    /**
     * Creates what runs them.
     *
     * @param onPromoted is run, while the lease is held, after one has brought its fleet a new template
     */
    Rollouts(FleetRoom room, Runnable onPromoted) {
        this.room = room;
        this.onPromoted = onPromoted;
    }

    /** Returns the operation that rolls a change out; {@link FleetRoom#begin} begins it. */
    Operation<RolloutReport> run(String app, RolloutOptions options, Function<Launch, Template> change) {
        return new Operation<>(self -> {
            requireBalancer(options.judge());
            String id = UUID.randomUUID().toString().substring(0, ID_LENGTH);
            room.requireNoRollout(app);
            return alone(
                    app,
                    id,
                    () -> room.leased(app, self, lease -> {
                        StoredFleet stored = fleet(app);
                        FleetRoom.requireNoRollout(app, Optional.of(stored));
                        Template from = room.wholeTemplate(app, stored.value().template());
                        Template to = changed(app, from, change);
                        room.begun(id, to);
                        RolloutRecord begun = begun(app, id, options, stored.value(), to);
                        FleetNotes notes = new FleetNotes(room, app, stored);
                        notes.begin(begun);
                        Permit permit = Permit.of(self, lease, room.underWay);
                        RolloutWork work = work(app, notes, permit, stored.value(), from, to, begun);
                        return remembered(carryOut(app, work, self, options.judge()), to);
                    }));
        });
    }

    /** Returns the operation that goes on with a rollout. */
    Operation<RolloutReport> resume(String app, String id, RolloutOptions options) {
        return again(app, id, false, (work, record, self) -> {
            if (record.phase() == RolloutPhase.ROLLING_BACK) {
                return report(app, work, self, "");
            }
            Judge judge = judge(options, record);
            requireBalancer(judge);
            return remembered(carryOut(app, work, self, judge), work.to());
        });
    }

    /** What is new is what the record means from now on, with its secrets and functions, which the record has not. */
    private RolloutReport remembered(RolloutReport promoted, Template to) {
        room.remember(to);
        return promoted;
    }

    /** Returns the operation that takes a rollout back. */
    Operation<RolloutReport> rollBack(String app, String id) {
        return again(app, id, true, (work, record, self) -> report(app, work, self, "it was asked for"));
    }

    /** What is done with a rollout that is found again. */
    private interface Again {
        RolloutReport go(RolloutWork work, RolloutRecord record, Operation<?> self) throws InterruptedException;
    }

    private Operation<RolloutReport> again(String app, String id, boolean back, Again what) {
        return new Operation<>(self -> alone(
                app,
                id,
                () -> room.leased(app, self, lease -> {
                    StoredFleet stored = fleet(app);
                    RolloutRecord record = stored.value().rollout();
                    if (record == null || !record.id().equals(id)) {
                        throw new IllegalStateException(
                                "the rollout " + id + " of fleet " + app + " has ended meanwhile");
                    }
                    Template from = room.wholeTemplate(app, stored.value().template());
                    // What is only taken back needs no secrets.
                    Template to = back || record.phase() == RolloutPhase.ROLLING_BACK
                            ? room.template(app, record.template())
                            : room.begun(id).orElseGet(() -> room.wholeTemplate(app, record.template()));
                    FleetNotes notes = new FleetNotes(room, app, stored);
                    Permit permit = Permit.of(self, lease, room.underWay);
                    return what.go(work(app, notes, permit, stored.value(), from, to, record), record, self);
                })));
    }

    /** Does some work while no other rollout of the same fleet is under way in this process. */
    private RolloutReport alone(String app, String id, FleetRoom.Work<RolloutReport> what) throws InterruptedException {
        String other = room.rolling.putIfAbsent(app, id);
        if (other != null) {
            throw new FleetBusyException(
                    "a rollout of fleet " + app + " has not ended: " + other + ", by this process", other);
        }
        try {
            return what.go();
        } finally {
            room.rolling.remove(app, id);
        }
    }

    private StoredFleet fleet(String app) {
        return room.find(app)
                .orElseThrow(() -> new IllegalStateException("there is no fleet " + app
                        + " to roll out to: make one by scaler.launch(image).app(\"" + app + "\").fleet().scaleTo(n)"));
    }

    private Template changed(String app, Template from, Function<Launch, Template> change) {
        Template to = change.apply(FluentLaunch.of(room.launcher, from));
        if (!to.app().equals(app)) {
            throw new IllegalArgumentException(
                    "a rollout of fleet " + app + " must not change its app, and this one changes it to " + to.app());
        }
        return to;
    }

    private RolloutRecord begun(String app, String id, RolloutOptions options, FleetRecord fleet, Template to) {
        return new RolloutRecord(
                id,
                to.json(),
                to.image(),
                FleetRoom.nextGeneration(fleet.lastGeneration(), room.members(app)),
                fleet.size(),
                WavePlan.of(options.waves(), fleet.size()),
                1,
                RolloutPhase.LAUNCHING,
                options.observe(),
                Judges.write(options.judge()),
                options.extendAtMost(),
                List.of(),
                "",
                room.room.time().now());
    }

    private RolloutWork work(
            String app,
            FleetNotes notes,
            Permit permit,
            FleetRecord fleet,
            Template from,
            Template to,
            RolloutRecord record) {
        return new RolloutWork(app, room.hands(app), notes, permit, from, fleet.generation(), to, record);
    }

    /** Returns who judges: who was given, or else who was recorded. */
    private static Judge judge(RolloutOptions options, RolloutRecord record) {
        Judge given = options.givenJudge();
        return given != null
                ? given
                : Judges.read(record.judge())
                        .orElseThrow(() -> new IllegalStateException("the judge of rollout " + record.id()
                                + " was a function, which is recorded nowhere: give it again by judge(...)"));
    }

    private void requireBalancer(Judge judge) {
        if (judge instanceof Comparison && room.room.balancer() == null) {
            throw new IllegalStateException(
                    "Judge.noWorseThanOld() compares what a balancer says, and this scaler was given none:"
                            + " Forrest.builder(...).balancer(...)");
        }
    }

    private RolloutReport carryOut(String app, RolloutWork work, Operation<?> self, Judge judge) {
        try {
            RolloutState end = work.forward(judge);
            onPromoted.run();
            return work.report(end);
        } catch (RolloutWork.Back e) {
            throw rolledBack(app, work, self, e.why());
        } catch (InterruptedException e) {
            throw rolledBack(app, work, self, stopped(self).words());
        } catch (RolloutNotes.StaleException e) {
            throw unfinished(app, work, "and is left alone: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw rolledBack(app, work, self, "it failed: " + e);
        }
    }

    private static Stop stopped(Operation<?> self) {
        return self.stopped().orElse(Stop.INTERRUPTED);
    }

    /** Takes a rollout back and returns what to throw. */
    private RolloutException rolledBack(String app, RolloutWork work, Operation<?> self, String why) {
        RolloutReport report = report(app, work, self, why);
        return new RolloutException(
                "the " + name(app, report.state()) + " was rolled back: " + report.reason(),
                null,
                report,
                Failure.unspecified().withLog(report.logTail()));
    }

    /** Takes a rollout back, unless it must be left as it is. */
    private RolloutReport report(String app, RolloutWork work, Operation<?> self, String why) {
        List<Object> result = new ArrayList<>();
        self.undo(() -> result.add(back(app, work, why)));
        if (result.get(0) instanceof RolloutException failure) {
            throw failure;
        }
        return (RolloutReport) result.get(0);
    }

    private static Object back(String app, RolloutWork work, String why) {
        try {
            return work.report(work.back(why));
        } catch (RolloutWork.Stuck e) {
            return unfinished(app, work, String.valueOf(e.getMessage()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unfinished(app, work, "and its rollback was interrupted", e);
        } catch (RolloutNotes.StaleException e) {
            return unfinished(app, work, "and is left alone: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            return unfinished(app, work, "and its rollback failed: " + e, e);
        }
    }

    private static RolloutException unfinished(String app, RolloutWork work, String why, @Nullable Throwable cause) {
        RolloutReport report = work.report(work.state());
        return new RolloutException(
                "the " + name(app, report.state()) + " has not ended "
                        + (report.reason().isEmpty() ? "" : "after " + report.reason() + ", ") + why
                        + "; resume it or roll it back by fleet(\"" + app + "\").rollout()",
                cause,
                report,
                Failure.unspecified()
                        .withLog(report.logTail())
                        .leaving(cause instanceof ForrestException forrest ? forrest.leftBehind() : List.of()));
    }

    private static String name(String app, RolloutState state) {
        return "rollout " + state.id() + " of fleet " + app + " from " + state.from() + " to "
                + Objects.requireNonNull(state.to());
    }
}
