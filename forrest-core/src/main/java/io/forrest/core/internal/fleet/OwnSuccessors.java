package io.forrest.core.internal.fleet;

import io.forrest.Instance;
import io.forrest.core.internal.concurrent.Joining;
import io.forrest.core.internal.concurrent.Lanes;
import io.forrest.core.internal.concurrent.Operation;
import io.forrest.core.internal.lifecycle.InstanceLog;
import io.forrest.core.internal.lifecycle.Member;
import io.forrest.core.internal.lifecycle.Members;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The successors of instances outside of any fleet, which only the scaler launches that launched the dead ones. Those of a fleet
 * whose record was wiped with the store are among them. Thread-safe.
 */
final class OwnSuccessors {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.supervise");

    private final FleetRoom room;
    private final Consumer<List<Member>> beforeTheyGo;

    /** Those that are not launched yet, by app; whoever removes one decides what becomes of it. */
    private final Map<String, Queue<Owed>> owed = new ConcurrentHashMap<>();

    /** The successor of a dead instance, by the launch of that; not sure while nobody can tell whether the dead one was taken back. */
    private record Owed(String name, String launch, Supplier<Operation<Instance>> again, boolean sure) {
        Owed sure(boolean whether) {
            return new Owed(name, launch, again, whether);
        }
    }

    /**
     * Creates what launches them.
     *
     * @param room what it works with
     * @param beforeTheyGo is told which dead instances are taken back next
     */
    OwnSuccessors(FleetRoom room, Consumer<List<Member>> beforeTheyGo) {
        this.room = room;
        this.beforeTheyGo = beforeTheyGo;
    }

    /** Returns the apps that have successors which are not launched yet. */
    Set<String> apps() {
        return Set.copyOf(owed.keySet());
    }

    /** Forgets the successors of an app that are not launched yet. */
    void forget(String app) {
        owed.remove(app);
    }

    /**
     * Has a dead instance not replaced, because somebody stops it.
     *
     * @param name its name
     * @param launch the launch that it must be of; null: whichever it is
     */
    void callOff(String name, @Nullable String launch) {
        owed.values()
                .forEach(some -> some.removeIf(one -> one.name().equals(name)
                        && (launch == null || one.launch().equals(launch))));
    }

    /** Returns whether a member was launched by this scaler. */
    boolean isOwn(Member member) {
        return member.launch().equals(room.underWay.launchOf(member.name()));
    }

    private boolean isOwnDead(Member member) {
        return member.isDead() && isOwn(member);
    }

    /** Returns how many instances of an app that is no fleet are missing. */
    int missing(String app, List<Member> members) {
        long dead = members.stream().filter(this::isOwnDead).count();
        Queue<?> more = owed.get(app);
        return (int) dead + (more == null ? 0 : more.size());
    }

    /** Takes back those that are dead, and launches successors, some at most; under the app's lease. */
    Successors.Attempt attempt(String app, List<Member> members, int atMost, Operation<?> self) {
        Queue<Owed> successors = owed.computeIfAbsent(app, unused -> new ConcurrentLinkedQueue<>());
        makeSure(app, successors);
        List<Member> dead = members.stream().filter(this::isOwnDead).toList();
        beforeTheyGo.accept(dead);
        dead.forEach(member -> takeBack(app, member, successors));
        List<String> launched = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        Map<Owed, Operation<Instance>> begun = new LinkedHashMap<>();
        int count = Math.min(atMost, Lanes.COUNT);
        for (Owed next : successors) {
            if (begun.size() == count || self.stopped().isPresent()) {
                break;
            }
            if (next.sure()) {
                begun.put(next, next.again().get());
            }
        }
        begun.forEach((next, operation) -> {
            try {
                Instance successor = Joining.join(operation);
                if (successors.remove(next)) {
                    launched.add(successor.name());
                } else {
                    InstanceLog.about(LOGGER.atInfo(), app, successor.name())
                            .log("{} was stopped while its successor {} was launched", next.name(), successor.name());
                    successor.stop();
                }
            } catch (RuntimeException | Error e) { // of a probe, say: the others are waited for all the same
                failures.add(String.valueOf(e.getMessage()));
            }
        });
        owed.computeIfPresent(app, (unused, some) -> some.isEmpty() ? null : some);
        return new Successors.Attempt(launched, failures, successors.size());
    }

    /** Takes a dead instance back. Whoever does so replaces it; one that somebody stops is not replaced. */
    private void takeBack(String app, Member dead, Queue<Owed> successors) {
        Optional<Owed> found =
                room.launcher.again(dead.launch()).map(again -> new Owed(dead.name(), dead.launch(), again, true));
        found.ifPresent(successors::add); // before it is taken back, so that a stop of it finds one or the other
        Members.Taken taken = room.members.retireDead(app, dead);
        if (taken != Members.Taken.YES) {
            found.filter(successors::remove)
                    .filter(one -> taken == Members.Taken.UNKNOWN)
                    .ifPresent(one -> successors.add(one.sure(false)));
        }
    }

    /** Looks again whether those were taken back of whom nobody could tell, and goes on with it; one that was not is dead as before. */
    private void makeSure(String app, Queue<Owed> successors) {
        for (Owed one : List.copyOf(successors)) {
            if (!one.sure()) {
                boolean going = room.members.isGoing(one.name(), one.launch());
                if (successors.remove(one) && going) {
                    successors.add(one.sure(true));
                    room.members.retireGoing(app, one.name(), one.launch());
                }
            }
        }
    }
}
