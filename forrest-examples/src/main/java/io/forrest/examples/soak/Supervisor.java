package io.forrest.examples.soak;

import io.forrest.Adoption;
import io.forrest.ContainerRuntimeException;
import io.forrest.RegistryException;
import io.forrest.Scaler;
import io.forrest.Supervision;
import io.forrest.core.Forrest;
import io.forrest.docker.DockerRuntime;
import io.forrest.etcd.EtcdV2Registry;
import io.forrest.spi.Registry;
import io.forrest.spi.TimeSource;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** The program that supervises a fleet until it is killed. Immutable and thread-safe. */
public final class Supervisor {

    private static final int REPLACE_AT_MOST = 100_000;
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private Supervisor() {}

    /**
     * Supervises all instances of an engine under a prefix, and brings fleets back to their size.
     *
     * @param args the engine's address, the etcd's, the prefix, and the address to announce
     * @throws InterruptedException if it is interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        try (DockerRuntime runtime = DockerRuntime.builder().host(args[0]).build();
                Registry registry = EtcdV2Registry.builder(URI.create(args[1]))
                        .prefix(args[2])
                        .build();
                Scaler scaler = opened(runtime, registry, args[3])) {
            System.out.println("supervising from " + scaler.advertised().getHostAddress());
            new CountDownLatch(1).await();
        }
    }

    /** It may be started while its engine or its etcd is away, and waits for them then. */
    private static Scaler opened(DockerRuntime runtime, Registry registry, String address) throws InterruptedException {
        while (true) {
            try {
                return Forrest.builder(runtime, registry)
                        .advertise(address)
                        .adopt(Adoption.ALL)
                        .supervision(Supervision.replace(REPLACE_AT_MOST, Duration.ofHours(1)))
                        .onEvent(event -> System.out.println(event))
                        .build();
            } catch (ContainerRuntimeException | RegistryException e) {
                System.out.println(e.getMessage());
                TimeSource.system().sleep(AGAIN);
            }
        }
    }
}
