package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.Instance;
import io.forrest.Launch;
import io.forrest.Scaler;
import io.forrest.Stage;
import io.forrest.docker.DockerRuntime;
import io.forrest.docker.OwnDaemon;
import io.forrest.docker.TestImages;
import io.forrest.etcd.EtcdFixture;
import io.forrest.etcd.EtcdV2Registry;
import io.forrest.spi.Announcement;
import io.forrest.spi.Registry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An engine of the test's own that is killed by SIGKILL and started again under an open scaler, while containers die. As long as it
 * is away nothing is withdrawn; once it is back, what is announced is what runs, and the next death is heard at once. The scaler
 * looks because of what it is told, and not because it is time to.
 */
@Tag("own-daemon")
class EngineRestartTest {

    private static final Duration SELDOM = Duration.ofHours(1);
    private static final Duration AWAY = Duration.ofMillis(1500);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static EtcdFixture etcd;

    @BeforeAll
    static void startEtcd() {
        assertThat(OwnDaemon.isPossible())
                .as("root, and the tools of a Linux machine")
                .isTrue();
        etcd = EtcdFixture.start();
    }

    @AfterAll
    static void stopEtcd() {
        if (etcd != null) {
            etcd.close();
        }
    }

    private static Registry registry() {
        return EtcdV2Registry.builder(etcd.uri())
                .prefix("/forrest-test-" + UUID.randomUUID())
                .build();
    }

    private static Scaler supervised(DockerRuntime runtime, Registry registry) {
        return Forrest.builder(runtime, registry)
                .advertise(OwnDaemon.ADDRESS)
                .publishOn(OwnDaemon.ADDRESS)
                .supervisedEvery(SELDOM)
                .build();
    }

    private static Launch web(Scaler scaler) {
        return scaler.launch(TestImages.web()).drainFor(Duration.ZERO);
    }

    private static List<String> keys(Registry registry) {
        return registry.announcements().stream().map(Announcement::name).toList();
    }

    private static void awaitKeys(Registry registry, Instance... expected) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(keys(registry))
                        .containsExactlyInAnyOrderElementsOf(
                                List.of(expected).stream().map(Instance::name).toList()));
    }

    private static void assertKeysStay(Registry registry, Instance... expected) {
        await().during(AWAY)
                .atMost(PATIENCE)
                .until(() -> Set.copyOf(keys(registry))
                        .equals(List.of(expected).stream().map(Instance::name).collect(Collectors.toSet())));
    }

    private static void stopAll(Scaler scaler, Registry registry) {
        scaler.instances().forEach(instance -> scaler.stop(instance.name()));
        assertThat(scaler.instances()).isEmpty();
        assertThat(registry.announcements()).isEmpty();
        assertThat(registry.records().list("instances")).isEmpty();
    }

    @Test
    void killed_containersLiveOn_theDeadIsWithdrawnAndALostKeyIsBack() throws Exception {
        try (OwnDaemon engine = OwnDaemon.start(List.of("--live-restore"))) {
            engine.load(TestImages.web());
            try (DockerRuntime runtime = engine.runtime();
                    Registry registry = registry();
                    Scaler scaler = supervised(runtime, registry)) {
                Instance dead = web(scaler).announce();
                Instance kept = web(scaler).announce();
                Instance last = web(scaler).announce();
                ProcessHandle program = engine.program(dead.id());

                engine.kill();
                assertThat(program.destroyForcibly()).isTrue();
                await().until(() -> !program.isAlive());
                // has it look while the engine is away
                registry.withdraw(new Announcement(kept.name(), kept.app(), kept.endpoint()));
                assertKeysStay(registry, dead, last);
                engine.startAgain();

                awaitKeys(registry, kept, last);
                assertThat(dead.refresh().stage()).isEqualTo(Stage.EXITED);
                assertThat(kept.refresh().stage()).isEqualTo(Stage.ANNOUNCED);
                assertThat(RealWorld.answerOf(kept.endpoint())).isNotEmpty();

                assertThat(engine.program(last.id()).destroyForcibly()).isTrue();
                awaitKeys(registry, kept);
                stopAll(scaler, registry);
            }
        }
    }

    /** As an engine does by default: it ends what ran when it was killed, as soon as it is back. */
    @Test
    void killed_containersDieWithIt_allAreWithdrawnAndWhatIsLaunchedThenIsSupervised() throws Exception {
        try (OwnDaemon engine = OwnDaemon.start(List.of())) {
            engine.load(TestImages.web());
            try (DockerRuntime runtime = engine.runtime();
                    Registry registry = registry();
                    Scaler scaler = supervised(runtime, registry)) {
                List<Instance> instances = web(scaler).announce(3);

                engine.kill();
                assertKeysStay(registry, instances.toArray(new Instance[0]));
                engine.startAgain();

                awaitKeys(registry);
                assertThat(instances)
                        .allSatisfy(instance ->
                                assertThat(instance.refresh().stage()).isEqualTo(Stage.EXITED));
                Instance kept = web(scaler).announce();
                Instance killed = web(scaler).announce();
                assertThat(engine.program(killed.id()).destroyForcibly()).isTrue();
                awaitKeys(registry, kept);
                stopAll(scaler, registry);
            }
        }
    }
}
