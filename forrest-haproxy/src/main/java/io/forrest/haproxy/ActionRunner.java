package io.forrest.haproxy;

import java.io.IOException;

/** Does what a plan says to the servers of one HAProxy, tells of it, and remembers what a drain is judged by. Thread-safe. */
final class ActionRunner {

    private final HaproxyInstance haproxy;
    private final Wanted wanted;
    private final HaproxyEvents events;
    private final Births births = new Births();
    private final Cuts cuts = new Cuts();

    ActionRunner(HaproxyInstance haproxy, Wanted wanted, HaproxyEvents events) {
        this.haproxy = haproxy;
        this.wanted = wanted;
        this.events = events;
    }

    Births births() {
        return births;
    }

    Cuts cuts() {
        return cuts;
    }

    /**
     * Does one thing.
     *
     * @param process which process of HAProxy was looked at
     * @return whether anything came of it; false: it is to be tried again
     */
    boolean run(String backend, Action action, String process) throws IOException, RefusedException {
        ServerCommands commands = new ServerCommands(haproxy.socket(), backend);
        String instance = action.instance();
        if (action instanceof Action.Add add) {
            commands.add(instance, add.target());
            births.born(instance, wanted.arrival(instance), process);
            cuts.forget(instance);
        } else if (action instanceof Action.Check) {
            checkOrMakeAnew(commands, instance);
        } else if (action instanceof Action.Open open) {
            commands.open(instance, open.weight());
            events.tell(new HaproxyEvent.Opened(haproxy.toString(), backend, instance));
        } else if (action instanceof Action.Weigh weigh) {
            commands.weigh(instance, weigh.weight());
        } else if (action instanceof Action.Drain) {
            commands.drain(instance);
            events.tell(new HaproxyEvent.Drained(haproxy.toString(), backend, instance));
        } else if (action instanceof Action.Remove remove) {
            if (remove.cutting()) {
                cuts.note(instance);
            }
            if (!commands.remove(instance, remove.cutting())) {
                return false;
            }
            events.tell(new HaproxyEvent.Removed(haproxy.toString(), backend, instance, cuts.contains(instance)));
        }
        return true;
    }

    /** A server that somebody made without a check can never be checked: it makes room for one that can. */
    private static void checkOrMakeAnew(ServerCommands commands, String instance) throws IOException, RefusedException {
        try {
            commands.check(instance);
        } catch (RefusedException e) {
            if (!commands.remove(instance, false)) {
                throw e;
            }
        }
    }
}
