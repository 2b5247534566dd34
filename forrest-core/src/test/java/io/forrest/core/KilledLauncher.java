package io.forrest.core;

import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.docker.TestImages;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CountDownLatch;

/** A program that launches an instance and is killed before it announces it. */
final class KilledLauncher {

    static final String STARTED = "the container has started";

    private KilledLauncher() {}

    /** Launches; the arguments are etcd's URL, the prefix and the name. */
    public static void main(String[] arguments) {
        RealWorld world = new RealWorld(URI.create(arguments[0]), arguments[1]);
        world.scaler
                .launch(TestImages.web())
                .named(arguments[2])
                .readyWhen(Readiness.probe(endpoint -> {
                    System.out.println(STARTED);
                    new CountDownLatch(1).await();
                    return ProbeResult.ready();
                }))
                .announce();
    }

    /** Runs this program in a JVM of its own, and kills that once the container has started. */
    static void launchAndKill(String etcd, String prefix, String name) throws IOException, InterruptedException {
        try (ChildJvm child = ChildJvm.start(KilledLauncher.class, etcd, prefix, name)) {
            child.awaitWords(STARTED);
            child.kill();
        }
    }
}
