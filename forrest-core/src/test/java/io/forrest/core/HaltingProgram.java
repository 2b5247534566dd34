package io.forrest.core;

import io.forrest.Instance;
import io.forrest.Launch;
import io.forrest.Scaler;
import io.forrest.Supervision;
import io.forrest.Traffic;
import io.forrest.docker.TestImages;
import io.forrest.spi.Announcement;
import io.forrest.spi.Balancer;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.Drained;
import io.forrest.spi.Registry;
import io.forrest.spi.Served;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A program that launches an instance, or takes one back, and stands still at a boundary until it is killed. */
final class HaltingProgram {

    private HaltingProgram() {}

    /** Works; the arguments are etcd's URL, the prefix, the name and the boundary. */
    public static void main(String[] arguments) {
        RealWorld world = new RealWorld(URI.create(arguments[0]), arguments[1]);
        Boundary boundary = Boundary.valueOf(arguments[3]);
        Scaler scaler = Forrest.builder(
                        boundary.guard(ContainerRuntime.class, world.runtime),
                        boundary.guard(Registry.class, world.registry))
                .advertise("127.0.0.1")
                .balancer(boundary.guard(Balancer.class, new AtOnce()))
                .supervision(Supervision.none())
                .build();
        Launch launch = scaler.launch(TestImages.web()).named(arguments[2]).drainFor(Duration.ofMillis(200));
        switch (boundary.verb) {
            case ANNOUNCE -> launch.announce();
            case START -> launch.start();
            case STOP -> {
                Instance instance = launch.announce();
                instance.stop();
            }
        }
        throw new AssertionError("did not come to " + boundary);
    }

    /** Runs this program in a JVM of its own up to a boundary, and kills that there. */
    static void runAndKill(Boundary boundary, RealWorld world, String name) throws IOException, InterruptedException {
        try (ChildJvm child =
                ChildJvm.start(HaltingProgram.class, world.etcd.toString(), world.prefix, name, boundary.name())) {
            child.awaitWords(boundary.words());
            child.kill();
        }
    }

    /** Serves and drains at once. */
    private static final class AtOnce implements Balancer {
        @Override
        public Served awaitServing(Announcement announcement, Duration within) {
            return new Served(true, List.of(), List.of(), List.of());
        }

        @Override
        public Drained awaitDrained(Announcement announcement, Duration within) {
            return new Drained(true, 0, List.of(), List.of(), List.of());
        }

        @Override
        public Map<String, Traffic> traffic() {
            return Map.of();
        }

        @Override
        public void close() {}
    }
}
