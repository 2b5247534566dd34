package io.forrest.core.internal.supervise;

import io.forrest.ForrestEvent;
import io.forrest.core.internal.lifecycle.InstanceLog;
import io.forrest.core.internal.lifecycle.Sight;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.Intent;
import io.forrest.core.internal.record.StoredRecord;
import io.forrest.event.InstanceDied;
import io.forrest.event.InstanceRestarted;
import io.forrest.spi.Container;
import io.forrest.spi.ContainerListener;
import io.forrest.spi.TimeSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of each death once. The engine says that a container ended, but not whether somebody wanted that: the record tells,
 * which is read once more before a death is told, for whoever stops an instance notes it first. A look may see a death that was
 * not heard, and the engine is asked how it ended; it may be older than what was heard meanwhile, so each is given a mark before
 * it begins. Thread-safe; the lock guards what is known of each container, and is held while the listener is told, which does
 * not block.
 */
final class Deaths {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.supervise");

    private final TimeSource time;
    private final Consumer<? super ForrestEvent> listener;
    private final Function<String, Optional<Container>> engine;
    private final Map<String, Life> lives = new HashMap<>();
    private long clock;

    /**
     * Creates what tells of deaths.
     *
     * @param time the time
     * @param listener is told; does not block
     * @param engine tells of a container, by its id, how it ended
     */
    Deaths(TimeSource time, Consumer<? super ForrestEvent> listener, Function<String, Optional<Container>> engine) {
        this.time = time;
        this.listener = listener;
        this.engine = engine;
    }

    /** A death that the engine told, and the listeners were not told yet. */
    private record Heard(Instant at, @Nullable Integer exitCode, boolean outOfMemory) {}

    /** What is known of one container. */
    private static final class Life {
        private final List<Heard> heard = new ArrayList<>();

        /** Whether it was dead when it was last heard of or seen. */
        private boolean dead;

        /** Whether a look saw it dead before the engine's events did: what they tell up to that death is known already. */
        private boolean unheard;

        /** Whether a death was told, and no restart since. */
        private boolean told;

        /** When this last changed, as marks count. */
        private long changed;
    }

    /** Returns a mark of this moment, for the look that begins now. */
    synchronized long mark() {
        return clock;
    }

    /** Takes note that a container's program has ended. */
    synchronized void died(String id, int exitCode, boolean outOfMemory) {
        Life life = changed(id);
        if (life.unheard) {
            life.unheard = false;
        } else if (!life.dead) {
            life.dead = true;
            Integer known = exitCode == ContainerListener.UNKNOWN_EXIT_CODE ? null : exitCode;
            life.heard.add(new Heard(time.now(), known, outOfMemory));
        }
    }

    /** Takes note that a container was started. */
    synchronized void started(String id) {
        if (lives.containsKey(id)) {
            Life life = changed(id);
            life.dead &= life.unheard;
        }
    }

    private Life changed(String id) {
        Life life = lives.computeIfAbsent(id, any -> new Life());
        life.changed = ++clock;
        return life;
    }

    /**
     * Tells what a look shows of the instances in its scope that are neither launched nor taken back at the moment.
     *
     * @param facts what was seen
     * @param mark the moment before it was looked
     * @param unchanged reads records once more, and returns the names of those that are still as they were seen
     */
    void seen(Facts facts, long mark, Function<Map<String, StoredRecord>, Set<String>> unchanged) {
        Map<String, StoredRecord> maybeDead = new HashMap<>();
        List<Case> cases = new ArrayList<>();
        facts.records().forEach((name, stored) -> {
            InstanceRecord record = stored.value();
            boolean settled = record.intent() == Intent.LIVE || record.intent() == Intent.HELD;
            if (settled
                    && record.engine().equals(facts.engine())
                    && facts.scope().covers(name, record.launch())) {
                Case one = Case.of(name, stored, facts.containers().get(name));
                cases.add(one);
                if (isNews(one, mark)) {
                    maybeDead.put(name, stored);
                }
            }
        });
        Set<String> settled = maybeDead.isEmpty() ? Set.of() : unchanged.apply(maybeDead);
        Map<String, Container> ends = ends(cases, settled, mark);
        List<ForrestEvent> events = new ArrayList<>();
        synchronized (this) {
            cases.forEach(one -> judge(one, settled.contains(one.name()), ends.get(one.name()), mark, events));
            events.forEach(listener); // here, so that no other look that finds it told begins a repair before it is
        }
        events.forEach(Deaths::log);
    }

    /** Returns whether a container's last death was told, and nothing was heard of it since. */
    synchronized boolean isTold(String id) {
        Life life = lives.get(id);
        return life != null && life.dead && life.told && life.heard.isEmpty();
    }

    /** An instance as a look showed it; the id is empty where nobody knows its container. */
    private record Case(String name, String app, String id, boolean runs) {

        static Case of(String name, StoredRecord stored, @Nullable Sight sight) {
            InstanceRecord record = stored.value();
            Sight own = sight != null && sight.launch().equals(record.launch()) ? sight : null;
            String recorded = record.container() == null ? "" : record.container();
            return new Case(name, record.app(), own == null ? recorded : own.container(), own != null && own.runs());
        }
    }

    private synchronized boolean isNews(Case one, long mark) {
        Life life = lives.get(one.id());
        if (life == null) {
            return !one.runs() && !one.id().isEmpty();
        }
        return !life.heard.isEmpty() || (life.changed <= mark && !one.runs() && !life.dead);
    }

    /** Asks the engine how those ended that nothing was heard of, by name. */
    private Map<String, Container> ends(List<Case> cases, Set<String> settled, long mark) {
        Map<String, Container> ends = new HashMap<>();
        for (Case one : cases) {
            if (settled.contains(one.name()) && isUnheard(one, mark)) {
                engine.apply(one.id()).ifPresent(container -> ends.put(one.name(), container));
            }
        }
        return ends;
    }

    private synchronized boolean isUnheard(Case one, long mark) {
        Life life = lives.get(one.id());
        return isNews(one, mark) && (life == null || life.heard.isEmpty());
    }

    private void judge(Case one, boolean settled, @Nullable Container end, long mark, List<ForrestEvent> events) {
        boolean died = settled && isNews(one, mark);
        Life known = lives.get(one.id());
        boolean fresh = known == null || known.changed <= mark;
        if (known == null && !died) {
            return;
        }
        Life life = known == null || died ? changed(one.id()) : known;
        if (died) {
            for (Heard heard : life.heard) {
                events.add(new InstanceDied(heard.at(), one.app(), one.name(), heard.exitCode(), heard.outOfMemory()));
            }
            life.heard.clear();
            life.told = true;
        }
        if (!fresh) {
            return;
        }
        if (died && !one.runs() && !life.dead) {
            Integer exitCode = end == null ? null : end.exitCode();
            boolean outOfMemory = end != null && end.outOfMemory();
            events.add(new InstanceDied(time.now(), one.app(), one.name(), exitCode, outOfMemory));
            life.dead = true;
            life.unheard = true;
        } else if (one.runs() && life.told && life.heard.isEmpty()) {
            events.add(new InstanceRestarted(time.now(), one.app(), one.name()));
            life.told = false;
            life.dead = false;
            life.unheard = false;
        }
    }

    private static void log(ForrestEvent event) {
        if (event instanceof InstanceDied it) {
            InstanceLog.about(LOGGER.atInfo(), it.app(), it.instance())
                    .log(
                            "{} of {} died{}{}",
                            it.instance(),
                            it.app(),
                            it.exitCode() == null ? "" : " with exit code " + it.exitCode(),
                            it.outOfMemory() ? ", out of memory" : "");
        } else if (event instanceof InstanceRestarted it) {
            InstanceLog.about(LOGGER.atInfo(), it.app(), it.instance())
                    .log("{} of {} runs again", it.instance(), it.app());
        }
    }

    /**
     * Forgets the containers that are not there any more.
     *
     * @param facts what a look at all of them showed
     * @param mark the moment before it was looked
     */
    synchronized void forgetAllBut(Facts facts, long mark) {
        Set<String> there = new HashSet<>();
        facts.containers().values().forEach(sight -> there.add(sight.container()));
        facts.records()
                .values()
                .forEach(stored -> there.add(String.valueOf(stored.value().container())));
        lives.entrySet().removeIf(life -> life.getValue().changed <= mark && !there.contains(life.getKey()));
    }

    /** Forgets everything: there is nothing to supervise. */
    synchronized void forgetAll() {
        lives.clear();
    }

    /** Returns the ids of the containers that something is known of. */
    @Override
    public synchronized String toString() {
        return lives.keySet().toString();
    }
}
