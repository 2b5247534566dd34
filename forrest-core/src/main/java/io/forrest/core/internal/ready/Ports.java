package io.forrest.core.internal.ready;

import io.forrest.Endpoint;
import io.forrest.spi.Container;
import io.forrest.spi.PublishedPort;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the endpoint of a container among its published ports. */
public final class Ports {

    private Ports() {}

    /**
     * Returns the endpoint that a container's port has on the advertised address: by a binding of that very address, else by
     * a wildcard of its family, else by any other of its family. The engine may give IPv4 and IPv6 different ports, so a
     * binding of the other family tells nothing.
     *
     * @return the endpoint; empty while the engine has published none
     */
    public static Optional<Endpoint> endpoint(Container container, int port, InetAddress advertised) {
        return container.ports().stream()
                .filter(published -> published.containerPort() == port && published.hostPort() > 0)
                .filter(published -> published.hostAddress().getClass() == advertised.getClass())
                .min(Comparator.comparingInt(published -> distance(published, advertised)))
                .map(published -> new Endpoint(advertised, published.hostPort()));
    }

    /**
     * Returns the endpoint that was recorded, while the container still has that port or no port at all, for another scaler may
     * advertise another address; else its own, as {@link #endpoint(Container, int, InetAddress)} does.
     */
    public static Optional<Endpoint> endpoint(
            Container container, int port, InetAddress advertised, @Nullable Endpoint recorded) {
        Optional<Endpoint> published = endpoint(container, port, advertised);
        boolean holds = recorded != null
                && (published.isEmpty()
                        || container.ports().stream().anyMatch(each -> each.hostPort() == recorded.port()));
        return holds ? Optional.ofNullable(recorded) : published;
    }

    private static int distance(PublishedPort published, InetAddress advertised) {
        if (published.hostAddress().equals(advertised)) {
            return 0;
        }
        return published.hostAddress().isAnyLocalAddress() ? 1 : 2;
    }
}
