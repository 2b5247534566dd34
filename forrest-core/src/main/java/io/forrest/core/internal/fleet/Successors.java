package io.forrest.core.internal.fleet;

import io.forrest.ForrestException;
import io.forrest.Instance;
import io.forrest.Stage;
import io.forrest.core.internal.concurrent.Joining;
import io.forrest.core.internal.concurrent.Operation;
import io.forrest.core.internal.lifecycle.Member;
import io.forrest.core.internal.record.FleetRecord;
import io.forrest.core.internal.record.RolloutRecord;
import io.forrest.core.internal.record.StoredFleet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Launches successors for what died, one app at a time, under the app's lease: those that a fleet lacks by its record, and those
 * of instances outside of any fleet that this scaler launched. Thread-safe.
 */
public final class Successors {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.supervise");

    private final FleetRoom room;
    private final boolean all;

    /** Launches outside of any fleet whose dead instance was taken back, and whose successor could not be launched yet. */
    private final Map<String, Queue<Supplier<Operation<Instance>>>> owed = new ConcurrentHashMap<>();

    /**
     * Creates what launches them.
     *
     * @param room what it works with
     * @param all whether all fleets of the engine are looked after, or only those that this scaler has changed or launched into
     */
    public Successors(FleetRoom room, boolean all) {
        this.room = room;
        this.all = all;
    }

    /**
     * What an attempt came to. Immutable and thread-safe.
     *
     * @param launched the names of the successors that were launched
     * @param failures why others could not be, in words
     * @param missing how many are missing after it
     */
    public record Attempt(List<String> launched, List<String> failures, int missing) {

        /** Copies the lists. */
        public Attempt {
            launched = List.copyOf(launched);
            failures = List.copyOf(failures);
        }
    }

    /** Returns how many instances are missing by app, of those apps that are looked after; without those that lack none. */
    public Map<String, Integer> missing() {
        Map<String, StoredFleet> fleets = room.records.all();
        Map<String, List<Member>> members = room.members.all();
        Set<String> apps = new HashSet<>(owed.keySet());
        members.forEach((app, some) -> {
            if (some.stream().anyMatch(this::isOwn)) {
                apps.add(app);
            }
        });
        fleets.forEach((app, stored) -> {
            if (stored.value().engine().equals(room.room.engine().id())
                    && (all || room.touched().contains(app))) {
                apps.add(app);
            }
        });
        Map<String, Integer> missing = new HashMap<>();
        for (String app : apps) {
            int count = missing(app, Optional.ofNullable(fleets.get(app)), members.getOrDefault(app, List.of()));
            if (count > 0) {
                missing.put(app, count);
            }
        }
        return missing;
    }

    private boolean isOwn(Member member) {
        return member.launch().equals(room.underWay.launchOf(member.name()));
    }

    private int missing(String app, Optional<StoredFleet> fleet, List<Member> members) {
        if (fleet.isPresent()) {
            long there = members.stream()
                    .filter(member -> member.counts() || (member.stage() == Stage.LAUNCHING && !member.isLeft()))
                    .count();
            return (int) Math.max(0, fleet.get().value().size() - there);
        }
        long dead = members.stream()
                .filter(member -> member.isDead() && isOwn(member))
                .count();
        Queue<?> more = owed.get(app);
        return (int) dead + (more == null ? 0 : more.size());
    }

    /** Returns how many instances an app lacks. */
    public int missing(String app) {
        return missing(app, ours(app), room.members(app));
    }

    private Optional<StoredFleet> ours(String app) {
        return room.records
                .find(app)
                .filter(stored ->
                        stored.value().engine().equals(room.room.engine().id()));
    }

    /**
     * Launches the successors that an app lacks, and takes the dead back.
     *
     * @param atMost how many to launch at most
     * @return what it came to; empty if another holds the app's lease
     */
    public Optional<Attempt> attempt(String app, int atMost, Operation<?> self) throws InterruptedException {
        return room.holdingIfFree(app, self, () -> {
            Optional<StoredFleet> fleet = ours(app);
            List<Member> members = room.members(app);
            return fleet.isPresent() ? ofFleet(app, fleet.get().value(), members, atMost) : ofOwn(app, members, atMost);
        });
    }

    private Attempt ofFleet(String app, FleetRecord fleet, List<Member> members, int atMost)
            throws InterruptedException {
        int missing = missing(app, Optional.of(new StoredFleet("", fleet)), members);
        int count = Math.min(missing, atMost);
        Hands.Done<String> done = new Hands.Done<>(List.of(), List.of());
        List<String> failures = new ArrayList<>();
        if (count > 0) {
            try {
                done = room.hands(app)
                        .launch(room.wholeTemplate(app, fleet.template()), fleet.generation(), count, false);
            } catch (IllegalStateException e) {
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        done.failures().forEach(failure -> failures.add(String.valueOf(failure.getMessage())));
        RolloutRecord rollout = fleet.rollout();
        members.stream()
                .filter(Member::isDead)
                .filter(member -> rollout == null || member.generation() != rollout.generation())
                .forEach(this::clear);
        return new Attempt(done.done(), failures, missing - done.done().size());
    }

    private boolean clear(Member dead) {
        try {
            return room.members.retireDead(dead).isPresent();
        } catch (ForrestException e) {
            LOGGER.warn("{}, which is dead, could not be taken back: {}", dead.name(), e.getMessage());
            return false;
        }
    }

    private Attempt ofOwn(String app, List<Member> members, int atMost) {
        Queue<Supplier<Operation<Instance>>> successors =
                owed.computeIfAbsent(app, unused -> new ConcurrentLinkedQueue<>());
        for (Member member : members) {
            if (member.isDead() && isOwn(member)) {
                Optional<Supplier<Operation<Instance>>> again = room.launcher.again(member.launch());
                // Whoever takes the dead back replaces it; one that somebody stops is not replaced.
                if (clear(member)) {
                    again.ifPresent(successors::add);
                }
            }
        }
        List<String> launched = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        int count = Math.min(atMost, successors.size());
        for (int i = 0; i < count; i++) {
            Supplier<Operation<Instance>> next = successors.remove();
            try {
                launched.add(Joining.join(next.get()).name());
            } catch (RuntimeException e) {
                successors.add(next);
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        int missing = successors.size();
        if (missing == 0) {
            owed.remove(app, successors);
        }
        return new Attempt(launched, failures, missing);
    }
}
