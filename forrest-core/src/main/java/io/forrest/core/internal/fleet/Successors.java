package io.forrest.core.internal.fleet;

import io.forrest.Instance;
import io.forrest.Stage;
import io.forrest.core.internal.concurrent.Joining;
import io.forrest.core.internal.concurrent.Lanes;
import io.forrest.core.internal.concurrent.Operation;
import io.forrest.core.internal.lifecycle.Member;
import io.forrest.core.internal.record.FleetRecord;
import io.forrest.core.internal.record.RolloutRecord;
import io.forrest.core.internal.record.StoredFleet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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

    /** Successors of instances outside of any fleet that are not launched yet; whoever removes one decides what becomes of it. */
    private final Map<String, Queue<Owed>> owed = new ConcurrentHashMap<>();

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

    /** The successor of a dead instance, by the launch that the dead one came from. */
    private record Owed(String name, String launch, Supplier<Operation<Instance>> again) {}

    /**
     * Has a dead instance not replaced, because somebody stops it.
     *
     * @param name its name
     * @param launch the launch that it must be of; null: whichever it is
     */
    public void callOff(String name, @Nullable String launch) {
        owed.values()
                .forEach(some -> some.removeIf(one -> one.name().equals(name)
                        && (launch == null || one.launch().equals(launch))));
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

    /** Returns those apps of the ones that are looked after that lack something, or have dead members that are still there. */
    public Set<String> wanting() {
        Map<String, FleetRecord> fleets = new HashMap<>();
        room.records.all().forEach((app, stored) -> {
            if (isOurs(stored)) {
                fleets.put(app, stored.value());
            }
        });
        Map<String, List<Member>> members = room.allMembers();
        Set<String> apps = new HashSet<>(owed.keySet());
        members.forEach((app, some) -> {
            if (some.stream().anyMatch(this::isOwn)) {
                apps.add(app);
            }
        });
        fleets.keySet().stream()
                .filter(app -> all || room.touched().contains(app))
                .forEach(apps::add);
        apps.removeIf(app -> {
            FleetRecord fleet = fleets.get(app);
            List<Member> some = members.getOrDefault(app, List.of());
            return missing(app, Optional.ofNullable(fleet), some) == 0
                    && (fleet == null
                            || (dead(fleet, some).isEmpty() && left(some).isEmpty()));
        });
        return apps;
    }

    /** Returns those that were left half launched, or half taken back. */
    private static List<Member> left(List<Member> members) {
        return members.stream().filter(Member::isLeft).toList();
    }

    /** Returns the dead of a fleet; those that a rollout has launched are left to whoever ends it. */
    private static List<Member> dead(FleetRecord fleet, List<Member> members) {
        RolloutRecord rollout = fleet.rollout();
        return members.stream()
                .filter(Member::isDead)
                .filter(member -> rollout == null || member.generation() != rollout.generation())
                .toList();
    }

    /** Returns whether a member is dead, and was launched by this scaler outside of any fleet. */
    private boolean isOwnDead(Member member) {
        return member.isDead() && member.generation() == 0 && isOwn(member);
    }

    private boolean isOwn(Member member) {
        return member.launch().equals(room.underWay.launchOf(member.name()));
    }

    private int missing(String app, Optional<FleetRecord> fleet, List<Member> members) {
        if (fleet.isPresent()) {
            long there = members.stream()
                    .filter(member -> member.counts() || (member.stage() == Stage.LAUNCHING && !member.isLeft()))
                    .count();
            return (int) Math.max(0, fleet.get().size() - there);
        }
        long dead = members.stream().filter(this::isOwnDead).count();
        Queue<?> more = owed.get(app);
        return (int) dead + (more == null ? 0 : more.size());
    }

    /** Returns how many instances an app lacks. */
    public int missing(String app) {
        return missing(app, ours(app), room.members(app));
    }

    private Optional<FleetRecord> ours(String app) {
        return room.records.find(app).filter(this::isOurs).map(StoredFleet::value);
    }

    private boolean isOurs(StoredFleet stored) {
        return stored.value().engine().equals(room.room.engine().id());
    }

    /**
     * Launches the successors that an app lacks, and takes the dead back.
     *
     * @param atMost how many to launch at most
     * @return what it came to; empty if another holds the app's lease
     */
    public Optional<Attempt> attempt(String app, int atMost, Operation<?> self) throws InterruptedException {
        return room.holdingIfFree(app, self, () -> {
            Optional<FleetRecord> fleet = ours(app);
            List<Member> members = room.members(app);
            return fleet.isPresent() ? ofFleet(app, fleet.get(), members, atMost) : ofOwn(app, members, atMost, self);
        });
    }

    private Attempt ofFleet(String app, FleetRecord fleet, List<Member> members, int atMost)
            throws InterruptedException {
        owed.remove(app); // what is wanted is the fleet's size from now on
        int missing = missing(app, Optional.of(fleet), members);
        int count = Math.min(missing, atMost);
        Hands.Done<String> done = new Hands.Done<>(List.of(), List.of());
        List<String> failures = new ArrayList<>();
        if (count > 0) {
            try {
                done = room.hands(app)
                        .launch(room.wholeTemplate(app, fleet.template()), fleet.generation(), count, false);
            } catch (RuntimeException e) {
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        done.failures().forEach(failure -> failures.add(String.valueOf(failure.getMessage())));
        dead(fleet, members).forEach(room.members::retireDead);
        room.hands(app)
                .retire(left(members))
                .failures()
                .forEach(failure -> LOGGER.warn(
                        "what was left half launched of {} could not be taken back: {}", app, failure.getMessage()));
        return new Attempt(done.done(), failures, missing - done.done().size());
    }

    private Attempt ofOwn(String app, List<Member> members, int atMost, Operation<?> self) {
        Queue<Owed> successors = owed.computeIfAbsent(app, unused -> new ConcurrentLinkedQueue<>());
        members.stream().filter(this::isOwnDead).forEach(member -> takeBack(member, successors));
        List<String> launched = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        Map<Owed, Operation<Instance>> begun = new LinkedHashMap<>();
        int count = Math.min(atMost, Lanes.COUNT);
        for (Owed next : successors) {
            if (begun.size() == count || self.stopped().isPresent()) {
                break;
            }
            begun.put(next, next.again().get());
        }
        begun.forEach((next, operation) -> {
            try {
                Instance successor = Joining.join(operation);
                if (successors.remove(next)) {
                    launched.add(successor.name());
                } else {
                    LOGGER.info("{} was stopped while its successor {} was launched", next.name(), successor.name());
                    successor.stop();
                }
            } catch (RuntimeException e) {
                failures.add(String.valueOf(e.getMessage()));
            }
        });
        owed.computeIfPresent(app, (unused, some) -> some.isEmpty() ? null : some);
        return new Attempt(launched, failures, successors.size());
    }

    /** Takes a dead instance back. Whoever does so replaces it; one that somebody stops is not replaced. */
    private void takeBack(Member dead, Queue<Owed> successors) {
        Optional<Owed> successor =
                room.launcher.again(dead.launch()).map(again -> new Owed(dead.name(), dead.launch(), again));
        successor.ifPresent(successors::add); // before it is taken back, so that a stop of it finds one or the other
        if (!room.members.retireDead(dead)) {
            successor.ifPresent(successors::remove);
        }
    }
}
