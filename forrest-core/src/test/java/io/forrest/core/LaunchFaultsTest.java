package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forrest.AnnouncementException;
import io.forrest.ForrestException;
import io.forrest.LaunchException;
import io.forrest.NameTakenException;
import io.forrest.OnClose;
import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.Stage;
import io.forrest.Step;
import io.forrest.Supervision;
import io.forrest.testkit.FakeContainerRuntime;
import io.forrest.testkit.FakeEngine;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.Faults;
import io.forrest.testkit.InMemoryRegistry;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LaunchFaultsTest {

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    private ForrestException failure() {
        return (ForrestException)
                catchThrowable(() -> world.launch().named("mine").announce());
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"RECORD_SET", "PREPARE", "START", "FIND", "ANNOUNCE"})
    void announce_oneCallFails_leavesNothing(Operation operation) {
        world.faults.on(operation).once().fail();

        assertThat(failure().leftBehind()).isEmpty();
        world.assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void announce_recordCannotBeChanged_leavesNothing(int before) {
        world.faults.on(Operation.RECORD_SET).skipping(before).once().fail();

        assertThat(failure().leftBehind()).isEmpty();
        world.assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void announce_answerOfARecordIsLost_leavesNothing(int before) {
        world.faults.on(Operation.RECORD_SET).skipping(before).once().loseAnswer();

        assertThat(failure().leftBehind()).isEmpty();
        world.assertNothingLeft();
    }

    @Test
    void announce_registryGone_undoesTheContainerAndListsTheRecord() {
        world.faults
                .on(Operation.ANNOUNCE, Operation.WITHDRAW, Operation.RECORD_GET, Operation.RECORD_DELETE)
                .fail();

        ForrestException e = failure();

        assertThat(e).isInstanceOf(AnnouncementException.class);
        assertThat(e.step()).contains(Step.ANNOUNCE);
        assertThat(world.engine.containers()).isEmpty();
        assertThat(world.registry.values()).isEmpty();
        assertThat(e.leftBehind()).containsExactly("record /servers/_forrest/instances/mine");
        world.faults.heal();
        world.scaler.stop("mine");
        world.assertNothingLeft();
    }

    @Test
    void announce_answerLost_takesTheKeyBackBeforeTheContainerGoes() {
        world.faults.on(Operation.ANNOUNCE).once().loseAnswer();

        ForrestException e = failure();

        assertThat(e).isInstanceOf(AnnouncementException.class);
        assertThat(e.leftBehind()).isEmpty();
        world.assertNothingLeft();
        List<Operation> calls =
                world.faults.calls().stream().map(call -> call.operation()).toList();
        assertThat(calls.lastIndexOf(Operation.WITHDRAW)).isLessThan(calls.lastIndexOf(Operation.REMOVE));
    }

    @Test
    void announce_cannotBeConfirmed_drainsAndStopsBeforeItRemoves() {
        world.faults.on(Operation.RECORD_GET).once().fail();

        ForrestException e = (ForrestException) catchThrowable(() ->
                world.launch().drainFor(Duration.ofSeconds(9)).named("mine").announce());

        assertThat(e).isInstanceOf(AnnouncementException.class);
        assertThat(world.time.elapsed()).isGreaterThanOrEqualTo(Duration.ofSeconds(9));
        List<Operation> calls =
                world.faults.calls().stream().map(call -> call.operation()).toList();
        assertThat(calls).containsSubsequence(Operation.WITHDRAW, Operation.STOP, Operation.REMOVE);
        world.assertNothingLeft();
    }

    @Test
    void announce_registryGoneFromTheStart_leavesAndDeletesNothing() {
        world.faults.on(Operation.RECORD_SET).fail();

        ForrestException e = failure();

        assertThat(e).isInstanceOf(LaunchException.class);
        assertThat(e.step()).contains(Step.RESERVE);
        assertThat(e.leftBehind()).isEmpty();
        assertThat(world.faults.calls())
                .noneSatisfy(call -> assertThat(call.operation()).isEqualTo(Operation.RECORD_DELETE));
    }

    @Test
    void announce_answerLostAndKeyCannotBeTakenBack_doesNotStopWhatMayBeAnnounced() {
        world.faults.on(Operation.ANNOUNCE).once().loseAnswer();
        world.faults.on(Operation.WITHDRAW).fail();

        ForrestException e = failure();

        assertThat(e.leftBehind()).hasSize(3);
        assertThat(e).hasMessageContaining("key /servers/mine").hasMessageContaining("not stopped");
        assertThat(world.engine.containers()).hasSize(1);
        world.faults.heal();
        world.scaler.stop("mine");
        world.assertNothingLeft();
    }

    @Test
    void announce_engineGoneWhileUndoing_listsContainerAndRecord() {
        world.faults.on(Operation.ANNOUNCE).once().fail();
        world.faults.on(Operation.REMOVE).fail();

        ForrestException e = failure();

        assertThat(e.leftBehind()).containsExactly("container mine", "record /servers/_forrest/instances/mine");
        world.faults.heal();
        assertThat(world.scaler.find("mine").orElseThrow().state().stage()).isNotEqualTo(Stage.ANNOUNCED);
        world.scaler.stop("mine");
        world.assertNothingLeft();
    }

    @Test
    void announce_runtimeLeavesAContainer_listsItAndKeepsTheRecord() {
        world.faults.on(Operation.START).once().failHalfway();

        ForrestException e = failure();

        assertThat(e).isInstanceOf(LaunchException.class);
        assertThat(e.leftBehind()).isNotEmpty().last().asString().startsWith("record ");
        world.scaler.stop("mine");
        world.assertNothingLeft();
    }

    @Test
    void announce_nameReservedByAnother_isTaken() {
        world.launch().named("mine").announce();

        assertThatThrownBy(() -> world.launch().named("mine").announce())
                .isInstanceOf(NameTakenException.class)
                .hasMessageContaining("mine");
        assertThat(world.engine.containers()).hasSize(1);
        assertThat(world.registry.values()).hasSize(1);
    }

    @Test
    void announce_nameOfAForeignKey_isTakenAndTheKeyUntouched() {
        world.registry.put("mine", "10.0.0.9:80");

        assertThat(failure()).isInstanceOf(NameTakenException.class);
        assertThat(world.registry.values()).containsExactly(Map.entry("mine", "10.0.0.9:80"));
        assertThat(world.engine.containers()).isEmpty();
        assertThat(world.registry.records().list("instances")).isEmpty();
    }

    @Test
    void announce_nameOfAForeignContainer_isTakenAndTheContainerUntouched() {
        Foreign.start(world.engine, "mine");

        assertThat(failure()).isInstanceOf(NameTakenException.class);
        assertThat(world.engine.containers()).hasSize(1);
        assertThat(world.registry.records().list("instances")).isEmpty();
    }

    @Test
    void announce_ownNameTaken_picksAnother() {
        world.faults.on(Operation.START).times(2).before(() -> {
            var reserved = world.registry
                    .records()
                    .list("instances")
                    .keySet()
                    .iterator()
                    .next();
            Foreign.start(world.engine, reserved);
        });

        var instance = world.launch().announce();

        assertThat(world.registry.values()).containsOnlyKeys(instance.name());
        assertThat(world.registry.records().list("instances")).containsOnlyKeys(instance.name());
        assertThat(world.engine.containers()).hasSize(3);
    }

    @Test
    void announce_retiredByAnotherMeanwhile_takesTheKeyBack() {
        world.faults.on(Operation.ANNOUNCE).once().before(() -> {
            try (var second = world.scaler(OnClose.LEAVE)) {
                second.stop("mine");
            }
        });

        ForrestException e = failure();

        assertThat(e).isInstanceOf(AnnouncementException.class).hasMessageContaining("retired meanwhile");
        world.assertNothingLeft();
    }

    @Test
    void announce_stoppedByAnotherWhileNotReady_isUndone() {
        var launch = world.scaler.launch(FakeWorld.IMAGE).named("mine").readyWhen(Readiness.probe(endpoint -> {
            world.scaler.stop("mine");
            return ProbeResult.ready();
        }));

        assertThatThrownBy(launch::announce).isInstanceOf(ForrestException.class);
        world.assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void announce_seededFaults_succeedsOrListsAllThatIsLeft(long seed) {
        var faults = new Faults(seed, world.time);
        FakeEngine engine = new FakeEngine(world.time, seed).addImage(FakeWorld.IMAGE, FakeImage.exposing(80));
        var registry = new InMemoryRegistry(new InMemoryRegistry.Store(), "/servers", faults);
        try (engine;
                var scaler = Forrest.builder(new FakeContainerRuntime(engine, faults), registry)
                        .advertise("127.0.0.1")
                        .publishOn("127.0.0.1")
                        .supervision(Supervision.none()) // whose looks would draw from the same seed
                        .time(world.time)
                        .build()) {
            for (int i = 0; i < 30; i++) {
                faults.onEvery().withProbability(0.05).fail();
                faults.onEvery().withProbability(0.05).loseAnswer();
                faults.onEvery().withProbability(0.05).loseRequest();
                String name = "n" + i + "-" + seed;
                Throwable thrown = catchThrowable(() -> scaler.launch(FakeWorld.IMAGE)
                        .named(name)
                        .readyWhen(Readiness.probe(endpoint -> ProbeResult.ready()))
                        .announce());
                faults.heal();
                boolean container = engine.containers().stream()
                        .anyMatch(found -> found.name().equals(name));
                boolean key = registry.values().containsKey(name);
                boolean record = registry.records().list("instances").containsKey(name);
                if (thrown == null) {
                    assertThat(List.of(container, key, record)).containsOnly(true);
                } else {
                    String left = ((ForrestException) thrown).leftBehind().toString();
                    assertThat(container && !left.contains("container"))
                            .as("container in %s", thrown)
                            .isFalse();
                    assertThat(key && !left.contains("key"))
                            .as("key in %s", thrown)
                            .isFalse();
                    assertThat(record && !left.contains("record"))
                            .as("record in %s", thrown)
                            .isFalse();
                    assertThat(key && !container)
                            .as("announced without a container")
                            .isFalse();
                    scaler.stop(name);
                }
            }
        }
    }
}
