package io.forrest.core.internal.fleet;

import io.forrest.Failure;
import io.forrest.FleetBusyException;
import io.forrest.ForrestException;
import io.forrest.RegistryException;
import io.forrest.ScaleException;
import io.forrest.Scaling;
import io.forrest.core.internal.concurrent.Joining;
import io.forrest.core.internal.concurrent.Operation;
import io.forrest.core.internal.concurrent.Stop;
import io.forrest.core.internal.lifecycle.Member;
import io.forrest.core.internal.lifecycle.Template;
import io.forrest.core.internal.record.FleetRecord;
import io.forrest.core.internal.record.StoredFleet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Scales the fleets of a scaler. Calls for one fleet queue, and the last target wins. Thread-safe. */
final class Scalings {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.fleet");

    private final FleetRoom room;
    private final Map<String, Waiting> waiting = new HashMap<>();

    Scalings(FleetRoom room) {
        this.room = room;
    }

    /** A call, or several that became one, whose turn has not come. Guarded by the map that it stands in. */
    private static final class Waiting {
        private int size;
        private @Nullable Template template;
        private int callers;
        private @Nullable Operation<Scaling> operation;

        /** Returns whether a call with a template, or with the recorded one, can be one with this. */
        boolean isOfSame(@Nullable Template other) {
            return template == null || other == null || template.json().equals(other.json());
        }
    }

    Scaling scaleTo(String app, @Nullable Template template, int size) {
        Waiting mine = join(app, template, size);
        Operation<Scaling> operation = operation(mine);
        try {
            operation.awaitFinished();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (isWantedByOthers(app, mine)) {
                throw new ForrestException(
                        "scaling fleet " + app + " goes on for others who asked for it, but the calling thread was"
                                + " interrupted",
                        e,
                        Failure.unspecified());
            }
        }
        return Joining.join(operation);
    }

    CompletableFuture<Scaling> scaleToAsync(String app, @Nullable Template template, int size) {
        return operation(join(app, template, size)).copy();
    }

    private Operation<Scaling> operation(Waiting one) {
        synchronized (waiting) {
            return Objects.requireNonNull(one.operation);
        }
    }

    /** Takes a caller out, and returns whether there are others; if there are not, nobody joins any more. */
    private boolean isWantedByOthers(String app, Waiting mine) {
        synchronized (waiting) {
            mine.callers--;
            if (mine.callers == 0) {
                waiting.remove(app, mine);
            }
            return mine.callers > 0;
        }
    }

    private Waiting join(String app, @Nullable Template template, int size) {
        synchronized (waiting) {
            Waiting one = waiting.get(app);
            if (one == null || !one.isOfSame(template)) {
                Waiting made = new Waiting();
                made.operation = new Operation<>(self -> run(app, made, self));
                one = made;
                waiting.put(app, one);
                try {
                    room.begin(made.operation);
                } catch (RuntimeException e) {
                    waiting.remove(app, made);
                    throw e;
                }
            }
            one.size = size;
            one.template = template == null ? one.template : template;
            one.callers++;
            return one;
        }
    }

    private Scaling run(String app, Waiting one, Operation<Scaling> self) throws InterruptedException {
        try {
            room.requireNoRollout(app);
            return room.holding(app, self, () -> {
                int size;
                Template template;
                synchronized (waiting) {
                    waiting.remove(app, one);
                    size = one.size;
                    template = one.template;
                }
                return scale(app, template, size, self);
            });
        } finally {
            synchronized (waiting) {
                waiting.remove(app, one);
            }
        }
    }

    private Scaling scale(String app, @Nullable Template template, int size, Operation<Scaling> self) {
        Prepared prepared = prepared(app, template, size, self);
        StoredFleet stored = prepared.stored();
        FleetRecord record = stored.value();
        ScaleWork work = new ScaleWork(app, room.hands(app), prepared.former());
        try {
            // What is launched from must be whole; what is only taken back needs no template.
            return work.run(() -> room.wholeTemplate(app, record.template()), record.generation(), size);
        } catch (InterruptedException e) {
            String why = self.stopped().map(Stop::words).orElse("it was interrupted");
            throw undoing(self, () -> reached(app, stored, work.failure(size, why, List.of(e))));
        } catch (ScaleException e) {
            throw undoing(self, () -> reached(app, stored, e));
        } catch (RuntimeException e) {
            throw work.hasBegun()
                    ? undoing(
                            self,
                            () -> reached(app, stored, work.failure(size, String.valueOf(e.getMessage()), List.of(e))))
                    : undoing(self, () -> notBegun(app, prepared, e));
        }
    }

    /** Sees to a failure, on a thread that is not interrupted any more, and returns what to throw. */
    private static RuntimeException undoing(Operation<?> self, Supplier<RuntimeException> failure) {
        List<RuntimeException> seen = new ArrayList<>();
        self.undo(() -> seen.add(failure.get()));
        return seen.get(0);
    }

    /** Records what was reached as what is wanted, so that nothing surprising happens later. */
    private ScaleException reached(String app, StoredFleet stored, ScaleException failure) {
        Scaling reached = failure.reached().orElseThrow();
        try {
            record(app, stored, reached.size());
            return failure;
        } catch (RuntimeException e) {
            String left = room.records.describe(app) + ", with a size of "
                    + stored.value().size();
            List<String> allLeft = new ArrayList<>(failure.leftBehind());
            allLeft.add(left);
            ScaleException unrecorded = new ScaleException(
                    failure.getMessage() + "; what was reached could not be recorded, so that who replaces the dead may"
                            + " launch the rest: " + e.getMessage(),
                    failure,
                    reached,
                    Failure.unspecified().leaving(allLeft).withLog(failure.logTail()));
            unrecorded.addSuppressed(e);
            return unrecorded;
        }
    }

    private RuntimeException notBegun(String app, Prepared prepared, RuntimeException failure) {
        try {
            record(app, prepared.stored(), prepared.former());
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    private void record(String app, StoredFleet stored, int size) {
        if (room.records.replace(app, stored, stored.value().sized(size)).isEmpty()) {
            LOGGER.warn("the {} was changed by another while its fleet was scaled", room.records.describe(app));
        }
    }

    /**
     * A fleet whose wanted size is recorded. Immutable and thread-safe.
     *
     * @param stored the record
     * @param former the size that was wanted before
     */
    private record Prepared(StoredFleet stored, int former) {}

    /** Records the size that is wanted, and the template if there is none yet. */
    private Prepared prepared(String app, @Nullable Template template, int size, Operation<?> self) {
        Optional<StoredFleet> found = room.find(app);
        if (found.isEmpty()) {
            if (template == null) {
                throw new IllegalStateException("there is no fleet " + app
                        + " to scale: make one by scaler.launch(image).app(\"" + app + "\").fleet()");
            }
            List<Member> members = room.members(app);
            FleetRecord wanted = of(template, size, FleetRoom.nextGeneration(0, members));
            int count = (int) members.stream().filter(Member::counts).count();
            return new Prepared(written(app, null, wanted, self, () -> room.records.create(app, wanted)), count);
        }
        FleetRoom.requireNoRollout(app, found);
        FleetRecord record = found.get().value();
        FleetRecord wanted = template != null && !template.json().equals(record.template())
                ? of(template, size, otherTemplate(app, record))
                : record.sized(size);
        return new Prepared(
                written(app, record, wanted, self, () -> room.records.replace(app, found.get(), wanted)),
                record.size());
    }

    private StoredFleet written(
            String app,
            @Nullable FleetRecord before,
            FleetRecord wanted,
            Operation<?> self,
            Supplier<Optional<StoredFleet>> writing) {
        try {
            return writing.get().orElseThrow(() -> changedMeanwhile(app));
        } catch (RegistryException e) {
            throw undoing(self, () -> {
                room.takeBack(app, wanted, before, e);
                return e;
            });
        }
    }

    private ForrestException changedMeanwhile(String app) {
        return new ForrestException(
                "the " + room.records.describe(app) + " was changed by another meanwhile: try again",
                null,
                Failure.unspecified());
    }

    private FleetRecord of(Template template, int size, int generation) {
        return new FleetRecord(
                room.room.engine().id(), size, template.json(), template.image(), generation, generation, null);
    }

    /** Returns the generation of another template than the recorded one: only an empty fleet may just be given one. */
    private int otherTemplate(String app, FleetRecord record) {
        List<Member> members = room.members(app);
        if (record.size() > 0 || members.stream().anyMatch(Member::counts)) {
            throw new IllegalStateException("fleet " + app + " has another template, of " + record.image()
                    + ": change it by scaler.fleet(\"" + app
                    + "\").rollOut(...), or scale what it has by scaler.fleet(\""
                    + app + "\").scaleTo(...)");
        }
        return FleetRoom.nextGeneration(record.lastGeneration(), members);
    }

    /** Takes all members back and forgets the fleet. */
    Scaling stop(String app) {
        String running = room.rolling.get(app);
        if (running != null) {
            throw new FleetBusyException(
                    "a rollout of fleet " + app + " is under way in this process: " + running + "; cancel it, or wait",
                    running);
        }
        Operation<Scaling> operation = new Operation<>(self -> room.holding(app, self, () -> stop(app, self)));
        room.begin(operation);
        return Joining.join(operation);
    }

    private Scaling stop(String app, Operation<Scaling> self) {
        // Nobody is to replace what goes, and no rollout to be resumed.
        Optional<StoredFleet> stored = room.find(app)
                .map(found -> room.records
                        .replace(app, found, found.value().stopped())
                        .orElseThrow(() -> changedMeanwhile(app)));
        ScaleWork work = new ScaleWork(app, room.hands(app), 0);
        Scaling done;
        try {
            done = work.clear();
        } catch (InterruptedException e) {
            String why = self.stopped().map(Stop::words).orElse("it was interrupted");
            throw undoing(self, () -> work.failure(0, why, List.of(e)));
        }
        stored.ifPresent(found -> {
            if (!room.records.delete(app, found)) {
                LOGGER.warn("the {} was changed by another while its fleet was stopped", room.records.describe(app));
            }
        });
        return done;
    }
}
