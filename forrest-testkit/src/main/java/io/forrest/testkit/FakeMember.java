package io.forrest.testkit;

import static java.util.Objects.requireNonNull;

import io.forrest.Endpoint;
import io.forrest.Traffic;
import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.Announcement;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One of the balancers of a {@link FakeBalancer}, and what a test has it do: be away, refuse an instance, keep sessions, be
 * blind to something. Every change shows from the next look on. Thread-safe.
 */
public final class FakeMember {

    private final String name;
    private final TimeSource time;
    private final Map<String, String> refused = new HashMap<>();
    private final Map<String, Sessions> held = new HashMap<>();
    private final Map<String, Traffic> counted = new HashMap<>();
    private @Nullable String away;
    private @Nullable String blindSpot;

    /** Sessions that last until a moment of the time source's; null: until they are released. */
    private record Sessions(int count, @Nullable Long end) {}

    /** What several balancers have to say of one instance, gathered one after another. Not thread-safe. */
    record Told(List<String> waitingFor, List<String> unreachable, List<String> blindSpots) {

        static Told nothing() {
            return new Told(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    FakeMember(String name, TimeSource time) {
        this.name = name;
        this.time = time;
    }

    /**
     * Has it be unreachable, until it is {@link #reachable()} again.
     *
     * @param why what whoever asks is told: {@code connection refused}, say
     * @return this balancer
     */
    @CanIgnoreReturnValue
    public synchronized FakeMember unreachable(String why) {
        away = requireNonNull(why, "why");
        return this;
    }

    /**
     * Has it be reachable, as it is by default.
     *
     * @return this balancer
     */
    @CanIgnoreReturnValue
    public synchronized FakeMember reachable() {
        away = null;
        return this;
    }

    /**
     * Has it not serve an instance, until it {@link #accept accepts} it.
     *
     * @param instance the instance's name
     * @param words what it says of it: {@code DOWN (L4CON)}, say
     * @return this balancer
     */
    @CanIgnoreReturnValue
    public synchronized FakeMember refuse(String instance, String words) {
        refused.put(requireNonNull(instance, "instance"), requireNonNull(words, "words"));
        return this;
    }

    /**
     * Has it serve an instance once that is announced, as it does by default.
     *
     * @param instance the instance's name
     * @return this balancer
     */
    @CanIgnoreReturnValue
    public synchronized FakeMember accept(String instance) {
        refused.remove(instance);
        return this;
    }

    /**
     * Has it keep sessions to an instance, until they are {@link #release released}.
     *
     * @param instance the instance's name
     * @param sessions how many, above 0
     * @return this balancer
     * @throws IllegalArgumentException if the count is not above 0
     */
    @CanIgnoreReturnValue
    public synchronized FakeMember keep(String instance, int sessions) {
        return keep(instance, sessions, (Long) null);
    }

    /**
     * Has it keep sessions to an instance for a time.
     *
     * @param instance the instance's name
     * @param sessions how many, above 0
     * @param lasting how long from now
     * @return this balancer
     * @throws IllegalArgumentException if the count is not above 0
     */
    @CanIgnoreReturnValue
    public synchronized FakeMember keep(String instance, int sessions, Duration lasting) {
        return keep(instance, sessions, time.nanoTime() + lasting.toNanos());
    }

    private FakeMember keep(String instance, int sessions, @Nullable Long end) {
        if (sessions < 1) {
            throw new IllegalArgumentException("at least one session can be kept, was " + sessions);
        }
        held.put(requireNonNull(instance, "instance"), new Sessions(sessions, end));
        return this;
    }

    /**
     * Ends the sessions to an instance.
     *
     * @param instance the instance's name
     * @return this balancer
     */
    @CanIgnoreReturnValue
    public synchronized FakeMember release(String instance) {
        held.remove(instance);
        return this;
    }

    /**
     * Has it not see all: from then on it has whoever waits for an instance to drain wait for the whole time.
     *
     * @param what what it cannot see: {@code old workers}, say
     * @return this balancer
     */
    @CanIgnoreReturnValue
    public synchronized FakeMember blindTo(String what) {
        blindSpot = requireNonNull(what, "what");
        return this;
    }

    /**
     * Has it have sent an instance so much.
     *
     * @param instance the instance's name
     * @param requests how many requests
     * @param errors how many of them went wrong
     * @param responseTime how long the instance takes to answer
     * @return this balancer
     * @throws IllegalArgumentException if a number is negative
     */
    @CanIgnoreReturnValue
    public synchronized FakeMember count(String instance, long requests, long errors, Duration responseTime) {
        counted.put(requireNonNull(instance, "instance"), new Traffic(false, "", 0, requests, errors, responseTime));
        return this;
    }

    synchronized boolean isReachable() {
        return away == null;
    }

    /** Says what it has to say of whether it serves an instance. */
    synchronized void tellServed(Announcement announcement, @Nullable Endpoint announced, Told told) {
        if (isAway(told)) {
            return;
        }
        String refusal = refused.get(announcement.name());
        if (announced == null) {
            told.waitingFor().add(said("not there"));
        } else if (!announced.equals(announcement.endpoint())) {
            told.waitingFor().add(said("serves it at " + announced));
        } else if (refusal != null) {
            told.waitingFor().add(said(refusal));
        }
    }

    /** Says what it has to say of whether it is done with an instance; returns how many sessions it keeps. */
    synchronized int tellDrained(Announcement announcement, @Nullable Endpoint announced, Told told) {
        if (isAway(told)) {
            return 0;
        }
        int sessions = sessions(announcement.name());
        if (announcement.endpoint().equals(announced)) {
            told.waitingFor().add(said("UP"));
        } else if (sessions > 0) {
            told.waitingFor().add(said("DRAIN, " + sessions + " sessions"));
        }
        return sessions;
    }

    synchronized Traffic traffic(String instance, boolean announced) {
        Traffic numbers = counted.getOrDefault(instance, new Traffic(false, "", 0, 0, 0, Duration.ZERO));
        String refusal = refused.get(instance);
        String state = !announced ? "DRAIN" : refusal == null ? "UP" : refusal;
        return new Traffic(
                announced && refusal == null,
                state,
                sessions(instance),
                numbers.requests(),
                numbers.errors(),
                numbers.responseTime());
    }

    /** Returns the instances that it keeps sessions to. */
    synchronized Set<String> draining() {
        Set<String> draining = new TreeSet<>(held.keySet());
        draining.removeIf(instance -> sessions(instance) == 0);
        return draining;
    }

    private int sessions(String instance) {
        Sessions sessions = held.get(instance);
        if (sessions == null || (sessions.end() != null && sessions.end() - time.nanoTime() <= 0)) {
            return 0;
        }
        return sessions.count();
    }

    /** Says whether it can be asked, and what it cannot see. */
    private boolean isAway(Told told) {
        if (away != null) {
            told.unreachable().add(said(away));
        } else if (blindSpot != null) {
            told.blindSpots().add(said(blindSpot));
        }
        return away != null;
    }

    private String said(String words) {
        return name + ": " + words;
    }

    /** Returns its name. */
    @Override
    public String toString() {
        return name;
    }
}
