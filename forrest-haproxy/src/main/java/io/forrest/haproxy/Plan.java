package io.forrest.haproxy;

import io.forrest.haproxy.Server.Mode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is next to be done to the driver's servers in one backend of one HAProxy, so that they become what the registry says.
 * A pure function: whatever was begun before, by this driver or one that died, it goes on from what is there.
 * Immutable and thread-safe.
 *
 * @param actions what to do now, in this order
 * @param settled whether there is nothing to wait for either
 * @param configured what a configuration should have, should HAProxy load one now: what is wanted, and what is kept although
 *     it is not
 */
record Plan(List<Action> actions, boolean settled, Map<String, Target> configured) {

    /** Copies the collections. */
    Plan {
        actions = List.copyOf(actions);
        configured = Map.copyOf(configured);
    }

    /**
     * What a driver was told to observe. Immutable and thread-safe.
     *
     * @param drainNanos how long a server may finish what it has
     * @param mayEmpty whether the last servers may go when nothing is announced any more
     */
    record Rules(long drainNanos, boolean mayEmpty) {}

    /**
     * Makes the plan.
     *
     * @param wanted what the registry says, by instance
     * @param servers the driver's servers in this backend
     * @param draining what was seen of those that drain, by instance
     * @param rules what to observe
     * @param now the driver's clock
     */
    static Plan of(
            Map<String, Target> wanted,
            Collection<Server> servers,
            Map<String, Draining> draining,
            Rules rules,
            long now) {
        Map<String, Server> present = new TreeMap<>();
        servers.forEach(server -> present.put(server.instance(), server));
        if (wanted.isEmpty() && !rules.mayEmpty()) {
            return new Plan(List.of(), true, kept(present.values()));
        }
        Planning planning = new Planning(wanted, present, draining, rules, now);
        new TreeMap<>(wanted).forEach(planning::want);
        present.values().forEach(planning::clear);
        return new Plan(planning.actions, planning.settled, planning.configured);
    }

    private static Map<String, Target> kept(Collection<Server> servers) {
        Map<String, Target> kept = new TreeMap<>();
        for (Server server : servers) {
            if (server.mode() == Mode.READY && server.endpoint() != null) {
                kept.put(server.instance(), new Target(server.endpoint(), server.weight()));
            }
        }
        return kept;
    }

    /** A plan in the making. */
    private static final class Planning {

        private final Map<String, Target> wanted;
        private final Map<String, Server> present;
        private final Map<String, Draining> draining;
        private final Rules rules;
        private final long now;
        private final boolean anyWantedServes;
        private final List<Action> actions = new ArrayList<>();
        private final Map<String, Target> configured;
        private boolean settled = true;

        Planning(
                Map<String, Target> wanted,
                Map<String, Server> present,
                Map<String, Draining> draining,
                Rules rules,
                long now) {
            this.wanted = wanted;
            this.present = present;
            this.draining = draining;
            this.rules = rules;
            this.now = now;
            this.configured = new TreeMap<>(wanted);
            this.anyWantedServes = present.values().stream().anyMatch(server -> server.serves() && isWanted(server));
        }

        private boolean isWanted(Server server) {
            Target target = wanted.get(server.instance());
            return target != null && server.standsFor(target);
        }

        void want(String instance, Target target) {
            Server server = present.get(instance);
            if (server == null) {
                act(new Action.Add(instance, target));
            } else if (!server.standsFor(target)) {
                settled = false; // it goes first, for a server keeps its address
            } else if (server.mode() == Mode.MAINTENANCE) {
                act(new Action.Check(instance));
            } else if (server.mode() == Mode.DRAINING) {
                settled = false;
                if (server.running() && server.checked()) {
                    act(new Action.Open(instance, target.weight()));
                }
            } else if (server.weight() != target.weight()) {
                act(new Action.Weigh(instance, target.weight()));
            }
        }

        /** Takes a server away that is not wanted, or not at this address. */
        void clear(Server server) {
            if (isWanted(server)) {
                return;
            }
            if (server.mode() == Mode.READY && wouldEmpty(server)) {
                configured.putAll(kept(List.of(server)));
                settled = false;
                return;
            }
            settled = false;
            switch (server.mode()) {
                case READY -> act(new Action.Drain(server.instance()));
                case MAINTENANCE -> act(new Action.Remove(server.instance(), false));
                case DRAINING -> finish(server);
            }
        }

        /** Returns whether the backend would serve nobody without it. What moved to another address makes room for itself. */
        private boolean wouldEmpty(Server server) {
            return server.running() && !anyWantedServes && !wanted.isEmpty() && !wanted.containsKey(server.instance());
        }

        private void finish(Server server) {
            Draining seen = draining.getOrDefault(server.instance(), new Draining(now, 0));
            if (server.sessions() == 0 && seen.isQuiet()) {
                act(new Action.Remove(server.instance(), false));
            } else if (now - seen.since() >= rules.drainNanos()) {
                act(new Action.Remove(server.instance(), true));
            }
        }

        private void act(Action action) {
            actions.add(action);
            settled = false;
        }
    }
}
