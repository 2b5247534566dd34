package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.forrest.ContainerRuntimeException;
import io.forrest.Instance;
import io.forrest.OnClose;
import io.forrest.Scaler;
import io.forrest.Stage;
import io.forrest.spi.RecordKey;
import io.forrest.testkit.Faults;
import io.forrest.testkit.InMemoryRegistry;
import io.forrest.testkit.Operation;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SightingsTest {

    private static final Set<Operation> CHANGING = EnumSet.of(
            Operation.ANNOUNCE,
            Operation.WITHDRAW,
            Operation.RECORD_SET,
            Operation.RECORD_DELETE,
            Operation.START,
            Operation.STOP,
            Operation.REMOVE,
            Operation.PREPARE);

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    @Test
    void instances_ofAnotherProcess_areSeenAlikeAndNothingIsChanged() {
        Instance announced = world.launch().named("announced").announce();
        world.launch().named("held").start();
        world.faults.forgetCalls();

        try (Scaler second = world.scaler(OnClose.LEAVE)) {
            assertThat(second.instances())
                    .extracting(Instance::name, instance -> instance.state().stage())
                    .containsExactly(tuple("announced", Stage.ANNOUNCED), tuple("held", Stage.HELD));
            Instance seen = second.find("announced").orElseThrow();
            assertThat(seen.id()).isEqualTo(announced.id());
            assertThat(seen.endpoint()).isEqualTo(announced.endpoint());
            assertThat(seen.app()).isEqualTo("myapp");
            assertThat(second.find("nobody")).isEmpty();
        }
        assertThat(world.faults.calls()).extracting(Faults.Call::operation).doesNotContainAnyElementsOf(CHANGING);
    }

    @Test
    void instances_ofAScalerThatAdvertisesAnotherAddress_keepTheirEndpoint() {
        Instance announced = world.launch().announce();

        try (Scaler second = Forrest.builder(world.runtime, world.registry)
                .advertise("127.0.0.2")
                .build()) {
            Instance seen = second.find(announced.name()).orElseThrow();
            assertThat(seen.endpoint()).isEqualTo(announced.endpoint());
            assertThat(seen.state().stage()).isEqualTo(Stage.ANNOUNCED);
        }
    }

    @Test
    void instances_restartedWithAnotherPort_areNotTakenForAnnounced() {
        Instance announced = world.launch().announce();
        world.engine.restart(announced.id());

        assertThat(announced.refresh().stage()).isEqualTo(Stage.UNANNOUNCED);
        assertThat(announced.stop().withdrawn()).isTrue();
    }

    @Test
    void instances_registryGone_areUnknown() {
        Instance instance = world.launch().announce();
        world.faults.on(Operation.ANNOUNCEMENTS).fail();

        assertThat(world.scaler.instances())
                .singleElement()
                .satisfies(seen -> assertThat(seen.state().stage()).isEqualTo(Stage.UNKNOWN));
        assertThat(instance.refresh().stage()).isEqualTo(Stage.UNKNOWN);
    }

    @Test
    void instances_engineGone_throws() {
        world.faults.on(Operation.LIST).fail();

        assertThatThrownBy(world.scaler::instances).isInstanceOf(ContainerRuntimeException.class);
    }

    @Test
    void instances_cutOffBetweenStartAndAnnounce_isLaunchingAndCanBeStopped() {
        world.faults
                .on(Operation.ANNOUNCE, Operation.REMOVE, Operation.RECORD_DELETE)
                .fail();
        assertThatThrownBy(() -> world.launch().named("mine").announce()).isNotNull();
        world.faults.heal();

        Instance left = world.scaler.find("mine").orElseThrow();
        assertThat(left.state().stage())
                .as("noted as such, so that nobody announces it")
                .isEqualTo(Stage.RETIRING);
        world.scaler.stop("mine");
        world.assertNothingLeft();
    }

    @Test
    void instances_onlyARecordLeft_isSeenWithoutAContainer() {
        world.faults.on(Operation.PREPARE).once().fail();
        world.faults.on(Operation.RECORD_DELETE).once().fail();
        assertThatThrownBy(() -> world.launch().named("mine").announce()).isNotNull();

        Instance left = world.scaler.find("mine").orElseThrow();
        assertThat(left.id()).isEmpty();
        assertThat(left.state().stage()).isEqualTo(Stage.LAUNCHING);
        assertThat(left.logs(10)).isEmpty();
        assertThatIllegalStateException().isThrownBy(left::endpoint);
        assertThat(world.scaler.stop("mine").found()).isTrue();
        world.assertNothingLeft();
    }

    @Test
    void instances_damagedRecord_doesNotHideTheOthers() {
        world.launch().named("mine").announce();
        assertThat(world.registry.records().compareAndSet(new RecordKey("instances", "odd"), null, "{not json"))
                .isTrue();

        assertThat(world.scaler.instances()).extracting(Instance::name).containsExactly("mine");
        assertThatThrownBy(() -> world.scaler.stop("odd")).hasMessageContaining("cannot be read");
    }

    @Test
    void logs_linesOutOfRange_isRefused() {
        Instance instance = world.launch().announce();

        assertThat(instance.logs(5)).contains("hello");
        assertThatIllegalArgumentException().isThrownBy(() -> instance.logs(0));
        assertThatIllegalArgumentException().isThrownBy(() -> instance.logs(10_001));
    }

    @Test
    void otherPrefix_sharingEngineAndStore_isNotSeen() {
        world.launch().announce();
        var other = new InMemoryRegistry(world.store, "/others", world.faults);
        try (Scaler second =
                Forrest.builder(world.runtime, other).advertise("127.0.0.1").build()) {
            assertThat(second.instances()).isEmpty();
        }
    }
}
