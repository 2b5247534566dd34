package io.forrest.core.internal.ready;

import io.forrest.Endpoint;
import io.forrest.spi.Container;
import io.forrest.spi.PublishedPort;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Containers as an engine might describe them. */
final class Containers {

    private Containers() {}

    static Container of(Container.Health health, PublishedPort... ports) {
        return new Container(
                "c0ffee",
                "brave_oak",
                "demo/myapp:v2",
                Map.of(),
                Container.Status.RUNNING,
                null,
                false,
                health,
                List.of(ports),
                Instant.EPOCH);
    }

    static Container publishing(PublishedPort... ports) {
        return of(Container.Health.NONE, ports);
    }

    static PublishedPort port(int containerPort, String hostAddress, int hostPort) {
        return new PublishedPort(containerPort, Endpoint.address(hostAddress), hostPort);
    }
}
