package io.forrest.testkit;

import static java.util.Objects.requireNonNull;

import io.forrest.BalancerException;
import io.forrest.Endpoint;
import io.forrest.RegistryException;
import io.forrest.Traffic;
import io.forrest.spi.Announcement;
import io.forrest.spi.Balancer;
import io.forrest.spi.Drained;
import io.forrest.spi.Registry;
import io.forrest.spi.Served;
import io.forrest.spi.TimeSource;
import io.forrest.testkit.Fault.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Balancers in this JVM's memory, for tests. Like real ones they learn from a registry alone what to serve: what is announced
 * is served at once, and what is withdrawn is drained at once, unless a test has a {@link FakeMember} hold it back. {@link
 * Faults} befall its calls. Waits pass in the time that it is given; by an automatic {@link FakeTime} they pass at once.
 * Thread-safe.
 */
public final class FakeBalancer implements Balancer {

    private static final Duration INTERVAL = Duration.ofMillis(50);
    private static final String ONLY = "one";

    private final Registry registry;
    private final TimeSource time;
    private final Faults faults;
    private final Map<String, FakeMember> members = new LinkedHashMap<>();
    private volatile Map<String, Endpoint> lastSeen = Map.of();
    private volatile boolean closed;

    /** What a call comes to, once no fault is in its way. */
    private interface Work<T> {
        T get() throws InterruptedException;
    }

    /**
     * Creates one balancer, called {@code one}, in the system's time and without faults.
     *
     * @param registry what it reads; stays the caller's to close
     */
    public FakeBalancer(Registry registry) {
        this(registry, TimeSource.system(), new Faults(), ONLY);
    }

    /**
     * Creates balancers that stand side by side.
     *
     * @param registry what they read; stays the caller's to close. Its faults befall them too: while it does not answer, they
     *     serve what they served
     * @param time what waits pass in
     * @param faults what befalls its calls
     * @param names what the balancers are called, at least one
     * @throws IllegalArgumentException if no name is given
     */
    public FakeBalancer(Registry registry, TimeSource time, Faults faults, String... names) {
        this.registry = requireNonNull(registry, "registry");
        this.time = requireNonNull(time, "time");
        this.faults = requireNonNull(faults, "faults");
        for (String name : names) {
            members.put(name, new FakeMember(name, time));
        }
        if (members.isEmpty()) {
            throw new IllegalArgumentException("at least one balancer needs a name");
        }
    }

    /**
     * Returns one of the balancers, to have it misbehave. Not an operation: it works when closed.
     *
     * @param name what it is called
     * @return the balancer
     * @throws IllegalArgumentException if there is none of that name
     */
    public FakeMember member(String name) {
        FakeMember member = members.get(name);
        if (member == null) {
            throw new IllegalArgumentException("no balancer is called " + name + ", but " + members.keySet());
        }
        return member;
    }

    @Override
    public Served awaitServing(Announcement announcement, Duration within) throws InterruptedException {
        return call(
                Operation.AWAIT_SERVING,
                announcement.name(),
                () -> await(within, () -> served(announcement), Served::serving));
    }

    private Served served(Announcement announcement) {
        Endpoint announced = announced().get(announcement.name());
        FakeMember.Told told = FakeMember.Told.nothing();
        members.values().forEach(member -> member.tellServed(announcement, announced, told));
        boolean serving = told.waitingFor().isEmpty() && told.unreachable().size() < members.size();
        return new Served(serving, told.waitingFor(), told.unreachable(), told.blindSpots());
    }

    @Override
    public Drained awaitDrained(Announcement announcement, Duration within) throws InterruptedException {
        return call(
                Operation.AWAIT_DRAINED,
                announcement.name(),
                () -> await(within, () -> drained(announcement), Drained::drained));
    }

    private Drained drained(Announcement announcement) {
        Endpoint announced = announced().get(announcement.name());
        FakeMember.Told told = FakeMember.Told.nothing();
        int sessions = 0;
        for (FakeMember member : members.values()) {
            sessions += member.tellDrained(announcement, announced, told);
        }
        boolean drained = told.waitingFor().isEmpty()
                && told.unreachable().isEmpty()
                && told.blindSpots().isEmpty();
        return new Drained(drained, sessions, told.waitingFor(), told.unreachable(), told.blindSpots());
    }

    private <T> T await(Duration within, Supplier<T> look, Predicate<T> good) throws InterruptedException {
        long start = time.nanoTime();
        T seen = look.get();
        while (!good.test(seen)) {
            Duration left = within.minusNanos(time.nanoTime() - start);
            if (left.isNegative() || left.isZero()) {
                return seen;
            }
            time.sleep(left.compareTo(INTERVAL) < 0 ? left : INTERVAL);
            requireOpen();
            seen = look.get();
        }
        return seen;
    }

    @Override
    public Map<String, Traffic> traffic() {
        try {
            return call(Operation.TRAFFIC, "", this::seen);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BalancerException("the look at the fake balancers was interrupted", e);
        }
    }

    private Map<String, Traffic> seen() {
        Map<String, Endpoint> announced = announced();
        List<FakeMember> reachable =
                members.values().stream().filter(FakeMember::isReachable).toList();
        if (reachable.isEmpty()) {
            throw new BalancerException("none of the fake balancers " + members.keySet() + " can be reached", null);
        }
        Set<String> known = new TreeSet<>(announced.keySet());
        reachable.forEach(member -> known.addAll(member.draining()));
        Map<String, Traffic> all = new TreeMap<>();
        for (String name : known) {
            all.put(name, together(reachable, name, announced.containsKey(name)));
        }
        return Map.copyOf(all);
    }

    private static Traffic together(List<FakeMember> reachable, String name, boolean announced) {
        Set<String> states = new LinkedHashSet<>();
        boolean serving = true;
        int sessions = 0;
        long requests = 0;
        long errors = 0;
        Duration responseTime = Duration.ZERO;
        for (FakeMember member : reachable) {
            Traffic traffic = member.traffic(name, announced);
            states.add(traffic.state());
            serving &= traffic.serving();
            sessions += traffic.sessions();
            requests += traffic.requests();
            errors += traffic.errors();
            responseTime = responseTime.compareTo(traffic.responseTime()) < 0 ? traffic.responseTime() : responseTime;
        }
        return new Traffic(serving, String.join("/", states), sessions, requests, errors, responseTime);
    }

    private Map<String, Endpoint> announced() {
        try {
            Map<String, Endpoint> announced = new HashMap<>();
            registry.announcements()
                    .forEach(announcement -> announced.put(announcement.name(), announcement.endpoint()));
            lastSeen = Map.copyOf(announced);
        } catch (RegistryException e) {
            // A balancer whose registry is away serves what it served.
        }
        return lastSeen;
    }

    private <T> T call(Operation operation, String subject, Work<T> work) throws InterruptedException {
        requireOpen();
        Faults.Fate fate = faults.befall(operation, subject, () -> closed);
        requireOpen();
        switch (fate.outcome()) {
            case FAIL, LOSE_REQUEST -> throw lost(operation, subject, "found no balancer");
            case REFUSE -> throw lost(operation, subject, "was refused by the balancer");
            default -> {
                T result = work.get();
                fate.afterwards().forEach(Runnable::run);
                if (fate.outcome() == Outcome.LOSE_ANSWER) {
                    throw lost(operation, subject, "got no answer in time");
                }
                return result;
            }
        }
    }

    private static BalancerException lost(Operation operation, String subject, String what) {
        return new BalancerException(new Faults.Call(operation, subject) + " " + what + "; try again", null);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the fake balancer is closed");
        }
    }

    @Override
    public void close() {
        closed = true;
        faults.wake();
    }

    /** Returns the names of the balancers. */
    @Override
    public String toString() {
        return "FakeBalancer of " + members.keySet();
    }
}
