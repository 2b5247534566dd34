package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.forrest.ForrestException;
import io.forrest.Instance;
import io.forrest.OnClose;
import io.forrest.Retirement;
import io.forrest.Scaler;
import io.forrest.Stage;
import io.forrest.Step;
import io.forrest.spi.Container;
import io.forrest.testkit.FakeContainerRuntime;
import io.forrest.testkit.FakeEngine;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetireTest {

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    @Test
    void stop_announced_takesTheStepsInTheirOrderAndLeavesNothing() {
        Instance instance = world.launch().drainFor(Duration.ofSeconds(9)).announce();
        Duration before = world.time.elapsed();

        Retirement retirement = world.scaler.stop(instance.name());

        assertThat(retirement)
                .isEqualTo(new Retirement(instance.name(), true, true, Duration.ofSeconds(9), 0, List.of()));
        assertThat(world.time.elapsed().minus(before)).isGreaterThanOrEqualTo(Duration.ofSeconds(9));
        world.assertNothingLeft();
        await().until(() -> world.steps(instance.name()).contains(Step.REMOVE));
        assertThat(world.steps(instance.name()))
                .endsWith(Step.RETIRE, Step.WITHDRAW, Step.DRAIN, Step.STOP, Step.REMOVE);
        List<Operation> calls =
                world.faults.calls().stream().map(call -> call.operation()).toList();
        assertThat(calls.indexOf(Operation.WITHDRAW)).isLessThan(calls.indexOf(Operation.STOP));
        assertThat(calls.indexOf(Operation.STOP)).isLessThan(calls.indexOf(Operation.REMOVE));
        assertThat(calls.indexOf(Operation.REMOVE)).isLessThan(calls.lastIndexOf(Operation.RECORD_DELETE));
    }

    @Test
    void stop_threeTimes_findsNothingTheSecondAndThirdTime() {
        Instance instance = world.launch().announce();

        assertThat(world.scaler.stop(instance.name()).found()).isTrue();
        assertThat(world.scaler.stop(instance.name()).found()).isFalse();
        assertThat(world.scaler.stop(instance.name()).found()).isFalse();
        assertThat(instance.stop().found()).isFalse();
        assertThat(instance.refresh().stage()).isEqualTo(Stage.GONE);
    }

    @Test
    void stop_fromAnotherProcess_usesTheDrainTimeOfTheLaunch() {
        Instance instance = world.launch().drainFor(Duration.ofSeconds(33)).announce();

        try (Scaler second = world.scaler(OnClose.LEAVE)) {
            assertThat(second.stop(instance.name()).drained()).isEqualTo(Duration.ofSeconds(33));
        }
        world.assertNothingLeft();
    }

    @Test
    void stop_withADrainTime_usesThat() {
        Instance instance = world.launch().announce();

        assertThat(world.scaler.stop(instance.name(), Duration.ZERO).drained()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> world.scaler.stop(instance.name(), Duration.ofSeconds(-1)))
                .withMessageContaining("drainFor");
    }

    @Test
    void stop_withdrawnByAnotherAtTheSameTime_drainsAllTheSame() {
        Instance instance = world.launch().drainFor(Duration.ofSeconds(3)).announce();
        world.faults.on(Operation.WITHDRAW).once().before(() -> world.registry.delete(instance.name()));

        Retirement retirement = instance.stop();

        assertThat(retirement.withdrawn()).isFalse();
        assertThat(retirement.drained()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void stop_recordCannotBeDeleted_listsTheRecordAlone() {
        Instance instance = world.launch().named("mine").announce();
        world.faults.on(Operation.RECORD_DELETE).once().fail();

        assertThatThrownBy(instance::stop)
                .isInstanceOfSatisfying(
                        ForrestException.class,
                        e -> assertThat(e.leftBehind()).containsExactly("record /servers/_forrest/instances/mine"));
    }

    @Test
    void stop_held_doesNotDrain() {
        Instance instance = world.launch().start();

        assertThat(instance.stop())
                .isEqualTo(new Retirement(instance.name(), true, false, Duration.ZERO, 0, List.of()));
        world.assertNothingLeft();
    }

    @Test
    void stop_withdrawnAWhileAgo_drainsForWhatIsLeft() {
        Instance instance =
                world.launch().drainFor(Duration.ofSeconds(10)).announce().withdraw();
        world.time.advance(Duration.ofSeconds(4));

        assertThat(instance.stop().drained()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(6));
        world.assertNothingLeft();
    }

    @Test
    void stop_containerGone_withdrawsWithoutDraining() {
        Instance instance = world.launch().announce();
        world.runtime.remove(instance.id());

        assertThat(world.scaler.stop(instance.name()))
                .isEqualTo(new Retirement(instance.name(), true, true, Duration.ZERO, 0, List.of()));
        world.assertNothingLeft();
    }

    @Test
    void stop_containerExited_withdrawsWithoutDraining() {
        Instance instance = world.launch().announce();
        world.engine.kill(instance.id(), 137);

        assertThat(instance.refresh().stage()).isEqualTo(Stage.EXITED);
        assertThat(world.scaler.stop(instance.name()).drained()).isZero();
        world.assertNothingLeft();
    }

    @Test
    void stop_registryGone_leavesTheContainerRunningAndSaysSo() {
        Instance instance = world.launch().announce();
        world.faults
                .on(Operation.RECORD_GET, Operation.RECORD_SET, Operation.WITHDRAW)
                .fail();

        assertThatThrownBy(() -> world.scaler.stop(instance.name()))
                .isInstanceOfSatisfying(
                        ForrestException.class, e -> assertThat(e.step()).contains(Step.RETIRE))
                .hasMessageContaining("nothing of it was touched");
        assertThat(world.engine.containers().get(0).status()).isEqualTo(Container.Status.RUNNING);
        world.faults.heal();
        assertThat(world.scaler.stop(instance.name()).withdrawn()).isTrue();
        world.assertNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = Operation.class,
            names = {"WITHDRAW", "STOP", "REMOVE", "RECORD_DELETE"})
    void stop_oneCallFails_saysWhatIsLeftAndTheNextFinishes(Operation operation) {
        Instance instance = world.launch().named("mine").announce();
        world.faults.on(operation).once().fail();

        ForrestException e = (ForrestException) catchThrowable(() -> world.scaler.stop("mine"));

        assertThat(e.leftBehind()).contains("record /servers/_forrest/instances/mine");
        assertThat(e).hasMessageContaining("stop it again");
        boolean key = !world.registry.values().isEmpty();
        assertThat(e.leftBehind().toString().contains("key")).isEqualTo(key);
        if (key) {
            assertThat(world.engine.containers().get(0).status()).isEqualTo(Container.Status.RUNNING);
        }
        assertThat(instance.refresh().stage()).isEqualTo(Stage.RETIRING);
        assertThat(world.scaler.stop("mine").found()).isTrue();
        world.assertNothingLeft();
    }

    @Test
    void stop_foreignContainer_isRefusedAndLeft() {
        Foreign.start(world.engine, "theirs");

        assertThatThrownBy(() -> world.scaler.stop("theirs"))
                .isInstanceOf(ForrestException.class)
                .hasMessageContaining("left alone");
        assertThat(world.engine.containers().get(0).status()).isEqualTo(Container.Status.RUNNING);
    }

    @Test
    void stop_foreignKey_isRefusedAndLeft() {
        world.registry.put("theirs", "10.0.0.9:80");

        assertThatThrownBy(() -> world.scaler.stop("theirs"))
                .isInstanceOf(ForrestException.class)
                .hasMessageContaining("left alone");
        assertThat(world.registry.values()).containsKey("theirs");
    }

    @Test
    void stop_keyOverwrittenByAnother_leavesTheKey() {
        Instance instance = world.launch().announce();
        world.registry.put(instance.name(), "10.0.0.9:80");

        assertThat(instance.stop().withdrawn()).isFalse();
        assertThat(world.registry.values()).containsEntry(instance.name(), "10.0.0.9:80");
        assertThat(world.engine.containers()).isEmpty();
    }

    @Test
    void stop_storeWiped_findsTheInstanceByItsLabels() {
        Instance instance = world.launch().announce();
        world.registry.wipe();

        assertThat(world.scaler.find(instance.name()).orElseThrow().state().stage())
                .isEqualTo(Stage.UNANNOUNCED);
        assertThat(world.scaler.stop(instance.name()).found()).isTrue();
        world.assertNothingLeft();
    }

    @Test
    void stop_nameUsedAnewByAnotherLaunch_isNotReachedByTheOldHandle() {
        Instance old = world.launch().named("mine").announce();
        old.stop();
        Instance anew = world.launch().named("mine").announce();

        assertThat(old.stop().found()).isFalse();
        assertThat(old.refresh().stage()).isEqualTo(Stage.GONE);
        assertThat(anew.refresh().stage()).isEqualTo(Stage.ANNOUNCED);
        assertThat(world.registry.values()).containsKey("mine");
    }

    @Test
    void stop_ofAnotherEngine_isRefused() {
        Instance instance = world.launch().announce();
        try (var other = new FakeEngine(world.time, 2);
                Scaler elsewhere = Forrest.builder(new FakeContainerRuntime(other), world.registry)
                        .advertise("127.0.0.1")
                        .build()) {
            assertThatThrownBy(() -> elsewhere.stop(instance.name()))
                    .isInstanceOf(ForrestException.class)
                    .hasMessageContaining("another engine");
            assertThat(elsewhere.instances()).isEmpty();
        }
        assertThat(instance.refresh().stage()).isEqualTo(Stage.ANNOUNCED);
    }
}
