package io.forrest.core;

import io.forrest.spi.ContainerSpec;
import io.forrest.testkit.FakeContainerRuntime;
import io.forrest.testkit.FakeEngine;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/** Containers that Forrest did not launch. */
final class Foreign {

    private Foreign() {}

    /** Starts a container without Forrest's labels. */
    static void start(FakeEngine engine, String name) {
        var unused = new FakeContainerRuntime(engine).start(spec(name, FakeWorld.IMAGE));
    }

    static ContainerSpec spec(String name, String image) {
        return spec(name, image, Map.of("owner", "another"));
    }

    static ContainerSpec spec(String name, String image, Map<String, String> labels) {
        return new ContainerSpec(
                name,
                image,
                8080,
                InetAddress.getLoopbackAddress(),
                Map.of(),
                List.of(),
                labels,
                null,
                null,
                List.of(),
                null,
                null);
    }
}
