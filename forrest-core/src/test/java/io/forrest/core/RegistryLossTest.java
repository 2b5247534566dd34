package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.Instance;
import io.forrest.Scaler;
import io.forrest.Stage;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.InstanceRecords;
import io.forrest.core.internal.record.Intent;
import io.forrest.docker.BehindTheBack;
import io.forrest.docker.TestImages;
import io.forrest.etcd.EtcdV2Registry;
import io.forrest.etcd.MortalEtcd;
import io.forrest.spi.Announcement;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import io.forrest.spi.Registry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A real etcd that loses what stands in it under an open scaler - all is deleted, or an empty etcd takes its place - and one whose
 * process is gone while a container dies. The scaler looks because of what it is told, and not because it is time to.
 */
class RegistryLossTest {

    private static final int MANY = 20;
    private static final Duration SELDOM = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static MortalEtcd etcd;

    @RegisterExtension
    final FakeWorld fakes = new FakeWorld();

    @BeforeAll
    static void startEtcd() {
        etcd = MortalEtcd.start();
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    private static Registry registry() {
        return EtcdV2Registry.builder(etcd.uri())
                .prefix("/forrest-test-" + UUID.randomUUID())
                .deadline(Duration.ofSeconds(3))
                .build();
    }

    private static Scaler supervised(ContainerRuntime runtime, Registry registry) {
        return Forrest.builder(runtime, registry)
                .advertise("127.0.0.1")
                .supervisedEvery(SELDOM)
                .build();
    }

    private Scaler overFakes(Registry registry) {
        return Forrest.builder(fakes.runtime, registry)
                .advertise("127.0.0.1")
                .publishOn("127.0.0.1")
                .time(fakes.time)
                .supervisedEvery(SELDOM)
                .build();
    }

    /** Deletes what stands in a registry: the records first, for a key without a record is nobody's. */
    private static void wipe(Registry registry) {
        Records records = registry.records();
        records.list("instances").forEach((name, text) -> records.delete(new RecordKey("instances", name), text));
        registry.announcements().forEach(registry::withdraw);
    }

    private static Map<String, String> endpoints(Registry registry) {
        return registry.announcements().stream()
                .collect(Collectors.toMap(
                        Announcement::name, key -> key.endpoint().toString()));
    }

    private static Map<String, String> endpoints(List<Instance> instances) {
        return instances.stream()
                .collect(Collectors.toMap(
                        Instance::name, instance -> instance.endpoint().toString()));
    }

    private static void awaitAllBack(Registry registry, List<Instance> instances) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            assertThat(endpoints(registry)).isEqualTo(endpoints(instances));
            Map<String, InstanceRecord> records = new InstanceRecords(registry.records(), registry.prefix()).all();
            assertThat(records.keySet())
                    .containsExactlyInAnyOrderElementsOf(endpoints(instances).keySet());
            assertThat(records.values()).extracting(InstanceRecord::intent).containsOnly(Intent.LIVE);
        });
    }

    private static void stopAll(Scaler scaler, Registry registry, List<Instance> instances) {
        instances.forEach(instance -> scaler.stop(instance.name(), Duration.ZERO));
        assertThat(registry.announcements()).isEmpty();
        assertThat(registry.records().list("instances")).isEmpty();
    }

    @Test
    void wiped_underTwentyInstances_allAreAnnouncedAndRecordedAgain() {
        try (Registry registry = registry();
                Scaler scaler = overFakes(registry)) {
            List<Instance> instances = scaler.launch(FakeWorld.IMAGE).announce(MANY);

            wipe(registry);

            awaitAllBack(registry, instances);
            stopAll(scaler, registry, instances);
        }
    }

    @Test
    void replacedByAnEmptyOne_underTwentyInstances_allAreAnnouncedAndRecordedAgain() {
        try (Registry registry = registry();
                Scaler scaler = overFakes(registry)) {
            List<Instance> instances = scaler.launch(FakeWorld.IMAGE).announce(MANY);

            etcd.replace();

            awaitAllBack(registry, instances);
            // and what is told after that is heard, though the new etcd counts from the beginning
            fakes.engine.kill(instances.get(0).id(), 1);
            await().atMost(PATIENCE)
                    .until(() ->
                            !endpoints(registry).containsKey(instances.get(0).name()));
            registry.withdraw(registry.announcements().get(0));
            await().atMost(PATIENCE).until(() -> registry.announcements().size() == MANY - 1);
            stopAll(scaler, registry, instances);
        }
    }

    @Test
    void replacedByAnEmptyOne_underContainers_allAreAnnouncedAndRecordedAgain() throws Exception {
        try (RealWorld world = new RealWorld(etcd.uri());
                Scaler scaler = supervised(world.runtime, world.registry)) {
            List<Instance> instances = scaler.launch(TestImages.web()).announce(3);

            etcd.replace();

            awaitAllBack(world.registry, instances);
            for (Instance instance : instances) {
                assertThat(RealWorld.answerOf(instance.endpoint())).isNotEmpty();
            }
            stopAll(scaler, world.registry, instances);
            world.assertNothingLeft();
        }
    }

    @Test
    void down_whileAContainerDies_itIsGoneOnceEtcdIsBack() {
        try (RealWorld world = new RealWorld(etcd.uri());
                Scaler scaler = supervised(world.runtime, world.registry)) {
            List<Instance> instances = scaler.launch(TestImages.web()).announce(2);
            Instance dead = instances.get(0);
            Instance kept = instances.get(1);

            etcd.kill();
            BehindTheBack.kill(dead.id());
            await().until(() -> world.runtime.find(dead.id()).orElseThrow().exitCode() != null);
            etcd.restart();

            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(endpoints(world.registry)).containsOnlyKeys(kept.name()));
            assertThat(dead.refresh().stage()).isEqualTo(Stage.EXITED);
            assertThat(kept.refresh().stage()).isEqualTo(Stage.ANNOUNCED);
            stopAll(scaler, world.registry, instances);
            world.assertNothingLeft();
        }
    }
}
