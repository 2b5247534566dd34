package io.forrest.examples.underload;

import io.forrest.ForrestEvent;
import io.forrest.Scaler;
import io.forrest.core.Forrest;
import io.forrest.docker.DockerRuntime;
import io.forrest.etcd.EtcdV2Registry;
import io.forrest.haproxy.HaproxyDriver;
import io.forrest.haproxy.HaproxyDriverBuilder;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.Registry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * All that a service under load stands on: an etcd, two HAProxies, a driver that has them serve what the etcd holds, and a
 * scaler that has the driver for its balancer. Immutable and thread-safe.
 *
 * @param directory for files, gone in the end
 * @param haproxies the two
 * @param scaler the scaler
 */
record Ground(Path directory, TwoHaproxies haproxies, Scaler scaler) {

    /** Of this run alone: other instances on this engine are none of its business, and it cleans up by it. */
    private static final String PREFIX =
            "/under-load-" + ProcessHandle.current().pid();

    private static final Duration SERVED_WITHIN = Duration.ofSeconds(60);

    /**
     * Starts it all.
     *
     * @param teardown takes charge of each part, so that nothing is left whenever this ends
     * @param listener is told of what the scaler does
     */
    static Ground lay(Teardown teardown, Consumer<? super ForrestEvent> listener)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("forrest-under-load");
        teardown.atLast(() -> delete(directory));
        LocalEtcd etcd = LocalEtcd.start(teardown, directory.resolve("etcd"));
        Registry registry = teardown.start(
                () -> EtcdV2Registry.builder(etcd.uri()).prefix(PREFIX).build());
        ContainerRuntime runtime = teardown.start(DockerRuntime::create);
        teardown.atLast(() -> removeContainers(runtime));
        TwoHaproxies haproxies = TwoHaproxies.start(teardown, directory);
        HaproxyDriver driver = teardown.start(() -> driver(registry, haproxies));
        Scaler scaler = teardown.start(() -> Forrest.builder(runtime, registry)
                .balancer(driver)
                .servedWithin(SERVED_WITHIN)
                .onEvent(listener)
                .build());
        return new Ground(directory, haproxies, scaler);
    }

    private static HaproxyDriver driver(Registry registry, TwoHaproxies haproxies) {
        HaproxyDriverBuilder builder = HaproxyDriver.watching(registry).backend(LocalHaproxy.BACKEND);
        haproxies.both().forEach(haproxy -> builder.instance(haproxy.instance()));
        return builder.start();
    }

    /** The etcd that tells of them goes too, so they need not go in their order. */
    private static void removeContainers(ContainerRuntime runtime) {
        runtime.list(Map.of("io.forrest.prefix", PREFIX)).forEach(container -> runtime.remove(container.id()));
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
