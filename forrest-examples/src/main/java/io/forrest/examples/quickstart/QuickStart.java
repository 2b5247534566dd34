package io.forrest.examples.quickstart;

import io.forrest.Instance;
import io.forrest.Scaler;
import io.forrest.core.Forrest;
import io.forrest.docker.DockerRuntime;
import io.forrest.etcd.EtcdV2Registry;
import io.forrest.haproxy.HaproxyStats;
import io.forrest.spi.Balancer;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.Registry;
import java.net.URI;
import java.time.Duration;

/**
 * Launches three instances of {@code demo/myapp}, announces them in an etcd until an HAProxy serves them, and takes them back.
 * Not thread-safe; confine it to one thread.
 */
public final class QuickStart {

    private QuickStart() {}

    /**
     * Runs the example.
     *
     * @param args the URL of etcd, {@code http://127.0.0.1:4001} say; the folder of the keys, {@code /servers} say; and
     *     HAProxy's statistics page, {@code http://127.0.0.1:8404/haproxy?stats} say
     */
    public static void main(String[] args) {
        try (ContainerRuntime runtime = DockerRuntime.create();
                Registry registry = EtcdV2Registry.builder(URI.create(args[0]))
                        .prefix(args[1])
                        .build();
                Balancer haproxy = HaproxyStats.at(URI.create(args[2])).build();
                Scaler scaler =
                        Forrest.builder(runtime, registry).balancer(haproxy).build()) {
            for (Instance instance :
                    scaler.launch("demo/myapp").drainFor(Duration.ofSeconds(1)).announce(3)) {
                System.out.println("  " + instance.name() + " answers on " + instance.endpoint());
                scaler.stop(instance.name());
            }
        }
    }
}
