package io.forrest.haproxy;

import io.forrest.haproxy.HaproxyEvent.Connected;
import io.forrest.haproxy.HaproxyEvent.Disconnected;
import io.forrest.haproxy.HaproxyEvent.Refused;
import io.forrest.haproxy.HaproxyEvent.Restarted;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes one HAProxy serve what is wanted, again and again: looks, plans, acts, and waits for a change or for a while. What it
 * remembers between two looks could be lost at any time without harm. Runs on one thread; waking and asking is thread-safe.
 */
final class DriverLoop implements Runnable {

    /** How soon to look again after something was done. */
    private static final Duration SOON = Duration.ofMillis(25);
    /** How long to wait at most while something is awaited: a check, or a session's end. */
    private static final Duration WAITING = Duration.ofMillis(200);
    /** How long to wait at most when all is as it should be, or HAProxy does not answer. */
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final HaproxyInstance haproxy;
    private final Set<String> backends;
    private final Wanted wanted;
    private final Plan.Rules rules;
    private final HaproxyEvents events;
    private final TimeSource time;
    private final @Nullable IncludeFile include;
    private final ActionRunner runner;
    private final BlockingQueue<Boolean> alarm = new ArrayBlockingQueue<>(1);
    private final Map<String, Map<String, Draining>> draining = new HashMap<>();
    private final Map<String, Set<String>> orphans = new HashMap<>();
    private List<Action> lastActions = List.of();
    private @Nullable String process;
    private boolean told;
    private volatile @Nullable String silence;
    private volatile Set<String> refusals = Set.of();
    private volatile boolean closed;

    DriverLoop(
            HaproxyInstance haproxy,
            Set<String> backends,
            Wanted wanted,
            Plan.Rules rules,
            HaproxyEvents events,
            TimeSource time) {
        this.haproxy = haproxy;
        this.backends = Set.copyOf(backends);
        this.wanted = wanted;
        this.rules = rules;
        this.events = events;
        this.time = time;
        this.include = haproxy.includeFile().orElse(null);
        this.runner = new ActionRunner(haproxy, wanted, events);
    }

    HaproxyInstance haproxy() {
        return haproxy;
    }

    /** Returns whether an instance never was served by another process than the given one. */
    boolean wasServedOnlyBy(String process, String instance) {
        return runner.births().only(instance, process);
    }

    /** Returns what HAProxy refused lately, each in one line. */
    Set<String> refusals() {
        return refusals;
    }

    /** Returns whether what an instance did was cut when its time was over, and when it was last seen. */
    boolean hasCut(String instance) {
        return runner.cuts().contains(instance);
    }

    /** Returns whether an instance is still to be served, as far as this process has heard. */
    boolean wants(String instance) {
        return wanted.wants(instance);
    }

    /** Has it look at once. */
    void wake() {
        var unused = alarm.offer(true);
    }

    /** Has it end; its thread is to be interrupted then. */
    void close() {
        closed = true;
    }

    @Override
    public void run() {
        Duration pause = SOON;
        while (!closed) {
            Pass pass = pass();
            pause = pass == Pass.ACTED ? SOON : longer(pause, pass == Pass.WAITING ? WAITING : IDLE);
            try {
                if (alarm.poll(pause.toMillis(), TimeUnit.MILLISECONDS) != null) {
                    pause = SOON;
                }
            } catch (InterruptedException e) {
                pause = SOON; // the driver is being closed, or a listener has left the status behind
            }
        }
    }

    private static Duration longer(Duration pause, Duration limit) {
        Duration next = pause.multipliedBy(3).dividedBy(2);
        return next.compareTo(limit) < 0 ? next : limit;
    }

    /** How a pass came out. */
    private enum Pass {
        ACTED,
        WAITING,
        SETTLED
    }

    private Pass pass() {
        try {
            Look look = Look.at(haproxy.socket());
            answered(look.process());
            Optional<Map<String, Target>> targets = wanted.targets();
            return targets.isPresent() ? converge(look, targets.get()) : Pass.SETTLED;
        } catch (IOException e) {
            silent(e);
        } catch (RuntimeException | Error e) {
            silent(new IOException("it could not be looked at: " + e, e));
        }
        return Pass.SETTLED;
    }

    private Pass converge(Look look, Map<String, Target> targets) throws IOException {
        Map<String, Plan> plans = new HashMap<>();
        Map<String, Map<String, Target>> configured = new HashMap<>();
        for (String backend : backends) {
            List<Server> servers = look.servers(backend);
            Plan plan = Plan.of(targets, servers, remember(backend, servers, targets), rules, time.nanoTime());
            plans.put(backend, plan);
            configured.put(backend, plan.configured());
        }
        Set<String> refused = new HashSet<>();
        if (!targets.isEmpty() || rules.mayEmpty()) {
            write(configured, refused);
        }
        List<Action> actions = new ArrayList<>();
        boolean acted = false;
        for (Map.Entry<String, Plan> plan : plans.entrySet()) {
            for (Action action : plan.getValue().actions()) {
                actions.add(action);
                acted |= tried(plan.getKey(), action, look.process(), refused);
            }
        }
        refused(refused);
        boolean again = actions.equals(lastActions); // they were carried out, and came to nothing
        lastActions = actions;
        if (acted && !again) {
            return Pass.ACTED;
        }
        return acted || plans.values().stream().anyMatch(Plan::waiting) ? Pass.WAITING : Pass.SETTLED;
    }

    /** Counts how long and how quietly each server has been on its way out, and keeps who served when all was withdrawn. */
    private Plan.Memory remember(String backend, List<Server> servers, Map<String, Target> targets) {
        Map<String, Draining> before = draining.getOrDefault(backend, Map.of());
        Map<String, Draining> now = new HashMap<>();
        Set<String> ready = new HashSet<>();
        for (Server server : servers) {
            if (server.mode() == Server.Mode.READY) {
                ready.add(server.instance());
            } else {
                Draining first = new Draining(time.nanoTime(), 0);
                now.put(
                        server.instance(),
                        before.getOrDefault(server.instance(), first).seen(server.sessions()));
            }
        }
        draining.put(backend, now);
        Set<String> kept = targets.isEmpty() ? ready : new HashSet<>(orphans.getOrDefault(backend, Set.of()));
        kept.retainAll(ready);
        kept.removeAll(targets.keySet());
        orphans.put(backend, kept);
        return new Plan.Memory(now, rules.mayEmpty() ? Set.of() : kept);
    }

    /** Writes the configuration; if that fails, traffic is still more important than the next reload. */
    private void write(Map<String, Map<String, Target>> configured, Set<String> refused) {
        if (include == null) {
            return;
        }
        try {
            include.write(configured);
        } catch (IOException e) {
            refused.add("has no configuration to be reloaded with: " + Words.of(e));
        }
    }

    /** Does one thing; returns whether anything came of it. */
    private boolean tried(String backend, Action action, String now, Set<String> refused) throws IOException {
        try {
            return runner.run(backend, action, now);
        } catch (RefusedException e) {
            refused.add(e.getMessage());
            return false;
        }
    }

    private void answered(String now) {
        if (!told || silence != null) {
            events.tell(new Connected(haproxy.toString()));
        }
        if (process != null && !process.equals(now)) {
            draining.clear();
            events.tell(new Restarted(haproxy.toString()));
        }
        process = now;
        told = true;
        silence = null;
    }

    private void silent(IOException e) {
        if (closed) {
            return;
        }
        String why = Words.of(e);
        if (silence == null) {
            events.tell(new Disconnected(haproxy.toString(), why));
        }
        silence = why;
        told = true;
        refusals = Set.of();
    }

    private void refused(Set<String> now) {
        Set<String> before = refusals;
        now.stream()
                .filter(why -> !before.contains(why))
                .forEach(why -> events.tell(new Refused(haproxy.toString(), why)));
        refusals = Set.copyOf(now);
    }
}
