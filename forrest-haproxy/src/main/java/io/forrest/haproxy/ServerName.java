package io.forrest.haproxy;

import io.forrest.Names;
import java.util.Optional;

/**
 * What a server in HAProxy is called that stands for an instance. Forrest's driver marks those that it makes, so that it knows
 * them again after any restart, its own or HAProxy's, and touches no other; no name of an instance has a colon. Who renders a
 * configuration of the keys, confd say, calls a server by the instance's bare name.
 */
final class ServerName {

    private static final String MARK = "forrest:";

    private ServerName() {}

    /** Returns what the driver calls the server of an instance. */
    static String driven(String instance) {
        return MARK + Names.require(instance, "name");
    }

    /** Returns the instance that a server of the driver's stands for; empty for a server of anybody else's. */
    static Optional<String> drivenInstance(String server) {
        return Optional.of(server)
                .filter(name -> name.startsWith(MARK))
                .map(name -> name.substring(MARK.length()))
                .filter(Names::isName);
    }

    /** Returns the instance that a server stands for, whoever made it; empty if it can be none's. */
    static Optional<String> instance(String server) {
        return drivenInstance(server).or(() -> Optional.of(server).filter(Names::isName));
    }
}
