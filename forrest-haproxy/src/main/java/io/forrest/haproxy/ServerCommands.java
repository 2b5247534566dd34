package io.forrest.haproxy;

import io.forrest.Endpoint;
import io.forrest.annotation.CanIgnoreReturnValue;
import java.io.IOException;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The commands that change servers of one backend. HAProxy tells success and failure by words alone, so each answer is held
 * against the very words of success (HAProxy Management Guide, "Unix Socket commands"). What goes into a line are checked
 * names, IP literals and numbers, and nothing else. Immutable and thread-safe.
 */
final class ServerCommands {

    /** What may name a backend: HAProxy's own rule for proxies, and a length that leaves room for the rest of a line. */
    private static final Pattern BACKEND = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    /**
     * How each server is checked and kept: a check each half second, the first a tenth of a second after the server was made;
     * one that passes is enough, three that fail are needed. Without the pool's settings 2.6 opens a connection for each
     * request.
     */
    static final String SETTINGS =
            "check inter 500ms downinter 100ms rise 1 fall 3 pool-purge-delay 5s pool-max-conn -1";

    private static final String ADDED = "New server registered.";
    private static final String DELETED = "Server deleted.";
    private static final String EXISTS = "Already exists a server with the same name in backend.";
    private static final String GONE = "No such server.";
    private static final Set<String> LATER = Set.of(
            "Server still has connections attached to it, cannot remove it.",
            "Only servers in maintenance mode can be deleted.");
    private static final Set<String> REMOVED_OR_LATER =
            Stream.concat(LATER.stream(), Stream.of(DELETED, GONE)).collect(Collectors.toUnmodifiableSet());
    /** What a complete {@code add server} would get past: level, backend and balancing are as they must be. */
    private static final String WANTS_ADDRESS = "'server' expects <name> and <addr>[:<port>] as arguments.";

    private final HaproxySocket socket;
    private final String backend;

    ServerCommands(HaproxySocket socket, String backend) {
        this.socket = socket;
        this.backend = requireBackend(backend);
    }

    /**
     * Returns the name if it can be a backend's.
     *
     * @throws IllegalArgumentException if it cannot
     */
    static String requireBackend(String name) {
        if (!BACKEND.matcher(name).matches()) {
            throw new IllegalArgumentException("not a valid backend: " + Excerpt.of(name)
                    + "; it needs 1 to 64 letters, digits, '_', '.', ':' and '-'");
        }
        return name;
    }

    /**
     * Sees to it that servers can be made here, and makes none: asks for one without an address.
     *
     * @throws RefusedException if they cannot, with HAProxy's words
     */
    void requireDynamic() throws IOException, RefusedException {
        ask("add server " + backend + "/forrest:-", Set.of(WANTS_ADDRESS));
    }

    /** Makes a server, checked and without traffic. If there is one already, the next look decides. */
    void add(String instance, Target target) throws IOException, RefusedException {
        String answer = ask(
                "add server " + server(instance) + " " + address(target.endpoint()) + " weight " + target.weight() + " "
                        + SETTINGS,
                Set.of(ADDED, EXISTS));
        if (answer.equals(ADDED)) {
            check(instance);
        }
    }

    /** Has a server checked and gives it no traffic. */
    void check(String instance) throws IOException, RefusedException {
        set("enable health " + server(instance));
        state(instance, "drain");
    }

    /** Gives a server its share of the traffic. */
    void open(String instance, int weight) throws IOException, RefusedException {
        weigh(instance, weight);
        state(instance, "ready");
    }

    void weigh(String instance, int weight) throws IOException, RefusedException {
        set("set server " + server(instance) + " weight " + weight);
    }

    void drain(String instance) throws IOException, RefusedException {
        state(instance, "drain");
    }

    /**
     * Deletes a server, as soon as HAProxy lets it go.
     *
     * @return whether it is gone; false: HAProxy has to let go of connections first, and it is to be tried again
     */
    boolean remove(String instance, boolean cutting) throws IOException, RefusedException {
        state(instance, "maint");
        if (cutting) {
            set("shutdown sessions server " + server(instance));
        }
        return !LATER.contains(ask("del server " + server(instance), REMOVED_OR_LATER));
    }

    private void state(String instance, String state) throws IOException, RefusedException {
        set("set server " + server(instance) + " state " + state);
    }

    private void set(String command) throws IOException, RefusedException {
        ask(command, Set.of("", GONE)); // of a server that went meanwhile the next look tells
    }

    @CanIgnoreReturnValue
    private String ask(String command, Set<String> success) throws IOException, RefusedException {
        String answer = socket.ask(command);
        if (!success.contains(answer)) {
            throw new RefusedException(command, answer);
        }
        return answer;
    }

    private String server(String instance) {
        return backend + "/" + ServerName.driven(instance);
    }

    /** Returns an endpoint as HAProxy reads it in any line: always an IP literal. */
    static String address(Endpoint endpoint) {
        return endpoint.toString();
    }
}
