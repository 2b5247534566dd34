package io.forrest.examples.soak;

import io.forrest.Scaler;
import io.forrest.Supervision;
import io.forrest.core.Forrest;
import io.forrest.docker.DockerRuntime;
import io.forrest.etcd.EtcdV2Registry;
import io.forrest.examples.underload.Teardown;
import io.forrest.spi.Container;
import io.forrest.spi.Registry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * All that a soak stands on: an engine and an etcd of its own, a JVM that supervises, and this process's own eyes on both. Immutable
 * and thread-safe.
 *
 * @param engine the engine
 * @param etcd the etcd
 * @param runtime this process's eyes on the engine
 * @param registry this process's eyes on the etcd
 * @param scaler this process's hands, which do nothing by themselves
 * @param supervisor the JVM that supervises
 */
record SoakGround(
        OwnEngine engine,
        OwnEtcd etcd,
        DockerRuntime runtime,
        Registry registry,
        Scaler scaler,
        SupervisorProcess supervisor) {

    static final String APP = "myapp";
    static final int SIZE = 10;
    private static final String IMAGE = "demo/myapp";
    private static final String PREFIX = "/soak";

    /** Starts it all, and the fleet. */
    static SoakGround lay(Teardown teardown, Path folder) throws InterruptedException {
        OwnEngine engine = OwnEngine.start(folder.resolve("engine"), IMAGE);
        teardown.atLast(engine);
        OwnEtcd etcd = teardown.start(() -> new OwnEtcd(folder.resolve("etcd")));
        DockerRuntime runtime =
                teardown.start(() -> DockerRuntime.builder().host(engine.host()).build());
        Registry registry = teardown.start(
                () -> EtcdV2Registry.builder(etcd.uri()).prefix(PREFIX).build());
        Waiting.untilAnswered(registry);
        Scaler scaler = teardown.start(() -> Forrest.builder(runtime, registry)
                .advertise(engine.address())
                .supervision(Supervision.none())
                .build());
        scaler.launch(IMAGE)
                .drainFor(Duration.ofSeconds(1))
                .stopGrace(Duration.ofSeconds(1))
                .fleet()
                .scaleTo(SIZE);
        SupervisorProcess supervisor = teardown.start(() -> new SupervisorProcess(
                folder.resolve("supervisor"), engine.host(), etcd.uri().toString(), PREFIX, engine.address()));
        return new SoakGround(engine, etcd, runtime, registry, scaler, supervisor);
    }

    List<Container> containers() {
        return runtime.list(Map.of("io.forrest.prefix", PREFIX));
    }

    List<Container> running() {
        return containers().stream()
                .filter(container -> container.status() == Container.Status.RUNNING)
                .toList();
    }
}
