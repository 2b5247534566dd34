package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forrest.AnnouncementException;
import io.forrest.Instance;
import io.forrest.NameTakenException;
import io.forrest.OnClose;
import io.forrest.Scaler;
import io.forrest.Stage;
import io.forrest.testkit.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Announcing and withdrawing an instance that exists, against others who do the same. */
class HoldingsTest {

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    @Test
    void announce_stopOvertakesIt_leavesNoKey() {
        Instance held = world.launch().start();
        world.faults.on(Operation.ANNOUNCE).once().before(() -> {
            try (Scaler second = world.scaler(OnClose.LEAVE)) {
                second.stop(held.name());
            }
        });

        assertThatThrownBy(held::announce).isInstanceOf(AnnouncementException.class);
        world.assertNothingLeft();
    }

    @Test
    void announce_containerRestartedOnAnotherPort_replacesTheKeyAndStopTakesIt() {
        Instance instance = world.launch().announce();
        world.engine.restart(instance.id());

        instance.announce();

        assertThat(instance.refresh().stage()).isEqualTo(Stage.ANNOUNCED);
        assertThat(world.registry.values())
                .containsEntry(instance.name(), instance.endpoint().toString());
        assertThat(instance.stop().withdrawn()).isTrue();
        world.assertNothingLeft();
    }

    @Test
    void announce_announcedAlreadyAndRegistryGone_isNotDemoted() {
        Instance instance = world.launch().announce();
        world.faults.on(Operation.ANNOUNCE).once().fail();

        assertThatThrownBy(instance::announce).isInstanceOf(AnnouncementException.class);
        assertThat(instance.refresh().stage()).isEqualTo(Stage.ANNOUNCED);
        assertThat(world.registry.records().list("instances").toString()).contains("LIVE");
    }

    @Test
    void announce_heldAndRegistryGone_isHeldAsBefore() {
        Instance held = world.launch().start();
        world.faults.on(Operation.ANNOUNCE).once().fail();

        assertThatThrownBy(held::announce)
                .isInstanceOfSatisfying(
                        AnnouncementException.class,
                        e -> assertThat(e.leftBehind()).isEmpty());
        assertThat(held.refresh().stage()).isEqualTo(Stage.HELD);
    }

    @Test
    void announce_nameTakenByAForeignKey_isHeldAsBefore() {
        Instance held = world.launch().start();
        world.registry.put(held.name(), "10.0.0.9:80");

        assertThatThrownBy(held::announce).isInstanceOf(NameTakenException.class);
        assertThat(held.refresh().stage()).isEqualTo(Stage.HELD);
        assertThat(world.registry.values()).containsEntry(held.name(), "10.0.0.9:80");
    }

    @Test
    void announce_containerExited_isRefused() {
        Instance held = world.launch().start();
        world.engine.kill(held.id(), 1);

        assertThatThrownBy(held::announce)
                .isInstanceOf(AnnouncementException.class)
                .hasMessageContaining("does not run");
        assertThat(world.registry.values()).isEmpty();
    }

    @Test
    void withdraw_registryGone_saysThatTheKeyMayStandAndTheNextFinishes() {
        Instance instance = world.launch().named("mine").announce();
        world.faults.on(Operation.WITHDRAW).once().fail();

        assertThatThrownBy(instance::withdraw)
                .isInstanceOfSatisfying(
                        AnnouncementException.class,
                        e -> assertThat(e.leftBehind()).containsExactly("key /servers/mine"));
        assertThat(instance.withdraw().state().stage()).isEqualTo(Stage.HELD);
        assertThat(world.registry.values()).isEmpty();
    }

    @Test
    void withdraw_beingRetired_isRefused() {
        Instance instance = world.launch().announce();
        world.faults.on(Operation.STOP).once().fail();
        assertThatThrownBy(instance::stop).isNotNull();

        assertThatThrownBy(instance::withdraw).isInstanceOf(AnnouncementException.class);
        assertThatThrownBy(instance::announce).isInstanceOf(AnnouncementException.class);
        assertThat(world.registry.values()).isEmpty();
    }

    @Test
    void refresh_containerGoneAndRegistryGone_isUnknown() {
        Instance instance = world.launch().announce();
        world.runtime.remove(instance.id());
        world.faults.on(Operation.RECORD_GET).once().fail();

        assertThat(instance.refresh().stage()).isEqualTo(Stage.UNKNOWN);
        assertThat(instance.refresh().stage()).isEqualTo(Stage.GONE);
    }
}
