package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.forrest.Fleet;
import io.forrest.FleetState;
import io.forrest.ForrestException;
import io.forrest.Launch;
import io.forrest.OnClose;
import io.forrest.Readiness;
import io.forrest.RegistryException;
import io.forrest.ScaleException;
import io.forrest.Scaler;
import io.forrest.Scaling;
import io.forrest.spi.Container;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever fails while a fleet is scaled: what is recorded as wanted is what is there, or it is said that it is not. */
class ScaleFaultsTest {

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    private Launch launch() {
        world.engine.addImage("demo/web", FakeImage.exposing(8080));
        return world.scaler.launch("demo/web").drainFor(Duration.ZERO);
    }

    private Fleet fleet(int size) {
        Fleet fleet = launch().fleet();
        fleet.scaleTo(size);
        return fleet;
    }

    // The first record of the app that is written is its lease, the second is its fleet's.

    private static void assertWanted(Fleet fleet, int size) {
        assertThat(fleet.state()).map(FleetState::size).contains(size);
    }

    @Test
    void scaleTo_whatWasReachedCannotBeRecorded_saysThatTheRestMayBeLaunched() {
        Fleet fleet = fleet(1);
        world.faults.on(Operation.START).once().refuse();
        world.faults.on(Operation.RECORD_SET).about("web").skipping(2).fail();

        ScaleException failure = catchThrowableOfType(ScaleException.class, () -> fleet.scaleTo(3));

        assertThat(failure).hasMessageContaining("could not be recorded");
        assertThat(failure.reached()).map(Scaling::size).contains(2);
        assertThat(failure.leftBehind()).contains("record /servers/_forrest/fleets/web, with a size of 3");
        world.faults.heal();
        assertWanted(fleet, 3);
    }

    @Test
    void scaleTo_answerToTheWantedSizeLost_isNotWantedAfterwards() {
        Fleet fleet = fleet(1);
        world.faults.on(Operation.RECORD_SET).about("web").skipping(1).once().loseAnswer();

        assertThatThrownBy(() -> fleet.scaleTo(5)).isInstanceOf(RegistryException.class);

        assertWanted(fleet, 1);
    }

    @Test
    void scaleTo_answerToTheFirstRecordLost_leavesNone() {
        Fleet fleet = launch().fleet();
        world.faults.on(Operation.RECORD_SET).about("web").skipping(1).once().loseAnswer();

        assertThatThrownBy(() -> fleet.scaleTo(5)).isInstanceOf(RegistryException.class);

        assertThat(fleet.state()).isEmpty();
    }

    @Test
    void scaleTo_interruptedWhileItLooks_recordsWhatIsThere() throws InterruptedException {
        Fleet fleet = fleet(2);
        world.faults.on(Operation.LIST).once().hang();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller = new Thread(() -> thrown.set(catchThrowable(() -> fleet.scaleTo(7))));

        caller.start();
        world.faults.awaitHanging(1);
        caller.interrupt();
        caller.join();

        assertThat(thrown.get()).isInstanceOf(ForrestException.class);
        await().untilAsserted(() -> assertWanted(fleet, 2));
    }

    @Test
    void scaleTo_secretMissesAfterSomeAreRetired_saysAndRecordsWhatIsThere() {
        launch().secret("TOKEN", "s3cr3t").fleet().scaleTo(5);
        try (Scaler other = world.scaler(OnClose.LEAVE)) {
            Fleet found = other.fleet("web");
            world.faults.on(Operation.REMOVE).skipping(1).once().after(this::killTwo);

            ScaleException failure = catchThrowableOfType(ScaleException.class, () -> found.scaleTo(3));

            assertThat(failure).hasMessageContaining("lacks the secret TOKEN");
            assertThat(failure.reached()).hasValueSatisfying(reached -> {
                assertThat(reached.size()).isEqualTo(1);
                assertThat(reached.retired()).hasSize(2);
            });
            assertWanted(found, 1);
        }
    }

    private void killTwo() {
        world.engine.containers().stream()
                .filter(container -> container.status() == Container.Status.RUNNING)
                .limit(2)
                .forEach(container -> world.engine.kill(container.id(), 1));
    }

    @Test
    void scaleTo_probeThrowsAnError_saysWhich() {
        Fleet fleet = launch().readyWhen(Readiness.probe(endpoint -> {
                    throw new AssertionError("the probe is wrong");
                }))
                .fleet();

        assertThatThrownBy(() -> fleet.scaleTo(2))
                .isInstanceOf(ScaleException.class)
                .hasMessageContaining("2 could not be launched")
                .hasMessageContaining("the probe is wrong");

        assertWanted(fleet, 0);
        assertThat(world.engine.containers()).isEmpty();
    }

    @Test
    void scaleTo_memberThatCouldBeNeitherAnnouncedNorRemoved_isTakenBackAndReplacedByTheNext() {
        Fleet fleet = fleet(1);
        AtomicBoolean announcing = new AtomicBoolean();
        world.faults.on(Operation.ANNOUNCE).once().before(() -> announcing.set(true));
        world.faults.on(Operation.ANNOUNCE).once().refuse();
        world.faults
                .on(Operation.RECORD_GET, Operation.REMOVE)
                .during(announcing::get)
                .fail();
        assertThatThrownBy(() -> fleet.scaleTo(2)).isInstanceOf(ScaleException.class);
        world.faults.heal();
        assertThat(world.engine.containers()).hasSize(2);
        assertThat(world.registry.values()).hasSize(1);

        assertThat(fleet.scaleTo(2).launched()).hasSize(1);

        assertThat(world.engine.containers()).hasSize(2);
        assertThat(world.registry.values()).hasSize(2);
    }

    @Test
    void scaleTo_engineSilentAfterSomeWereLaunched_countsThose() {
        Fleet fleet = fleet(1);
        world.faults.on(Operation.START).skipping(2).once().refuse();
        world.faults.on(Operation.LIST).skipping(1).fail();

        ScaleException failure = catchThrowableOfType(ScaleException.class, () -> fleet.scaleTo(4));

        assertThat(failure.reached()).hasValueSatisfying(reached -> {
            assertThat(reached.launched()).hasSize(2);
            assertThat(reached.size()).isEqualTo(3);
        });
        world.faults.heal();
        assertWanted(fleet, 3);
        assertThat(fleet.instances()).hasSize(3);
        assertThat(List.copyOf(world.registry.values().keySet())).hasSize(3);
    }
}
