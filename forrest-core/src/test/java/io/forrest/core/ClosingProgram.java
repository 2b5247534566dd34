package io.forrest.core;

import io.forrest.OnClose;
import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.Scaler;
import io.forrest.docker.DockerRuntime;
import io.forrest.docker.TestImages;
import io.forrest.etcd.EtcdV2Registry;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.Registry;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A program that has announced two instances and is launching a third, and whose shutdown hook closes its scaler, as its main
 * thread does, too, once it is woken.
 */
final class ClosingProgram {

    /** What it says once the third container has started. */
    static final String LAUNCHING = "the third is being launched";

    private ClosingProgram() {}

    /** Works; the arguments are etcd's URL, the prefix and what becomes of the instances. */
    public static void main(String[] arguments) {
        try (ContainerRuntime runtime = DockerRuntime.create();
                Registry registry = EtcdV2Registry.builder(URI.create(arguments[0]))
                        .prefix(arguments[1])
                        .build();
                Scaler scaler = Forrest.builder(runtime, registry)
                        .advertise("127.0.0.1")
                        .onClose(OnClose.valueOf(arguments[2]))
                        .build()) {
            Runtime.getRuntime().addShutdownHook(new Thread(scaler::close));
            scaler.launch(TestImages.web()).drainFor(Duration.ofSeconds(1)).announce(2);
            scaler.launch(TestImages.web())
                    .readyWhen(Readiness.probe(endpoint -> {
                        System.out.println(LAUNCHING);
                        new CountDownLatch(1).await();
                        return ProbeResult.ready();
                    }))
                    .announce();
        }
    }
}
