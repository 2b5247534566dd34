package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Endpoint;
import io.forrest.Subscription;
import io.forrest.spi.Container;
import io.forrest.spi.Container.Health;
import io.forrest.spi.ContainerSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the fake tells of what a test does to its engine, and with faults. */
class FakeContainerWatchTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Map<String, String> LABELS = Map.of("app", "shop");
    private static final int SEEDS = 20;
    private static final int STEPS = 60;
    private static final int NAMES = 5;

    private final FakeTime time = FakeTime.manual();
    private final Faults faults = new Faults(1, time);
    private final FakeEngine engine = new FakeEngine(time, 1)
            .addImage("demo/myapp", FakeImage.exposing(8080))
            .addImage(
                    "demo/checked",
                    FakeImage.exposing(8080)
                            .healthAfter(SECOND, Health.HEALTHY)
                            .healthAfter(SECOND.multipliedBy(2), Health.UNHEALTHY));
    private final FakeContainerRuntime runtime = new FakeContainerRuntime(engine, faults);
    private final ContainerRecorder recorder = new ContainerRecorder();

    @RegisterExtension
    final Leftovers leftovers =
            new Leftovers().closing(() -> runtime).closing(() -> engine).closing(() -> recorder::assertSound);

    private static ContainerSpec spec(String name, String image) {
        return new ContainerSpec(
                name,
                image,
                8080,
                Endpoint.address("127.0.0.1"),
                Map.of(),
                List.of(),
                LABELS,
                null,
                null,
                List.of(),
                null,
                null);
    }

    private Container start(String name) {
        return runtime.start(spec(name, "demo/myapp"));
    }

    private Subscription watch() {
        Subscription subscription = runtime.watch(LABELS, recorder);
        recorder.awaitCall("gap");
        return subscription;
    }

    @Test
    void watch_whatATestDoes_isTold() {
        var unused = watch();
        Container fox = start("brave-fox");
        engine.health("brave-fox", Health.UNHEALTHY);
        engine.health("brave-fox", Health.UNHEALTHY);
        engine.restart("brave-fox");
        engine.kill("brave-fox", 3);
        engine.kill("brave-fox", 4);
        engine.exhaustMemory("brave-fox");
        engine.restart("brave-fox");
        engine.exhaustMemory("brave-fox");
        recorder.awaitCall("died brave-fox 137");

        assertThat(recorder.calls())
                .containsExactly(
                        "gap",
                        "started brave-fox",
                        "health brave-fox UNHEALTHY",
                        "died brave-fox 143",
                        "started brave-fox",
                        "health brave-fox UNHEALTHY",
                        "died brave-fox 3",
                        "started brave-fox",
                        "health brave-fox UNHEALTHY",
                        "died brave-fox 137 out of memory");
        assertThat(recorder.ids()).isEqualTo(Map.of("brave-fox", fox.id()));
        assertThat(runtime.find("brave-fox")).hasValueSatisfying(dead -> {
            assertThat(dead.exitCode()).isEqualTo(137);
            assertThat(dead.outOfMemory()).isTrue();
        });
    }

    @Test
    void watch_healthByTheImage_isToldAsTimePasses() {
        var unused = watch();
        Container ignored = runtime.start(spec("calm-owl", "demo/checked"));
        time.advance(SECOND);
        recorder.awaitCall("health calm-owl HEALTHY");
        time.advance(SECOND);
        recorder.awaitCall("health calm-owl UNHEALTHY");

        assertThat(recorder.calls())
                .containsExactly("gap", "started calm-owl", "health calm-owl HEALTHY", "health calm-owl UNHEALTHY");
    }

    @Test
    void watch_cutOff_losesWhatHappensAndTellsTheOutageOnceAndAGap() {
        Container ignored = start("brave-fox");
        var unused = watch();
        faults.on(Operation.CONTAINER_WATCH).fail();
        recorder.awaitCall("disconnected");
        engine.kill("brave-fox", 1);
        awaitLooks(20);
        faults.heal();
        recorder.awaitCalls(2, "gap");
        engine.restart("brave-fox");
        recorder.awaitCall("started");

        assertThat(recorder.calls()).hasSize(5).startsWith("gap").endsWith("reconnected", "gap", "started brave-fox");
        assertThat(recorder.calls().get(1)).startsWith("disconnected CONTAINER_WATCH on");
    }

    private void awaitLooks(int count) {
        assertThat(Eventually.look(
                        Duration.ofSeconds(10),
                        () -> faults.calls().stream()
                                .filter(call -> call.operation() == Operation.CONTAINER_WATCH)
                                .count(),
                        looks -> looks >= count))
                .isGreaterThanOrEqualTo(count);
    }

    @Test
    void watch_cutOffAtFirst_isToldSoBeforeTheGap() {
        faults.on(Operation.CONTAINER_WATCH).times(3).fail();
        var unused = watch();

        assertThat(recorder.calls()).hasSize(3).endsWith("reconnected", "gap");
    }

    @Test
    void watch_hanging_tellsLateWhatHappens() throws Exception {
        Container ignored = start("brave-fox");
        var unused = watch();
        faults.on(Operation.CONTAINER_WATCH).hang();
        faults.awaitHanging(1);
        engine.kill("brave-fox", 1);
        faults.heal();
        recorder.awaitCall("died");

        assertThat(recorder.calls()).containsExactly("gap", "died brave-fox 1");
    }

    @Test
    void watch_closedWhileItHangs_ends() throws Exception {
        Subscription subscription = watch();
        faults.on(Operation.CONTAINER_WATCH).hang();
        faults.awaitHanging(1);
        subscription.close();

        assertThat(recorder.calls()).containsExactly("gap");
    }

    @Test
    void watch_manyContainersInOneBurstWithASlowListener_losesNone() {
        HeldListeners held = new HeldListeners(Duration.ofSeconds(40));
        ContainerRecorder slow = new ContainerRecorder(held::hold);
        try {
            var unused = runtime.watch(LABELS, slow);
            slow.awaitCall("gap");
            IntStream.range(0, 200).forEach(i -> {
                Container ignored = start("fox-" + i);
            });
            IntStream.range(0, 200).forEach(i -> engine.kill("fox-" + i, 1));
        } finally {
            held.release();
        }
        slow.awaitCalls(200, "died");

        assertThat(slow.calls()).hasSize(401).containsOnlyOnce("gap");
        slow.assertSound();
    }

    @Test
    void watch_moreThanIsKept_becomesAGap() {
        Container ignored = start("brave-fox");
        HeldListeners held = new HeldListeners(Duration.ofSeconds(40));
        ContainerRecorder slow = new ContainerRecorder(held::hold);
        try {
            var unused = runtime.watch(LABELS, slow);
            slow.awaitCall("gap");
            for (int i = 0; i <= FakeContainerWatch.MAX_KEPT; i++) {
                engine.health("brave-fox", i % 2 == 0 ? Health.HEALTHY : Health.UNHEALTHY);
            }
            engine.kill("brave-fox", 1);
        } finally {
            held.release();
        }
        slow.awaitCall("died");

        assertThat(slow.calls()).containsExactly("gap", "gap", "died brave-fox 1");
    }

    /** Whoever lists on each gap, and heeds what is told, knows in the end what runs. */
    @TestFactory
    Stream<DynamicTest> watch_ofRandomChangesAndFaults_endsWithWhatRuns() {
        return LongStream.range(0, SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> endsWithWhatRuns(seed)));
    }

    private static void endsWithWhatRuns(long seed) {
        Random random = new Random(seed);
        Faults faulty = new Faults(seed, FakeTime.manual());
        try (FakeEngine changing =
                        new FakeEngine(FakeTime.manual(), seed).addImage("demo/myapp", FakeImage.exposing(8080));
                FakeContainerRuntime watched = new FakeContainerRuntime(changing, faulty);
                FakeContainerRuntime right = new FakeContainerRuntime(changing)) {
            for (int i = 0; i < NAMES; i++) {
                Container unused = right.start(spec("fox-" + i, "demo/myapp"));
            }
            ConcurrentHashMap<String, Boolean> running = new ConcurrentHashMap<>();
            ContainerRecorder listing = new ContainerRecorder(line -> {
                if (line.equals("gap")) {
                    running.clear();
                    running(right).forEach(name -> running.put(name, true));
                } else if (line.startsWith("started")) {
                    running.put(line.split(" ", 3)[1], true);
                } else if (line.startsWith("died")) {
                    running.remove(line.split(" ", 3)[1]);
                }
            });
            var subscription = watched.watch(LABELS, listing);
            faulty.on(Operation.CONTAINER_WATCH).withProbability(0.3).fail();
            for (int step = 0; step < STEPS; step++) {
                String name = "fox-" + random.nextInt(NAMES);
                if (random.nextBoolean()) {
                    changing.kill(name, 1);
                } else {
                    changing.restart(name);
                }
                if (step % (STEPS / 3) == 0) {
                    listing.awaitCalls(1 + step * 3 / STEPS, "gap");
                }
            }
            faulty.heal();
            TreeSet<String> expected = new TreeSet<>(running(right));
            assertThat(Eventually.look(Duration.ofSeconds(10), () -> new TreeSet<>(running.keySet()), expected::equals))
                    .isEqualTo(expected);
            subscription.close();
            listing.assertSound();
        }
    }

    private static List<String> running(FakeContainerRuntime runtime) {
        return runtime.list(LABELS).stream()
                .filter(container -> container.status() == Container.Status.RUNNING)
                .map(Container::name)
                .toList();
    }
}
