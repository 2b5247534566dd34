package io.forrest.core.internal.fleet;

import io.forrest.Stage;
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
import java.util.Set;
import java.util.function.Consumer;
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

    private final OwnSuccessors own;
    private volatile Consumer<List<Member>> beforeTheDeadGo = dead -> {};

    /**
     * Creates what launches them.
     *
     * @param room what it works with
     * @param all whether all fleets of the engine are looked after, or only those that this scaler has changed or launched into
     */
    public Successors(FleetRoom room, boolean all) {
        this.room = room;
        this.all = all;
        this.own = new OwnSuccessors(room, dead -> beforeTheDeadGo.accept(dead));
    }

    /** Has somebody told who of the dead is taken back next, before they are; the list may be empty. */
    public void beforeTheDeadGo(Consumer<List<Member>> listener) {
        beforeTheDeadGo = listener;
    }

    /** Has a dead instance not replaced, because somebody stops it; of whichever launch if that is null. */
    public void callOff(String name, @Nullable String launch) {
        own.callOff(name, launch);
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
        Set<String> apps = new HashSet<>(own.apps());
        members.forEach((app, some) -> {
            if (some.stream().anyMatch(own::isOwn)) {
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

    private int missing(String app, Optional<FleetRecord> fleet, List<Member> members) {
        if (fleet.isPresent()) {
            long there = members.stream()
                    .filter(member -> member.counts() || (member.stage() == Stage.LAUNCHING && !member.isLeft()))
                    .count();
            return (int) Math.max(0, fleet.get().size() - there);
        }
        return own.missing(app, members);
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
            return fleet.isPresent()
                    ? ofFleet(app, fleet.get(), members, atMost)
                    : own.attempt(app, members, atMost, self);
        });
    }

    private Attempt ofFleet(String app, FleetRecord fleet, List<Member> members, int atMost) {
        own.forget(app); // what is wanted is the fleet's size from now on
        int missing = missing(app, Optional.of(fleet), members);
        List<String> launched = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        int count = Math.min(missing, atMost);
        try {
            if (count > 0) {
                Hands.Done<String> done = room.hands(app)
                        .launch(room.wholeTemplate(app, fleet.template()), fleet.generation(), count, false);
                launched.addAll(done.done());
                done.failures().forEach(failure -> failures.add(String.valueOf(failure.getMessage())));
            }
        } catch (Hands.CutShort e) {
            launched.addAll(e.launched());
            Thread.currentThread().interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failures.add(String.valueOf(e.getMessage()));
        }
        takeBack(app, dead(fleet, members), left(members));
        return new Attempt(launched, failures, missing - launched.size());
    }

    /** Takes back what is dead or left of a fleet. What fails is done by the next pass: what was launched is told all the same. */
    private void takeBack(String app, List<Member> dead, List<Member> left) {
        try {
            beforeTheDeadGo.accept(dead);
            for (Member member : dead) {
                var unused = room.members.retireDead(app, member);
            }
            room.hands(app)
                    .retire(left)
                    .failures()
                    .forEach(failure -> LOGGER.warn(
                            "what was left half launched of {} could not be taken back: {}",
                            app,
                            failure.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOGGER.warn("what is dead of {} could not be taken back", app, e);
        }
    }
}
