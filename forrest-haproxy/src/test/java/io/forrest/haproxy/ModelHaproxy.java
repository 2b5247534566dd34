package io.forrest.haproxy;

import io.forrest.Endpoint;
import io.forrest.haproxy.Server.Mode;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A backend of an HAProxy as far as a plan knows of it: what each action does, and what happens by itself. */
final class ModelHaproxy {

    private final Map<String, Server> servers = new TreeMap<>();
    private final Set<Endpoint> dead = new HashSet<>();

    Collection<Server> servers() {
        return List.copyOf(servers.values());
    }

    void apply(Action action) {
        String instance = action.instance();
        if (action instanceof Action.Add add) {
            Target target = add.target();
            servers.putIfAbsent(
                    instance, new Server(instance, target.endpoint(), target.weight(), Mode.DRAINING, true, false, 0));
        } else if (action instanceof Action.Check) {
            change(instance, server -> with(server, Mode.DRAINING, server.weight(), server.sessions()));
        } else if (action instanceof Action.Open open) {
            change(instance, server -> with(server, Mode.READY, open.weight(), server.sessions()));
        } else if (action instanceof Action.Weigh weigh) {
            change(instance, server -> with(server, server.mode(), weigh.weight(), server.sessions()));
        } else if (action instanceof Action.Drain) {
            change(instance, server -> with(server, Mode.DRAINING, server.weight(), server.sessions()));
        } else if (action instanceof Action.Remove remove) {
            Server server = servers.get(instance);
            if (server != null && (server.sessions() == 0 || remove.cutting())) {
                servers.remove(instance);
            } else {
                change(instance, found -> with(found, Mode.MAINTENANCE, found.weight(), found.sessions()));
            }
        }
    }

    /** Has every server checked, and take new sessions or end those it has. */
    void passTime(boolean busy) {
        servers.replaceAll((instance, server) -> {
            boolean alive = server.endpoint() != null && !dead.contains(server.endpoint());
            boolean checked = server.mode() != Mode.MAINTENANCE && alive;
            long sessions = server.mode() == Mode.READY && busy ? 3 : busy ? server.sessions() : 0;
            return new Server(instance, server.endpoint(), server.weight(), server.mode(), checked, checked, sessions);
        });
    }

    void kill(Endpoint endpoint) {
        dead.add(endpoint);
    }

    void revive() {
        dead.clear();
    }

    /** Loses what was made at run time, as a reload without a configuration of it does. */
    void restart() {
        servers.clear();
    }

    /** Has a server put into a mode by hand, or by a driver that died half way. */
    void put(Server server) {
        servers.put(server.instance(), server);
    }

    private void change(String instance, UnaryOperator<Server> change) {
        servers.computeIfPresent(instance, (name, server) -> change.apply(server));
    }

    private static Server with(Server server, Mode mode, int weight, long sessions) {
        return new Server(
                server.instance(), server.endpoint(), weight, mode, server.running(), server.checked(), sessions);
    }
}
