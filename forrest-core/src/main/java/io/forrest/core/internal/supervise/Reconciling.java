package io.forrest.core.internal.supervise;

import io.forrest.Endpoint;
import io.forrest.Failure;
import io.forrest.ForrestException;
import io.forrest.ReconcileMode;
import io.forrest.Reconciliation;
import io.forrest.RegistryException;
import io.forrest.Repair;
import io.forrest.Subscription;
import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.core.internal.concurrent.Lanes;
import io.forrest.core.internal.lifecycle.EngineRoom;
import io.forrest.core.internal.lifecycle.Sight;
import io.forrest.core.internal.lifecycle.UnderWay;
import io.forrest.core.internal.lifecycle.Upkeep;
import io.forrest.core.internal.record.InstanceRecords;
import io.forrest.core.internal.record.ProcessMark;
import io.forrest.core.internal.record.StoredRecord;
import io.forrest.spi.Announcement;
import io.forrest.spi.ContainerListener;
import io.forrest.spi.RegistryListener;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks, decides, and has the instances that need it repaired side by side. Thread-safe. */
public final class Reconciling implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.supervise");
    private static final Duration LAST_REPAIRS = Duration.ofSeconds(10);

    /** Up to how many records are read one by one. */
    private static final int FEW = 8;

    private final EngineRoom room;
    private final UnderWay underWay;
    private final Executor executor;
    private final Upkeep upkeep;
    private final Mending mending;

    /**
     * Creates what reconciles.
     *
     * @param room what it works with
     * @param underWay knows whether the scaler is closed, and what it launched
     * @param executor on which instances are repaired side by side
     */
    public Reconciling(EngineRoom room, UnderWay underWay, Executor executor) {
        this.room = room;
        this.underWay = underWay;
        this.executor = executor;
        this.upkeep = new Upkeep(room, underWay);
        this.mending = new Mending(room, upkeep);
    }

    /** Runs one pass over all instances of this engine under this prefix, and waits for all of it. */
    public Reconciliation reconcile(ReconcileMode mode) {
        underWay.requireOpen();
        if (mode == ReconcileMode.REPAIR) {
            settle();
        }
        Plan plan = Reconciler.plan(look(Scope.ALL));
        if (mode == ReconcileMode.DRY_RUN) {
            List<Repair> wanted = plan.remedies().stream()
                    .map(remedy -> Mending.repair(remedy, null))
                    .toList();
            return new Reconciliation(mode, wanted, plan.foreign());
        }
        Map<String, List<Repair>> done = new TreeMap<>();
        try {
            for (Repair repair : carryOut(plan)) {
                done.computeIfAbsent(repair.instance(), name -> new ArrayList<>())
                        .add(repair);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ForrestException(
                    "reconciling was interrupted: what was under way goes on, and the rest is left for the next time",
                    e,
                    Failure.unspecified());
        }
        return new Reconciliation(
                mode, done.values().stream().flatMap(List::stream).toList(), plan.foreign());
    }

    /** Carries out a plan and returns what was done. */
    private List<Repair> carryOut(Plan plan) throws InterruptedException {
        Queue<Repair> done = new ConcurrentLinkedQueue<>();
        Lanes<List<Remedy>> lanes = begin(plan, done::add);
        try {
            lanes.await();
        } catch (InterruptedException e) {
            lanes.skipRest();
            throw e;
        }
        return List.copyOf(done);
    }

    /** Begins to carry out a plan: instances side by side, those first that take no time. */
    @CanIgnoreReturnValue
    Lanes<List<Remedy>> begin(Plan plan, Consumer<Repair> report) {
        Map<String, List<Remedy>> byName = new TreeMap<>();
        plan.remedies()
                .forEach(remedy -> byName.computeIfAbsent(remedy.name(), name -> new ArrayList<>())
                        .add(remedy));
        List<List<Remedy>> quickFirst = new ArrayList<>(byName.values());
        quickFirst.sort(Comparator.comparing(remedies -> Mending.isLong(remedies.get(0))));
        return Lanes.begin(quickFirst, executor, remedies -> mending.mend(remedies, report));
    }

    /** Has somebody told which instances are to be looked at again, because they were in hand when they were to be repaired. */
    void onMissed(Consumer<String> listener) {
        mending.onMissed(listener);
    }

    /** Forgets the failures of those that a plan for all has no remedy for any more. */
    void forgetFailuresBut(Plan plan) {
        mending.forgetFailuresBut(plan.remedies().stream().map(Remedy::name).collect(Collectors.toSet()));
    }

    /** Returns what tells the scaler's listeners of deaths. */
    Deaths deaths() {
        return new Deaths(room.time(), room.events()::publish, room.runtime()::find);
    }

    /** Has a listener told what happens to containers. */
    Subscription watchContainers(ContainerListener listener) {
        return upkeep.watch(listener);
    }

    /** Has a listener told what happens to keys. */
    Subscription watchRegistry(RegistryListener listener) {
        return room.registry().watch(listener);
    }

    /** Begins no repair any more. */
    void beginNothing() {
        mending.end();
    }

    /** Waits for the repairs under way; false if one still is at the deadline. */
    boolean awaitIdle(Deadline deadline) throws InterruptedException {
        return mending.awaitIdle(deadline);
    }

    /** Begins no repair any more, and waits for those under way, for a while. */
    @Override
    public void close() {
        beginNothing();
        try {
            if (!awaitIdle(Deadline.in(LAST_REPAIRS, TimeSource.system()))) {
                LOGGER.warn("instances were still being repaired {} after the scaler was closed", LAST_REPAIRS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes back what could not be confirmed when it was announced, and is not wanted any more. */
    void settle() {
        upkeep.settle();
    }

    /** Looks at a few instances, as {@link #look(Scope)} looks at all. */
    Facts look(Scope scope, Set<String> names) {
        InstanceRecords.Listing listing = listing(names);
        Map<String, Endpoint> announced = announced();
        announced.keySet().retainAll(names);
        Map<String, Sight> containers = new HashMap<>();
        for (String name : names) {
            upkeep.container(name, listing.readable().get(name)).ifPresent(sight -> containers.put(name, sight));
        }
        return facts(containers, announced, listing, scope);
    }

    private InstanceRecords.Listing listing(Set<String> names) {
        Map<String, StoredRecord> records = new HashMap<>();
        Set<String> unreadable = new HashSet<>();
        for (String name : names) {
            try {
                room.records().find(name).ifPresent(stored -> records.put(name, stored));
            } catch (RegistryException e) {
                throw e;
            } catch (ForrestException e) {
                unreadable.add(name);
            }
        }
        return new InstanceRecords.Listing(records, unreadable);
    }

    /** Reads records once more; returns the names of those that are still as they were seen. */
    Set<String> unchanged(Map<String, StoredRecord> seen) {
        InstanceRecords.Listing now = seen.size() > FEW ? room.records().list() : listing(seen.keySet());
        Set<String> unchanged = new HashSet<>();
        seen.forEach((name, stored) -> {
            if (stored.equals(now.readable().get(name))) {
                unchanged.add(name);
            }
        });
        return unchanged;
    }

    /**
     * Looks at records, keys and containers, in this order: a record that is read before its container is looked for is never
     * taken for one whose container is gone, and a container without a record is one whose record was wiped.
     */
    Facts look(Scope scope) {
        InstanceRecords.Listing listing = room.records().list();
        Map<String, Endpoint> announced = announced();
        return facts(upkeep.containers(listing.readable(), scope::covers), announced, listing, scope);
    }

    private Map<String, Endpoint> announced() {
        Map<String, Endpoint> announced = new HashMap<>();
        for (Announcement announcement : room.registry().announcements()) {
            announced.put(announcement.name(), announcement.endpoint());
        }
        return announced;
    }

    private Facts facts(
            Map<String, Sight> containers,
            Map<String, Endpoint> announced,
            InstanceRecords.Listing listing,
            Scope scope) {
        return new Facts(
                room.engine().id(),
                containers,
                announced,
                listing.readable(),
                orphans(listing.readable()),
                listing.unreadable(),
                scope,
                room.clock().now());
    }

    private static Set<String> orphans(Map<String, StoredRecord> records) {
        Set<String> orphans = new HashSet<>();
        records.forEach((name, stored) -> {
            String worker = stored.value().worker();
            if (worker != null && ProcessMark.hasEnded(worker)) {
                orphans.add(name);
            }
        });
        return orphans;
    }
}
