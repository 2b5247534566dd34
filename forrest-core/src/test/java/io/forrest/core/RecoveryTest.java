package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.forrest.Adoption;
import io.forrest.Endpoint;
import io.forrest.Instance;
import io.forrest.RegistryException;
import io.forrest.Repair;
import io.forrest.Repair.Action;
import io.forrest.Scaler;
import io.forrest.Stage;
import io.forrest.core.internal.record.InstanceRecords;
import io.forrest.core.internal.record.StoredRecord;
import io.forrest.core.metrics.ScalerMetrics;
import io.forrest.docker.BehindTheBack;
import io.forrest.docker.TestImages;
import io.forrest.etcd.EtcdFixture;
import io.forrest.event.InstanceDied;
import io.forrest.spi.Announcement;
import io.forrest.spi.Container;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What goes wrong behind a scaler's back, on a real engine and a real etcd. */
class RecoveryTest {

    private static final int KILLS = 10;
    private static final int WIPED = 20;
    private static final String PLACE = "/v2/keys";

    private static EtcdFixture etcd;

    @BeforeAll
    static void startEtcd() {
        etcd = EtcdFixture.start();
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    private static Scaler supervised(RealWorld world, Adoption adoption) {
        return Forrest.builder(world.runtime, world.registry)
                .advertise("127.0.0.1")
                .adopt(adoption)
                .build();
    }

    private static void wipe(RealWorld world) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(etcd.uri() + PLACE + world.prefix + "?recursive=true"))
                .DELETE()
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
    }

    private static List<String> keys(RealWorld world) {
        return world.registry.announcements().stream().map(Announcement::name).toList();
    }

    /** Waits for what etcd says, which may stall meanwhile. */
    private static ConditionFactory awaitEtcd() {
        return await().atMost(Duration.ofSeconds(60)).ignoreExceptionsInstanceOf(RegistryException.class);
    }

    private static void stopAll(RealWorld world) {
        world.scaler.instances().forEach(instance -> world.scaler.stop(instance.name(), Duration.ZERO));
        world.assertNothingLeft();
    }

    @Test
    void killed_oneAfterAnother_eachIsWithdrawnSoon() {
        List<InstanceDied> told = Collections.synchronizedList(new ArrayList<>());
        try (RealWorld world = new RealWorld(etcd.uri());
                Scaler scaler = Forrest.builder(world.runtime, world.registry)
                        .advertise("127.0.0.1")
                        .onEvent(event -> {
                            throw new IllegalStateException("a listener that throws, told " + event);
                        })
                        .onEvent(event -> {
                            if (event instanceof InstanceDied died) {
                                told.add(died);
                            }
                        })
                        .build()) {
            List<Long> times = new ArrayList<>();
            List<Long> afterwards = new ArrayList<>();
            for (Instance instance : scaler.launch(TestImages.web()).announce(KILLS)) {
                long start = System.nanoTime();
                BehindTheBack.kill(instance.id());
                long killed = System.nanoTime();
                awaitEtcd()
                        .pollInterval(Duration.ofMillis(2))
                        .untilAsserted(() -> assertThat(keys(world)).doesNotContain(instance.name()));
                times.add((System.nanoTime() - start) / 1_000_000);
                afterwards.add((System.nanoTime() - killed) / 1_000_000);
            }
            Collections.sort(times);
            Collections.sort(afterwards);
            System.out.printf(
                    "kill -9 until the key is gone: median %d ms, worst %d ms of %d; since the engine had killed: %d and %d ms%n",
                    times.get(KILLS / 2),
                    times.get(KILLS - 1),
                    KILLS,
                    afterwards.get(KILLS / 2),
                    afterwards.get(KILLS - 1));
            assertThat(scaler.instances())
                    .extracting(instance -> instance.state().stage())
                    .containsOnly(Stage.EXITED)
                    .hasSize(KILLS);
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(told)
                            .extracting(InstanceDied::instance)
                            .containsExactlyInAnyOrderElementsOf(scaler.instances().stream()
                                    .map(Instance::name)
                                    .toList()));
            stopAll(world);
        }
    }

    @Test
    void killed_withMetrics_isCountedAndTimedToItsWithdrawal() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (RealWorld world = new RealWorld(etcd.uri());
                Scaler scaler = supervised(world, Adoption.OWN);
                ScalerMetrics metrics = new ScalerMetrics(scaler, Tags.empty(), Duration.ofMillis(200))) {
            metrics.bindTo(meters);
            Instance instance = scaler.launch(TestImages.web()).app("counted").announce();
            Instance stopped = scaler.launch(TestImages.web()).app("counted").announce();
            scaler.stop(stopped.name(), Duration.ZERO);

            BehindTheBack.kill(instance.id());

            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(
                                    meters.find("forrest.death.withdrawn").timers())
                            .isNotEmpty());
            assertThat(keys(world)).isEmpty();
            assertThat(meters.get("forrest.death.withdrawn")
                            .tag("app", "counted")
                            .timer()
                            .count())
                    .isEqualTo(1);
            assertThat(meters.get("forrest.deaths").counter().count()).isEqualTo(1);
            assertThat(meters.get("forrest.launches")
                            .tags("app", "counted", "end", "announced")
                            .counter()
                            .count())
                    .isEqualTo(2);
            assertThat(meters.get("forrest.launch.ready").timer().count()).isEqualTo(2);
            assertThat(meters.get("forrest.launch.announced").timer().count()).isEqualTo(2);
            assertThat(meters.get("forrest.retirements").counter().count()).isEqualTo(1);
            await().untilAsserted(() -> assertThat(meters.get("forrest.instances")
                            .tags("app", "counted", "stage", "exited")
                            .gauge()
                            .value())
                    .isEqualTo(1));
            System.out.printf(
                    "kill -9 heard until the key is gone: %.1f ms%n",
                    meters.get("forrest.death.withdrawn").timer().totalTime(TimeUnit.MILLISECONDS));
            stopAll(world);
        }
    }

    @Test
    void killed_whileEtcdIsAway_isWithdrawnOnceItIsBack() {
        try (RealWorld world = new RealWorld(etcd.uri());
                Scaler scaler = supervised(world, Adoption.OWN)) {
            Instance instance = scaler.launch(TestImages.web()).announce();
            etcd.pause();
            try {
                BehindTheBack.kill(instance.id());
                await().untilAsserted(() -> assertThat(world.runtime.find(instance.id()))
                        .map(Container::exitCode)
                        .isPresent());
            } finally {
                etcd.unpause();
            }

            awaitEtcd().untilAsserted(() -> assertThat(keys(world)).isEmpty());
            stopAll(world);
        }
    }

    @Test
    void restarted_onAnotherPort_isAnnouncedThere() throws Exception {
        try (RealWorld world = new RealWorld(etcd.uri());
                Scaler scaler = supervised(world, Adoption.OWN)) {
            Instance instance = scaler.launch(TestImages.web()).announce();
            Endpoint old = instance.endpoint();

            BehindTheBack.restart(instance.id());

            awaitEtcd().untilAsserted(() -> {
                assertThat(instance.refresh().stage()).isEqualTo(Stage.ANNOUNCED);
                assertThat(instance.endpoint()).isNotEqualTo(old);
            });
            assertThat(RealWorld.answerOf(instance.endpoint())).isNotEmpty();
            stopAll(world);
        }
    }

    @Test
    void etcdWiped_underTwentyInstances_allAreAnnouncedAgain() throws Exception {
        try (RealWorld world = new RealWorld(etcd.uri());
                Scaler scaler = supervised(world, Adoption.OWN)) {
            List<Instance> instances = scaler.launch(TestImages.web()).announce(WIPED);

            wipe(world);

            awaitEtcd()
                    .untilAsserted(() -> assertThat(keys(world))
                            .containsExactlyInAnyOrderElementsOf(
                                    instances.stream().map(Instance::name).toList()));
            stopAll(world);
        }
    }

    @Test
    void reconcile_afterAllKindsOfHarm_repairsAllOfIt() throws Exception {
        try (RealWorld world = new RealWorld(etcd.uri())) {
            Instance killed = world.scaler.launch(TestImages.web()).announce();
            Instance lost = world.scaler.launch(TestImages.web()).announce();
            Instance retiring = world.scaler
                    .launch(TestImages.web())
                    .drainFor(Duration.ZERO)
                    .announce();
            BehindTheBack.kill(killed.id());
            world.registry.withdraw(new Announcement(lost.name(), lost.app(), lost.endpoint()));
            InstanceRecords records = new InstanceRecords(world.registry.records(), world.prefix);
            StoredRecord stored = records.find(retiring.name()).orElseThrow();
            assertThat(records.replace(
                            retiring.name(), stored, stored.value().retiring(Instant.now(), CutOff.DEAD, null)))
                    .isPresent();

            assertThat(world.scaler.reconcile().repairs())
                    .extracting(Repair::instance, Repair::what, Repair::failed)
                    .containsExactlyInAnyOrder(
                            tuple(killed.name(), Action.WITHDRAW, false),
                            tuple(lost.name(), Action.ANNOUNCE, false),
                            tuple(retiring.name(), Action.FINISH_RETIREMENT, false));
            assertThat(world.scaler.reconcile().repairs()).isEmpty();
            assertThat(keys(world)).containsExactly(lost.name());
            wipe(world);
            // The key's own name is told by the labels; what was dead before the wipe stays out.
            assertThat(world.scaler.reconcile().repairs())
                    .extracting(Repair::instance, Repair::what)
                    .containsExactly(tuple(lost.name(), Action.RECORD));
            stopAll(world);
        }
    }

    @Test
    void adoptAll_launchOfAKilledProcess_isFinished() throws Exception {
        try (RealWorld world = new RealWorld(etcd.uri())) {
            String name = "killed-" + world.prefix.substring(20);
            KilledLauncher.launchAndKill(etcd.uri().toString(), world.prefix, name);
            assertThat(world.scaler.find(name).orElseThrow().state().stage()).isEqualTo(Stage.LAUNCHING);

            try (Scaler adopting = supervised(world, Adoption.ALL)) {
                awaitEtcd().untilAsserted(() -> assertThat(keys(world)).contains(name));
                assertThat(adopting.find(name).orElseThrow().state().stage()).isEqualTo(Stage.ANNOUNCED);
            }
            assertThat(RealWorld.answerOf(world.scaler.find(name).orElseThrow().endpoint()))
                    .isNotEmpty();
            stopAll(world);
        }
    }
}
