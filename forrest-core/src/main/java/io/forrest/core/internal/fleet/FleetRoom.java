package io.forrest.core.internal.fleet;

import io.forrest.Failure;
import io.forrest.FleetBusyException;
import io.forrest.ForrestException;
import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.core.internal.concurrent.Operation;
import io.forrest.core.internal.concurrent.Stop;
import io.forrest.core.internal.lifecycle.EngineRoom;
import io.forrest.core.internal.lifecycle.Launcher;
import io.forrest.core.internal.lifecycle.Member;
import io.forrest.core.internal.lifecycle.Members;
import io.forrest.core.internal.lifecycle.Template;
import io.forrest.core.internal.lifecycle.UnderWay;
import io.forrest.core.internal.record.FleetRecord;
import io.forrest.core.internal.record.FleetRecords;
import io.forrest.core.internal.record.StoredFleet;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all fleets of a scaler share: who may change which now, and what the templates held that their records do not.
 * Thread-safe.
 */
public final class FleetRoom {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.fleet");

    /** How long a lease that another holds is waited for: replacing the dead takes it for no longer, as a rule. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration POLL = Duration.ofMillis(250);

    final EngineRoom room;
    final Launcher launcher;
    final Members members;
    final UnderWay underWay;
    final FleetRecords records;
    private final Executor executor;
    private final ScheduledExecutorService timer;
    private final String holder;

    /** Who of this process changes a fleet: one at a time. */
    private final Map<String, Semaphore> turns = new ConcurrentHashMap<>();

    /** The rollouts that this process runs, by app. */
    final Map<String, String> rolling = new ConcurrentHashMap<>();

    /** The templates that were given in this process, with all that their records do not hold. */
    private final Map<String, Template> given = new ConcurrentHashMap<>();

    /** What the rollouts roll out that this process has begun, by their names. */
    private final Map<String, Template> begun = new ConcurrentHashMap<>();

    /** The names of members that this process could not launch or take back whole: whoever changes their fleet next does so. */
    private final Set<String> owed = ConcurrentHashMap.newKeySet();

    /** What is launched under each lease that is held, or was last. */
    private final Map<String, Launches> launches = new ConcurrentHashMap<>();

    private final Set<String> touched = ConcurrentHashMap.newKeySet();
    private volatile Runnable onTouched = () -> {};

    /** Creates the room. */
    public FleetRoom(
            EngineRoom room, Launcher launcher, UnderWay underWay, Executor executor, ScheduledExecutorService timer) {
        this.room = room;
        this.launcher = launcher;
        this.members = new Members(room, underWay);
        this.underWay = underWay;
        this.records =
                new FleetRecords(room.registry().records(), room.registry().prefix());
        this.executor = executor;
        this.timer = timer;
        this.holder = "process " + ProcessHandle.current().pid() + " at "
                + room.advertised().getHostAddress();
    }

    Hands hands(String app) {
        return new EngineHands(
                app,
                launcher,
                members,
                executor,
                room.time(),
                owed,
                launches.computeIfAbsent(app, a -> new Launches()));
    }

    void begin(Operation<?> operation) {
        underWay.begin(operation, executor);
    }

    /** Remembers a template that was given in this process. */
    void remember(Template template) {
        given.put(template.app() + " " + template.json(), template);
    }

    /** Remembers what a rollout of this process rolls out: its secrets stand in no record. */
    void begun(String rollout, Template to) {
        begun.put(rollout, to);
    }

    /** Returns what a rollout rolls out that this process has begun; empty if another has. */
    Optional<Template> begun(String rollout) {
        return Optional.ofNullable(begun.get(rollout));
    }

    /** Forgets what a rollout rolled out that has ended. */
    void ended(String rollout) {
        begun.remove(rollout);
    }

    /** Has somebody told when another fleet is changed by this process. */
    public void onTouched(Runnable listener) {
        onTouched = listener;
    }

    /** Returns the apps whose fleets this process has changed. */
    public Set<String> touched() {
        return Set.copyOf(touched);
    }

    /** Returns a template as it stands in a record, with what this process knows beside that. */
    Template template(String app, String json) {
        Template known = given.get(app + " " + json);
        return known != null
                ? known
                : Template.read(app, json)
                        .orElseThrow(() -> new ForrestException(
                                "the template in the " + records.describe(app)
                                        + " cannot be read: it was damaged, or written by a later version",
                                null,
                                Failure.unspecified()));
    }

    /** Returns such a template if nothing is missing to launch from it. */
    Template wholeTemplate(String app, String json) {
        Template template = template(app, json);
        if (!template.missing().isEmpty()) {
            throw new IllegalStateException("the recorded template of fleet " + app + " lacks "
                    + String.join(", ", template.missing())
                    + ": call fleet() in this process on a launch that has it, all else being equal, and try again");
        }
        return template;
    }

    /** Returns the record of an app's fleet, if it is this engine's. */
    Optional<StoredFleet> find(String app) {
        Optional<StoredFleet> found = records.find(app);
        found.map(StoredFleet::value).map(FleetRecord::engine).ifPresent(engine -> {
            if (!engine.equals(room.engine().id())) {
                throw new ForrestException(
                        "fleet " + app + " runs on another engine, " + engine
                                + ": change it by a scaler of that engine",
                        null,
                        Failure.unspecified());
            }
        });
        return found;
    }

    /** Throws if a rollout of a fleet has not ended, or is about to begin in this process. */
    void requireNoRollout(String app) {
        String running = rolling.get(app);
        if (running != null) {
            throw busy(app, running);
        }
        requireNoRollout(app, find(app));
    }

    /** Throws if a fleet's record says that a rollout of it has not ended. */
    static void requireNoRollout(String app, Optional<StoredFleet> found) {
        Optional<String> running = found.map(stored -> stored.value().rollout())
                .map(rollout -> rollout.id() + ", " + rollout.phase() + " at wave " + rollout.wave());
        if (running.isPresent()) {
            throw busy(app, running.get());
        }
    }

    private static FleetBusyException busy(String app, String running) {
        return new FleetBusyException(
                "a rollout of fleet " + app + " has not ended: " + running
                        + "; wait for it, or resume it or roll it back if its process has ended",
                running);
    }

    /**
     * Takes back what may have been written of a fleet although the answer was lost.
     *
     * @param before what stood there; null if nothing did
     * @param failure is told if that is not possible
     */
    void takeBack(String app, FleetRecord written, @Nullable FleetRecord before, RuntimeException failure) {
        try {
            Optional<StoredFleet> found =
                    records.find(app).filter(stored -> stored.value().equals(written));
            if (found.isEmpty()) {
                return;
            }
            if (before == null) {
                var unused = records.delete(app, found.get());
            } else {
                var unused = records.replace(app, found.get(), before);
            }
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** Deletes the records of those touched fleets all of whose members this scaler launched, as far as it comes in time. */
    void forgetOwn(Deadline deadline) {
        Map<String, StoredFleet> found = new HashMap<>();
        touched.forEach(app -> forgetting(app, deadline, () -> find(app).ifPresent(stored -> found.put(app, stored))));
        if (found.isEmpty()) {
            return;
        }
        Map<String, List<Member>> all;
        try {
            all = members.all(); // after the records: whoever adds a member by now has changed one of them
        } catch (RuntimeException e) {
            LOGGER.warn("the records of the fleets {} could not be deleted: {}", found.keySet(), e.getMessage());
            return;
        }
        found.forEach((app, stored) -> forgetting(app, deadline, () -> {
            boolean own = all.containsKey(app)
                    && all.get(app).stream()
                            .allMatch(member -> member.launch().equals(underWay.launchOf(member.name())));
            if (own && !records.delete(app, stored)) {
                LOGGER.warn("the {} was changed by another, and stays", records.describe(app));
            }
        }));
    }

    private void forgetting(String app, Deadline deadline, Runnable step) {
        if (deadline.passed()) {
            LOGGER.warn("the {} could not be deleted within {}, and stays", records.describe(app), deadline.limit());
            return;
        }
        try {
            step.run();
        } catch (RuntimeException e) {
            LOGGER.warn("the {} could not be deleted: {}", records.describe(app), e.getMessage());
        }
    }

    /** Returns the next generation of a fleet: higher than any that was ever given, or that a member has. */
    static int nextGeneration(int last, Collection<Member> members) {
        return 1
                + Math.max(
                        last,
                        members.stream().mapToInt(Member::generation).max().orElse(0));
    }

    /** What is done while a fleet's lease is held. */
    interface Work<T> {
        T go() throws InterruptedException;
    }

    /** What is done while a fleet's lease is held, and known. */
    interface LeasedWork<T> {
        T go(FleetLease lease) throws InterruptedException;
    }

    /**
     * Waits for this process's turn, takes the fleet's lease, and does some work; the operation is stopped if the lease is lost.
     *
     * @throws FleetBusyException if another process holds it for longer than it is waited for
     * @throws ForrestException if it was told to stop before it had turn and lease
     */
    <T> T holding(String app, Operation<?> operation, Work<T> work) throws InterruptedException {
        return leased(app, operation, lease -> work.go());
    }

    /** Does what {@link #holding} does, with work that wants to know the lease. */
    <T> T leased(String app, Operation<?> operation, LeasedWork<T> work) throws InterruptedException {
        Semaphore turn = turn(app);
        try {
            turn.acquire();
        } catch (InterruptedException e) {
            throw stopped(app, operation, e);
        }
        try {
            return go(app, awaitLease(app, operation), work);
        } finally {
            turn.release();
        }
    }

    private FleetLease awaitLease(String app, Operation<?> operation) {
        Deadline deadline = Deadline.in(PATIENCE, room.time());
        FleetLease.Taken taken = take(app, operation);
        while (taken.lease() == null && !deadline.passed()) {
            try {
                room.time().sleep(POLL);
            } catch (InterruptedException e) {
                throw stopped(app, operation, e);
            }
            taken = take(app, operation);
        }
        if (taken.lease() == null) {
            throw new FleetBusyException(
                    "fleet " + app + " is being changed by another: " + taken.holder() + "; try again later",
                    taken.holder());
        }
        return taken.lease();
    }

    private static ForrestException stopped(String app, Operation<?> operation, InterruptedException cause) {
        return new ForrestException(
                "fleet " + app + " was not changed: "
                        + operation.stopped().orElse(Stop.INTERRUPTED).words() + " while others changed it",
                cause,
                Failure.unspecified());
    }

    /** Does some work if turn and lease are both free; empty if one is not. */
    <T> Optional<T> holdingIfFree(String app, Operation<?> operation, Work<T> work) throws InterruptedException {
        Semaphore turn = turn(app);
        if (!turn.tryAcquire()) {
            return Optional.empty();
        }
        try {
            FleetLease lease = take(app, operation).lease();
            return lease == null ? Optional.empty() : Optional.of(go(app, lease, held -> work.go()));
        } finally {
            turn.release();
        }
    }

    private Semaphore turn(String app) {
        return turns.computeIfAbsent(app, unused -> new Semaphore(1, true));
    }

    private <T> T go(String app, FleetLease lease, LeasedWork<T> work) throws InterruptedException {
        if (touched.add(app)) {
            onTouched.run();
        }
        try {
            return work.go(lease);
        } finally {
            lease.close();
        }
    }

    private FleetLease.Taken take(String app, Operation<?> operation) {
        Launches mine = new Launches();
        FleetLease.Taken taken = FleetLease.take(
                room.registry().records(),
                app,
                holder,
                room.worker(),
                FleetLease.Times.DEFAULT,
                timer,
                executor,
                () -> {
                    boolean unused = operation.stop(Stop.LEASE_LOST);
                    mine.revoke();
                });
        if (taken.lease() != null) {
            launches.put(app, mine);
        }
        return taken;
    }

    /** Returns the members of an app. */
    List<Member> members(String app) {
        return marked(members.of(app));
    }

    /** Returns the members of all apps. */
    Map<String, List<Member>> allMembers() {
        Map<String, List<Member>> all = new HashMap<>();
        members.all().forEach((app, some) -> all.put(app, marked(some)));
        return all;
    }

    /** Has those that this process could not launch or take back whole be known as left. */
    private List<Member> marked(List<Member> some) {
        return some.stream()
                .map(member -> owed.contains(member.name()) ? member.left() : member)
                .toList();
    }
}
