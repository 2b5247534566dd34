package io.forrest.core.internal.supervise;

import io.forrest.Endpoint;
import io.forrest.core.internal.lifecycle.Sight;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.StoredRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is to be done so that what runs, what is announced and what was wanted meet again. A pure function: it looks at
 * nothing but its facts, and whoever carries out its plan checks each remedy against what is true by then. Not thread-safe;
 * confine it to one thread.
 */
final class Reconciler {

    /** How late whoever is at work on an instance may be before others take over. */
    static final Duration GRACE = Duration.ofMinutes(1);

    private final Facts facts;
    private final List<Remedy> remedies = new ArrayList<>();
    private final List<String> foreign = new ArrayList<>();

    private Reconciler(Facts facts) {
        this.facts = facts;
    }

    /** Returns what is to be done. */
    static Plan plan(Facts facts) {
        Reconciler reconciler = new Reconciler(facts);
        Set<String> names = new TreeSet<>(facts.records().keySet());
        names.addAll(facts.containers().keySet());
        names.addAll(facts.announced().keySet());
        names.removeAll(facts.untouchable());
        names.forEach(reconciler::judge);
        return new Plan(reconciler.remedies, reconciler.foreign);
    }

    private void judge(String name) {
        StoredRecord stored = facts.records().get(name);
        Sight container = facts.containers().get(name);
        Endpoint key = facts.announced().get(name);
        if (stored == null) {
            judgeUnrecorded(name, container, key);
            return;
        }
        InstanceRecord record = stored.value();
        if (!record.engine().equals(facts.engine()) || !facts.scope().covers(name, record.launch())) {
            return;
        }
        Sight own = container != null && container.launch().equals(record.launch()) ? container : null;
        new Case(name, stored, own, key).judge();
    }

    /** A record that is gone was wiped with the store: whoever takes an instance back deletes it last. */
    private void judgeUnrecorded(String name, @Nullable Sight container, @Nullable Endpoint key) {
        if (container == null || (key != null && !key.equals(container.endpoint()))) {
            if (key != null) {
                foreign.add(name);
            }
        } else if (facts.scope().covers(name, container.launch()) && container.mayAnswer()) {
            remedies.add(new Remedy.RecordAnew(
                    container.app(), name, container, "its container runs, and its record is gone from the registry"));
        }
    }

    /** One instance that has a record of this engine. */
    private final class Case {

        private final String name;
        private final StoredRecord stored;
        private final InstanceRecord record;
        private final @Nullable Sight container;
        private final @Nullable Endpoint key;

        Case(String name, StoredRecord stored, @Nullable Sight container, @Nullable Endpoint key) {
            this.name = name;
            this.stored = stored;
            this.record = stored.value();
            this.container = container;
            this.key = key;
        }

        void judge() {
            switch (record.intent()) {
                case LAUNCHING -> judgeLaunching();
                case LIVE -> judgeLive();
                case HELD -> judgeHeld();
                case RETIRING -> judgeRetiring();
            }
        }

        private void judgeLaunching() {
            boolean late = facts.now().isAfter(record.launchBy());
            if (facts.orphans().contains(name)) {
                if (late) {
                    undoLaunch("the process that launched it has ended, and it was not ready in its time");
                } else if (container == null || !container.runs()) {
                    undoLaunch("the process that launched it has ended, and its container does not run");
                } else {
                    remedies.add(new Remedy.FinishLaunch(
                            record.app(), name, stored, container, "the process that launched it has ended"));
                }
            } else if (facts.now().isAfter(record.launchBy().plus(GRACE))) {
                undoLaunch("its launch should have ended by " + record.launchBy());
            }
        }

        private void undoLaunch(String why) {
            remedies.add(new Remedy.UndoLaunch(record.app(), name, stored, why));
        }

        private void judgeLive() {
            if (container == null) {
                forget();
            } else if (!container.runs()) {
                withdrawOwn("its container does not run", true);
            } else if (container.endpoint() != null) {
                judgeRunning(container, container.endpoint());
            }
        }

        private void judgeRunning(Sight running, Endpoint endpoint) {
            boolean moved = !endpoint.equals(record.endpoint());
            if (key == null) {
                announce(running, moved ? "it answers elsewhere now" : "its key was lost from the registry");
            } else if (key.equals(endpoint)) {
                if (running.isUnhealthy()) {
                    withdraw(key, "its HEALTHCHECK fails", false);
                } else if (moved) {
                    announce(running, "its record has another endpoint");
                }
            } else if (key.equals(record.endpoint())) {
                withdraw(key, "it answers elsewhere now", false);
                announce(running, "it answers elsewhere now");
            } else {
                foreign.add(name);
            }
        }

        private void announce(Sight running, String why) {
            if (running.mayAnswer()) {
                remedies.add(new Remedy.Announce(record.app(), name, stored, running, why));
            }
        }

        private void judgeHeld() {
            if (container == null) {
                forget();
            } else if (key != null && (key.equals(record.endpoint()) || key.equals(container.endpoint()))) {
                withdraw(key, "it is held", false);
            } else if (key != null) {
                foreign.add(name);
            }
        }

        private void forget() {
            withdrawOwn("its container is gone", true);
            remedies.add(new Remedy.Forget(record.app(), name, stored, "its container is gone"));
        }

        private void withdrawOwn(String why, boolean unlessRuns) {
            if (key != null && key.equals(record.endpoint())) {
                withdraw(key, why, unlessRuns);
            } else if (key != null) {
                foreign.add(name);
            }
        }

        private void withdraw(Endpoint standing, String why, boolean unlessRuns) {
            remedies.add(new Remedy.Withdraw(record.app(), name, stored, standing, unlessRuns, why));
        }

        private void judgeRetiring() {
            if (facts.orphans().contains(name)) {
                remedies.add(new Remedy.FinishRetirement(
                        record.app(), name, stored, "the process that took it back has ended"));
            } else if (facts.now().isAfter(retiredBy())) {
                remedies.add(new Remedy.FinishRetirement(
                        record.app(), name, stored, "taking it back should have ended by " + retiredBy()));
            }
        }

        /** Returns when whoever takes the instance back has done so, if nothing keeps it from that. */
        private Instant retiredBy() {
            return record.launchBy()
                    .plus(record.drainFor())
                    .plus(record.stopGrace())
                    .plus(GRACE);
        }
    }
}
