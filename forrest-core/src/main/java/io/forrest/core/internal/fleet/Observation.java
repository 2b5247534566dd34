package io.forrest.core.internal.fleet;

import io.forrest.ObservedMember;
import io.forrest.ObservedTraffic;
import io.forrest.Stage;
import io.forrest.Traffic;
import io.forrest.core.internal.lifecycle.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is seen of a fleet's members over a time. Not thread-safe; confine it to one thread. */
final class Observation {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Hands hands;
    private final int generation;
    private final Map<String, Member> fresh;
    private final Map<String, Member> old;
    private final Set<String> names;
    private final Map<String, Traffic> before;
    private final Set<String> died = new HashSet<>();
    private final Set<String> unhealthy = new HashSet<>();
    private final long begun;

    /** Those that were ill already when it was last extended. */
    private Set<String> known = Set.of();

    private long end;
    private Map<String, Member> last;
    private Map<String, Traffic> after;

    /** Begins to observe the members that count now. */
    Observation(Hands hands, int generation) {
        this.hands = hands;
        this.generation = generation;
        Generations seen = Generations.of(hands.members(), generation);
        this.fresh = byLaunch(seen.fresh());
        this.old = byLaunch(seen.old());
        this.names = Stream.concat(seen.fresh().stream(), seen.old().stream())
                .map(Member::name)
                .collect(Collectors.toUnmodifiableSet());
        this.before = new HashMap<>(hands.traffic());
        this.after = Map.copyOf(before);
        this.begun = hands.nanoTime();
        this.end = begun;
        this.last = new LinkedHashMap<>(fresh);
        this.last.putAll(old);
    }

    private static Map<String, Member> byLaunch(Collection<Member> members) {
        Map<String, Member> byLaunch = new LinkedHashMap<>();
        members.forEach(member -> byLaunch.put(member.launch(), member));
        return byLaunch;
    }

    /** Has it go on for a while from now. */
    void extend(Duration time) {
        end = hands.nanoTime() + time.toNanos();
        known = Set.copyOf(illLaunches());
    }

    /**
     * Observes until its time is over or another new member is not well any more, and returns true then; false as soon as fewer
     * members are there than the fleet's size. A look that is not answered is tried again for a while.
     */
    boolean goOn(int size) throws InterruptedException {
        while (true) {
            int there = new Patience(hands).ask(this::look);
            long left = end - hands.nanoTime();
            if (left <= 0 || !known.containsAll(illLaunches())) {
                after = hands.traffic();
                return true;
            }
            if (there < size) {
                return false;
            }
            hands.sleep(Duration.ofNanos(Math.min(left, LOOK_EVERY.toNanos())));
        }
    }

    /** Returns how many new members are observed. */
    int freshCount() {
        return fresh.size();
    }

    /** Looks, and returns how many members count. */
    private int look() {
        List<Member> now = hands.members();
        last = byLaunch(now);
        // Who died stays dead, even if it runs again at the next look.
        noteDead(fresh.keySet());
        noteDead(old.keySet());
        unhealthy.addAll(hands.unhealthy(Generations.of(now, generation).fresh()));
        beginCounts();
        return (int) now.stream().filter(Member::counts).count();
    }

    private void noteDead(Set<String> launches) {
        launches.stream()
                .filter(launch -> {
                    Member now = last.get(launch);
                    return now == null || !now.counts();
                })
                .forEach(died::add);
    }

    /** Has the counts begin now of those that no balancer could tell of before: what it sent them earlier is not of this wave. */
    private void beginCounts() {
        if (!before.keySet().containsAll(names)) {
            hands.traffic().forEach(before::putIfAbsent);
        }
    }

    private boolean isIll(Member member) {
        return died.contains(member.launch()) || unhealthy.contains(member.container());
    }

    private Set<String> illLaunches() {
        return fresh.values().stream().filter(this::isIll).map(Member::launch).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns how long it has been observed. */
    Duration observed() {
        return Duration.ofNanos(hands.nanoTime() - begun);
    }

    /** Returns what was seen of the new members. */
    List<ObservedMember> fresh() {
        return observed(fresh.values());
    }

    /** Returns what was seen of the old members. */
    List<ObservedMember> old() {
        return observed(old.values());
    }

    /** Returns the new member whose log tells most: one that is ill, or else not served, or else that gave the most errors. */
    Optional<Member> suspect() {
        return fresh().stream()
                .min(Comparator.comparing((ObservedMember one) -> !one.died() && !one.unhealthy())
                        .thenComparing(ObservedMember::isWell)
                        .thenComparing(Observation::errors, Comparator.reverseOrder()))
                .flatMap(one -> fresh.values().stream()
                        .filter(member -> member.name().equals(one.name()))
                        .findFirst())
                .map(member -> last.getOrDefault(member.launch(), member));
    }

    private static long errors(ObservedMember member) {
        ObservedTraffic traffic = member.traffic();
        return traffic == null ? 0 : traffic.errors();
    }

    private List<ObservedMember> observed(Collection<Member> members) {
        List<ObservedMember> observed = new ArrayList<>();
        for (Member member : members) {
            Member now = last.get(member.launch());
            observed.add(new ObservedMember(
                    member.name(),
                    now == null ? Stage.GONE : stage(now, after.get(member.name())),
                    died.contains(member.launch()),
                    unhealthy.contains(member.container()),
                    between(before.get(member.name()), after.get(member.name()))));
        }
        return observed;
    }

    /** Returns where a member stands, served or not by what was last said of its traffic. */
    private static Stage stage(Member member, @Nullable Traffic traffic) {
        boolean announced = member.stage() == Stage.ANNOUNCED || member.stage() == Stage.SERVING;
        return announced && traffic != null ? (traffic.serving() ? Stage.SERVING : Stage.ANNOUNCED) : member.stage();
    }

    private static @Nullable ObservedTraffic between(@Nullable Traffic first, @Nullable Traffic second) {
        if (second == null) {
            return null;
        }
        long requests = first == null ? 0 : first.requests();
        long errors = first == null ? 0 : first.errors();
        return new ObservedTraffic(
                Math.max(0, second.requests() - requests),
                Math.max(0, second.errors() - errors),
                second.responseTime());
    }
}
