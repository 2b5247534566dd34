package io.forrest.haproxy;

import io.forrest.haproxy.Server.Mode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is next to be done to the driver's servers in one backend of one HAProxy, so that they become what the registry says.
 * A pure function: whatever was begun before, by this driver or one that died, it goes on from what is there.
 * Immutable and thread-safe.
 *
 * @param actions what to do now, in this order
 * @param waiting whether there is something to wait for beside that: a check, or the end of a session
 * @param configured what a configuration should have, should HAProxy load one now: what has passed its check, and what is kept
 *     although it is not wanted. A configured server gets traffic unchecked, so that the rest is better added anew
 */
record Plan(List<Action> actions, boolean waiting, Map<String, Target> configured) {

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
     * What a driver remembers from one look to the next; without it a plan is more patient, and no worse. Immutable and
     * thread-safe.
     *
     * @param draining what was seen of servers that are to go, by instance
     * @param orphans instances that served when the registry last said that nothing is announced
     */
    record Memory(Map<String, Draining> draining, Set<String> orphans) {

        static final Memory NONE = new Memory(Map.of(), Set.of());
    }

    /**
     * Makes the plan.
     *
     * @param wanted what the registry says, by instance
     * @param servers the driver's servers in this backend
     * @param memory what was seen before
     * @param rules what to observe
     * @param now the driver's clock
     */
    static Plan of(Map<String, Target> wanted, Collection<Server> servers, Memory memory, Rules rules, long now) {
        Map<String, Server> present = new TreeMap<>();
        servers.forEach(server -> present.put(server.instance(), server));
        Planning planning = new Planning(wanted, present, memory, rules, now);
        new TreeMap<>(wanted).forEach(planning::want);
        present.values().forEach(planning::clear);
        return new Plan(planning.actions, planning.waiting, planning.configured);
    }

    boolean settled() {
        return actions.isEmpty() && !waiting;
    }

    /** A plan in the making. */
    private static final class Planning {

        private final Map<String, Target> wanted;
        private final Map<String, Server> present;
        private final Memory memory;
        private final Rules rules;
        private final long now;
        private final boolean anyWantedServes;
        private final boolean anyWantedComes;
        private final List<Action> actions = new ArrayList<>();
        private final Map<String, Target> configured = new TreeMap<>();
        private boolean waiting;
        private boolean moving;

        Planning(Map<String, Target> wanted, Map<String, Server> present, Memory memory, Rules rules, long now) {
            this.wanted = wanted;
            this.present = present;
            this.memory = memory;
            this.rules = rules;
            this.now = now;
            this.anyWantedServes = present.values().stream().anyMatch(server -> server.serves() && isWanted(server));
            this.anyWantedComes = wanted.keySet().stream().anyMatch(this::comes);
        }

        private boolean isWanted(Server server) {
            Target target = wanted.get(server.instance());
            return target != null && server.standsFor(target);
        }

        /** Returns whether a wanted instance has no server yet, or one that is on its way in, or out to come again. */
        private boolean comes(String instance) {
            Server server = present.get(instance);
            return server == null || server.mode() != Mode.READY;
        }

        void want(String instance, Target target) {
            Server server = present.get(instance);
            if (server == null) {
                actions.add(new Action.Add(instance, target));
            } else if (!server.standsFor(target)) {
                waiting = true; // it goes first, for a server keeps its address
            } else if (server.mode() == Mode.MAINTENANCE) {
                actions.add(new Action.Check(instance));
            } else if (server.mode() == Mode.DRAINING) {
                waiting = true;
                if (server.running() && server.checked()) {
                    actions.add(new Action.Open(instance, target.weight()));
                    configured.put(instance, target);
                }
            } else {
                configured.put(instance, target);
                if (server.weight() != target.weight()) {
                    actions.add(new Action.Weigh(instance, target.weight()));
                }
            }
        }

        /** Takes a server away that is not wanted, or not at this address. */
        void clear(Server server) {
            if (isWanted(server)) {
                return;
            }
            switch (server.mode()) {
                case READY -> drainUnlessNeeded(server);
                case DRAINING -> finish(server);
                case MAINTENANCE -> actions.add(new Action.Remove(server.instance(), isOverdue(server)));
            }
        }

        private void drainUnlessNeeded(Server server) {
            if (isNeeded(server)) {
                if (server.endpoint() != null) {
                    configured.put(server.instance(), new Target(server.endpoint(), server.weight()));
                }
                waiting |= !wanted.isEmpty();
                return;
            }
            moving |= wanted.containsKey(server.instance());
            actions.add(new Action.Drain(server.instance()));
        }

        /** Returns whether a server that is not wanted has to stay, or there might be nobody to serve. */
        private boolean isNeeded(Server server) {
            if (wanted.isEmpty()) {
                return !rules.mayEmpty();
            }
            if (!server.serves()) {
                return false;
            }
            boolean moves = wanted.containsKey(server.instance());
            if (memory.orphans().contains(server.instance()) && !moves) {
                return true;
            }
            return !anyWantedServes && !(moves && mayMove());
        }

        /** Returns whether a server may make room for its own new address while nobody else serves: one after another. */
        private boolean mayMove() {
            return !anyWantedComes && !moving;
        }

        private void finish(Server server) {
            boolean quiet = server.sessions() == 0 && seen(server).isQuiet();
            boolean urgent = wanted.containsKey(server.instance()) && !anyWantedServes;
            if (quiet) {
                actions.add(new Action.Remove(server.instance(), false));
            } else if (urgent || isOverdue(server)) {
                actions.add(new Action.Remove(server.instance(), true));
            } else {
                waiting = true;
            }
        }

        private boolean isOverdue(Server server) {
            return now - seen(server).since() >= rules.drainNanos();
        }

        private Draining seen(Server server) {
            return memory.draining().getOrDefault(server.instance(), new Draining(now, 0));
        }
    }
}
