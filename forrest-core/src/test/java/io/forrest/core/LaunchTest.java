package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forrest.Instance;
import io.forrest.LaunchException;
import io.forrest.Names;
import io.forrest.NotReadyException;
import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.Stage;
import io.forrest.Step;
import io.forrest.event.PullProgressed;
import io.forrest.spi.Container;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.Faults;
import io.forrest.testkit.Operation;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LaunchTest {

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    @Test
    void announce_defaults_runsAnswersAndStandsInTheRegistryUnderItsName() {
        Instance instance = world.scaler.launch(FakeWorld.IMAGE).announce();

        assertThat(instance.app()).isEqualTo("myapp");
        assertThat(instance.image()).isEqualTo("demo/myapp");
        assertThat(Names.isName(instance.name())).isTrue();
        assertThat(instance.state().stage()).isEqualTo(Stage.ANNOUNCED);
        assertThat(world.registry.values())
                .containsExactly(Map.entry(instance.name(), instance.endpoint().toString()));
        Container container = world.engine.containers().get(0);
        assertThat(container.id()).isEqualTo(instance.id());
        assertThat(container.name()).isEqualTo(instance.name());
        assertThat(container.labels())
                .containsEntry("io.forrest.app", "myapp")
                .containsEntry("io.forrest.name", instance.name())
                .containsEntry("io.forrest.port", "8080")
                .containsEntry("io.forrest.prefix", "/servers")
                .containsKey("io.forrest.launch-id");
    }

    @Test
    void announce_ready_takesTheStepsInTheirOrder() {
        Instance instance = world.launch().announce();

        await().until(() -> world.steps(instance.name()).size() == 4);
        assertThat(world.steps(instance.name())).containsExactly(Step.RESERVE, Step.LAUNCH, Step.READY, Step.ANNOUNCE);
        List<Operation> writes = world.faults.calls().stream()
                .map(Faults.Call::operation)
                .filter(Set.of(Operation.RECORD_SET, Operation.START, Operation.ANNOUNCE)::contains)
                .toList();
        assertThat(writes.get(0)).isEqualTo(Operation.RECORD_SET);
        assertThat(writes.indexOf(Operation.START)).isLessThan(writes.indexOf(Operation.ANNOUNCE));
    }

    @Test
    void announce_notReadyYet_isNotInTheRegistryBefore() {
        Set<Integer> keysSeen = new HashSet<>();
        int[] tries = {0};
        Instance instance = world.scaler
                .launch(FakeWorld.IMAGE)
                .readyWhen(Readiness.probe(endpoint -> {
                    keysSeen.add(world.registry.values().size());
                    return ++tries[0] < 5 ? ProbeResult.notYet("starting") : ProbeResult.ready();
                }))
                .announce();

        assertThat(keysSeen).containsExactly(0);
        assertThat(tries[0]).isEqualTo(5);
        assertThat(world.registry.values()).containsKey(instance.name());
    }

    @Test
    void start_ready_isHeldUntilAnnounced() {
        Instance instance = world.launch().start();

        assertThat(instance.state().stage()).isEqualTo(Stage.HELD);
        assertThat(instance.refresh().stage()).isEqualTo(Stage.HELD);
        assertThat(world.registry.values()).isEmpty();
        instance.announce();
        instance.announce();
        assertThat(instance.refresh().stage()).isEqualTo(Stage.ANNOUNCED);
        assertThat(world.registry.values())
                .containsEntry(instance.name(), instance.endpoint().toString());
        instance.withdraw();
        instance.withdraw();
        assertThat(instance.refresh().stage()).isEqualTo(Stage.HELD);
        assertThat(world.registry.values()).isEmpty();
        assertThat(world.engine.containers()).hasSize(1);
    }

    @Test
    void launch_usedTwice_isATemplate() {
        var template = world.launch().env("MODE", "a").label("team", "x");

        Instance one = template.announce();
        Instance other = template.announce();

        assertThat(one.name()).isNotEqualTo(other.name());
        assertThat(world.registry.values()).hasSize(2);
        assertThat(world.engine.containers())
                .allSatisfy(container -> assertThat(container.labels()).containsEntry("team", "x"));
    }

    @Test
    void launch_secret_standsInNoRecordLabelOrText() {
        var launch = world.launch().secret("PASSWORD", "open sesame");
        Instance instance = launch.announce();

        assertThat(launch.toString() + instance + world.events).doesNotContain("open sesame");
        assertThat(world.registry.records().list("instances").toString()).doesNotContain("open sesame", "PASSWORD");
        assertThat(world.engine.containers().toString()).doesNotContain("open sesame");
    }

    @Test
    void launch_imageMissing_isPulledWithProgress() {
        world.engine.addRemoteImage("demo/remote", FakeImage.exposing(80));

        Instance instance = world.scaler
                .launch("demo/remote")
                .readyWhen(Readiness.probe(endpoint -> ProbeResult.ready()))
                .announce();

        assertThat(instance.app()).isEqualTo("remote");
        await().until(() -> world.events.stream().anyMatch(PullProgressed.class::isInstance));
    }

    @Test
    void launch_imageNowhere_failsAndLeavesNothing() {
        assertThatThrownBy(
                        () -> world.scaler.launch("demo/nowhere").named("mine").announce())
                .isInstanceOfSatisfying(LaunchException.class, e -> {
                    assertThat(e.step()).contains(Step.LAUNCH);
                    assertThat(e.instance()).contains("mine");
                    assertThat(e.leftBehind()).isEmpty();
                    assertThat(e).hasMessageContaining("demo/nowhere");
                });
        world.assertNothingLeft();
    }

    @Test
    void launch_noExposedPort_saysSo() {
        world.engine.addImage("demo/portless", FakeImage.exposing());

        assertThatThrownBy(() -> world.scaler.launch("demo/portless").announce())
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("exposes no TCP port");
        world.assertNothingLeft();
    }

    @Test
    void launch_severalPortsAndNoneChosen_listsThem() {
        world.engine.addImage("demo/two", FakeImage.exposing(8080, 9090));

        assertThatThrownBy(() -> world.scaler.launch("demo/two").announce())
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("[8080, 9090]");
        assertThat(world.scaler.launch("demo/two").port(9090).announce().endpoint())
                .isNotNull();
    }

    @Test
    void launch_portThatTheImageDoesNotExpose_failsWithAHint() {
        assertThatThrownBy(() -> world.scaler
                        .launch(FakeWorld.IMAGE)
                        .port(9999)
                        .readyWhen(Readiness.probe(endpoint -> ProbeResult.notYet("silence")))
                        .announce())
                .isInstanceOf(NotReadyException.class)
                .hasMessageContaining("does not expose port 9999")
                .hasMessageContaining("[8080]");
        world.assertNothingLeft();
    }

    @Test
    void launch_malformedImage_isRefusedAtOnce() {
        for (String image : List.of("", "demo/Upper", "a b", "x\ny", "../x", "demo/myapp:", "demo/myapp@sha256:12")) {
            assertThatIllegalArgumentException()
                    .as(image)
                    .isThrownBy(() -> world.scaler.launch(image))
                    .withMessageContaining("not an image");
        }
        assertThat(world.faults.calls().stream().filter(call -> call.operation() == Operation.PREPARE))
                .isEmpty();
    }

    @Test
    void launch_malformedName_reachesNobody() {
        for (String name : List.of("../../x", "a\nb", "_hidden", ".", "..", "", "x", "a/b", "a b", "a".repeat(65))) {
            assertThatIllegalArgumentException()
                    .as(name)
                    .isThrownBy(() -> world.launch().named(name));
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> world.scaler.stop(name));
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> world.scaler.find(name));
        }
        assertThat(world.faults.calls())
                .noneSatisfy(call -> assertThat(call.subject()).contains(".."));
    }

    @Test
    void launch_exitsAtOnce_isNeverReadyWithCodeAndLog() {
        world.engine.addImage(
                "demo/crash", FakeImage.exposing(80).logs("cannot bind").exitsAtOnce(3));

        assertThatThrownBy(() -> world.scaler.launch("demo/crash").announce())
                .isInstanceOfSatisfying(NotReadyException.class, e -> {
                    assertThat(e.never()).isTrue();
                    assertThat(e.exitCode()).hasValue(3);
                    assertThat(e.logTail()).contains("cannot bind");
                    assertThat(e.step()).contains(Step.READY);
                    assertThat(e.leftBehind()).isEmpty();
                });
        assertThat(world.time.elapsed()).isLessThan(Duration.ofSeconds(5));
        world.assertNothingLeft();
    }

    @Test
    void launch_neverAnswers_isNotReadyWithinItsTime() {
        assertThatThrownBy(() -> world.scaler
                        .launch(FakeWorld.IMAGE)
                        .readyWhen(Readiness.probe(endpoint -> ProbeResult.notYet("warming up")))
                        .readyWithin(Duration.ofSeconds(7))
                        .announce())
                .isInstanceOfSatisfying(NotReadyException.class, e -> {
                    assertThat(e.never()).isFalse();
                    assertThat(e.lastAnswer()).isEqualTo("warming up");
                    assertThat(e).hasMessageContaining("PT7S").hasMessageContaining("readyWithin");
                });
        assertThat(world.time.elapsed()).isBetween(Duration.ofSeconds(7), Duration.ofSeconds(8));
        world.assertNothingLeft();
    }

    @Test
    void launch_probeSaysNever_failsAtOnce() {
        assertThatThrownBy(() -> world.scaler
                        .launch(FakeWorld.IMAGE)
                        .readyWhen(Readiness.probe(endpoint -> ProbeResult.never("wrong licence")))
                        .announce())
                .isInstanceOfSatisfying(
                        NotReadyException.class, e -> assertThat(e.never()).isTrue())
                .hasMessageContaining("wrong licence");
        world.assertNothingLeft();
    }

    @Test
    void launch_probeThrows_countsAsNotYet() {
        int[] tries = {0};
        world.scaler
                .launch(FakeWorld.IMAGE)
                .readyWhen(Readiness.probe(endpoint -> {
                    if (++tries[0] < 3) {
                        throw new IOException("reset");
                    }
                    return ProbeResult.ready();
                }))
                .announce();
        assertThat(tries[0]).isEqualTo(3);
    }

    @Test
    void launch_healthcheck_waitsForTheEnginesVerdict() {
        world.engine.addImage(
                "demo/checked",
                FakeImage.exposing(80).withHealthcheck().healthAfter(Duration.ofSeconds(4), Container.Health.HEALTHY));

        world.scaler.launch("demo/checked").announce();

        assertThat(world.time.elapsed()).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(6));
    }

    @Test
    void launch_healthcheckWithoutOne_isNeverReady() {
        assertThatThrownBy(() -> world.scaler
                        .launch(FakeWorld.IMAGE)
                        .readyWhen(Readiness.healthcheck())
                        .announce())
                .isInstanceOfSatisfying(
                        NotReadyException.class, e -> assertThat(e.never()).isTrue())
                .hasMessageContaining("has no HEALTHCHECK");
        world.assertNothingLeft();
    }

    @Test
    void launch_imageThatNamesNoApp_asksForOne() {
        String id = "sha256:" + "0".repeat(64);

        assertThatThrownBy(() -> world.scaler.launch(id).announce())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("app(...)");
    }

    @Test
    void announce_memoryRunsOutBeforeItAnswers_saysSo() {
        world.engine.addImage("demo/greedy", FakeImage.exposing(8080).neverListens());
        world.faults.on(Operation.FIND).about("greedy").once().after(() -> world.engine.exhaustMemory("greedy"));

        assertThatThrownBy(
                        () -> world.scaler.launch("demo/greedy").named("greedy").announce())
                .isInstanceOf(NotReadyException.class)
                .hasMessageContaining("will never be ready: the container exited with code 137, out of memory");
        world.assertNothingLeft();
    }
}
