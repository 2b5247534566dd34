package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.Adoption;
import io.forrest.ForrestEvent;
import io.forrest.Scaler;
import io.forrest.Supervision;
import io.forrest.docker.BehindTheBack;
import io.forrest.docker.TestImages;
import io.forrest.etcd.EtcdFixture;
import io.forrest.event.InstanceReplaced;
import io.forrest.spi.Container;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Two supervisors over one fleet on a real engine, whose containers are killed a hundred times: one successor each. */
class TwoSupervisorsTest {

    private static final int SIZE = 10;
    private static final int ROUNDS = 10;

    @Test
    void replace_hundredKillsUnderTwoSupervisors_launchOneSuccessorEach() throws Exception {
        try (EtcdFixture etcd = EtcdFixture.start();
                RealWorld world = new RealWorld(etcd.uri());
                RealWorld second = new RealWorld(etcd.uri(), world.prefix)) {
            Collection<ForrestEvent> events = new ConcurrentLinkedQueue<>();
            try (Scaler one = supervisor(world, events);
                    Scaler other = supervisor(second, events)) {
                one.launch(TestImages.web())
                        .app("web")
                        .drainFor(Duration.ZERO)
                        .stopGrace(Duration.ZERO)
                        .fleet()
                        .scaleTo(SIZE);
                // by id: a name is free again once its container is gone, and a hundred draws of ten thousand do meet
                Set<String> everSeen = new HashSet<>(ids(world));
                for (int round = 1; round <= ROUNDS; round++) {
                    List<Container> doomed = world.containers();
                    for (Container container : doomed) {
                        BehindTheBack.kill(container.id());
                    }
                    int replaced = round * SIZE;
                    await().ignoreExceptions().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
                        assertThat(events)
                                .filteredOn(InstanceReplaced.class::isInstance)
                                .hasSize(replaced);
                        assertThat(ids(world))
                                .hasSize(SIZE)
                                .doesNotContainAnyElementsOf(
                                        doomed.stream().map(Container::id).toList());
                        assertThat(world.registry.announcements()).hasSize(SIZE);
                    });
                    everSeen.addAll(ids(world));
                }
                assertThat(everSeen).hasSize(SIZE + ROUNDS * SIZE);
                assertThat(other.fleet("web").stop().retired()).hasSize(SIZE);
                world.assertNothingLeft();
                // Whoever found the lease taken tries again, and takes it for one more look.
                await().ignoreExceptions()
                        .untilAsserted(() -> assertThat(world.registry.records().list("leases"))
                                .isEmpty());
            }
        }
    }

    private static List<String> ids(RealWorld world) {
        return world.containers().stream().map(Container::id).toList();
    }

    private static Scaler supervisor(RealWorld world, Collection<ForrestEvent> events) {
        return Forrest.builder(world.runtime, world.registry)
                .advertise("127.0.0.1")
                .supervision(Supervision.replace(10_000, Duration.ofHours(1)))
                .replacedAfter(Duration.ofMillis(50), Duration.ofMillis(200))
                .adopt(Adoption.ALL)
                .onEvent(events::add)
                .build();
    }
}
