package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forrest.Fleet;
import io.forrest.FleetBusyException;
import io.forrest.FleetState;
import io.forrest.Instance;
import io.forrest.Launch;
import io.forrest.OnClose;
import io.forrest.ScaleException;
import io.forrest.Scaler;
import io.forrest.Scaling;
import io.forrest.Stage;
import io.forrest.spi.RecordKey;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Fleets are brought to a size, exactly, and found again from any process. */
final class FleetTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    /** Returns a launch that can be written down whole. */
    private Launch launch() {
        world.engine.addImage("demo/web", FakeImage.exposing(8080));
        return world.scaler.launch("demo/web").drainFor(Duration.ZERO);
    }

    @Test
    void scaleTo_upAndDown_isExact() {
        Fleet fleet = launch().fleet();

        Scaling up = fleet.scaleTo(5);
        assertThat(up.launched()).hasSize(5);
        assertThat(up.retired()).isEmpty();
        assertThat(world.registry.values()).hasSize(5);
        assertThat(fleet.state()).map(FleetState::size).contains(5);

        Scaling down = fleet.scaleTo(2);
        assertThat(down.launched()).isEmpty();
        assertThat(down.retired()).hasSize(3);
        assertThat(fleet.instances()).hasSize(2);
        assertThat(fleet.scaleTo(2)).isEqualTo(new Scaling("web", 2, List.of(), List.of()));

        assertThat(fleet.scaleTo(0).retired()).hasSize(2);
        assertThat(fleet.state()).map(FleetState::size).contains(0);
        fleet.stop();
        assertThat(fleet.state()).isEmpty();
        world.assertNothingLeft();
        assertThat(world.registry.records().list("leases")).isEmpty();
    }

    @Test
    void fleet_foundByAnotherProcess_hasSizeAndTemplate() {
        launch().env("MODE", "a").fleet().scaleTo(2);
        try (Scaler other = world.scaler(OnClose.LEAVE)) {
            Fleet found = other.fleet("web");
            assertThat(found.state()).map(FleetState::image).contains("demo/web");
            found.scaleTo(3);
            assertThat(world.engine.containers()).hasSize(3);
            assertThat(world.registry.records().list("fleets").get("web")).contains("\"MODE\":\"a\"");
            found.stop();
        }
    }

    @Test
    void scaleTo_templateLacksSecret_saysWhichAndTakesItWhereItIsGiven() {
        Launch launch = launch().secret("TOKEN", "s3cr3t");
        launch.fleet().scaleTo(1);
        assertThat(world.registry.records().list("fleets").get("web"))
                .contains("TOKEN")
                .doesNotContain("s3cr3t");
        try (Scaler other = world.scaler(OnClose.LEAVE)) {
            Fleet found = other.fleet("web");
            assertThat(found.state()).map(FleetState::missing).contains(List.of("the secret TOKEN"));
            assertThatThrownBy(() -> found.scaleTo(2))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("lacks the secret TOKEN");
            assertThat(found.scaleTo(1).launched()).isEmpty();
            Fleet given = other.launch("demo/web")
                    .drainFor(Duration.ZERO)
                    .secret("TOKEN", "s3cr3t")
                    .fleet();
            assertThat(given.scaleTo(2).launched()).hasSize(1);
            assertThat(found.scaleTo(3).launched()).hasSize(1);
            found.stop();
        }
    }

    @Test
    void scaleTo_templateLacksFunction_saysSo() {
        world.launch().fleet().scaleTo(1);
        try (Scaler other = world.scaler(OnClose.LEAVE)) {
            assertThatThrownBy(() -> other.fleet("myapp").scaleTo(2))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the function that readiness is told by");
        }
    }

    @Test
    void scaleTo_anotherTemplate_isRefusedUnlessEmpty() {
        launch().fleet().scaleTo(1);
        Fleet other = launch().env("MODE", "b").fleet();
        assertThatThrownBy(() -> other.scaleTo(2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has another template");
        world.scaler.fleet("web").scaleTo(0);
        other.scaleTo(1);
        assertThat(other.state()).map(FleetState::generation).contains(2);
    }

    @Test
    void scaleTo_noFleet_saysHowToMakeOne() {
        assertThatThrownBy(() -> world.scaler.fleet("nobody").scaleTo(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("there is no fleet nobody");
    }

    @Test
    void fleet_namedLaunch_isRefused() {
        Launch named = launch().named("one-of-many");
        assertThatThrownBy(named::fleet)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("one-of-many");
    }

    @Test
    void scaleTo_sizeOutOfRange_isRefused() {
        Fleet fleet = launch().fleet();
        assertThatThrownBy(() -> fleet.scaleTo(-1)).hasMessageContaining("0 to 1000, was -1");
        assertThatThrownBy(() -> fleet.scaleToAsync(1001)).hasMessageContaining("0 to 1000, was 1001");
    }

    @Test
    void scaleTo_someLaunchesFail_keepsTheRestAndRecordsWhatWasReached() {
        Fleet fleet = launch().fleet();
        fleet.scaleTo(1);
        world.faults.on(Operation.START).times(2).refuse();
        assertThatThrownBy(() -> fleet.scaleTo(5)).isInstanceOfSatisfying(ScaleException.class, failure -> {
            assertThat(failure).hasMessageContaining("was to have 5 members and has 3");
            assertThat(failure.reached()).map(Scaling::size).contains(3);
            assertThat(failure.leftBehind()).isEmpty();
        });
        assertThat(fleet.state()).map(FleetState::size).contains(3);
        assertThat(fleet.scaleTo(5).launched()).hasSize(2);
    }

    @Test
    void scaleTo_leaseHeldByAnother_isRefusedWithItsName() {
        Fleet fleet = launch().fleet();
        RecordKey lease = new RecordKey("leases", "web");
        String held = "{\"holder\":\"process 7 at 10.0.0.7\",\"worker\":\"elsewhere\"}";
        assertThat(world.registry.records().compareAndSet(lease, null, held)).isTrue();
        assertThatThrownBy(() -> fleet.scaleTo(1))
                .isInstanceOfSatisfying(
                        FleetBusyException.class,
                        busy -> assertThat(busy.holder()).isEqualTo("process 7 at 10.0.0.7"));
        world.assertNothingLeft();
        assertThat(fleet.state()).isEmpty();
        world.registry.records().delete(lease, held);
        assertThat(fleet.scaleTo(1).launched()).hasSize(1);
    }

    @Test
    void scaleToAsync_callsQueue_lastTargetWins() throws Exception {
        Fleet fleet = launch().fleet();
        CountDownLatch launching = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        world.faults.on(Operation.START).once().before(() -> {
            launching.countDown();
            await(goOn);
        });
        CompletableFuture<Scaling> first = fleet.scaleToAsync(1);
        assertThat(launching.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        List<CompletableFuture<Scaling>> rest = new ArrayList<>();
        for (int size : new int[] {7, 2, 4}) {
            rest.add(fleet.scaleToAsync(size));
        }
        goOn.countDown();
        assertThat(first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).size()).isEqualTo(1);
        for (CompletableFuture<Scaling> each : rest) {
            assertThat(each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).size()).isEqualTo(4);
        }
        assertThat(fleet.instances()).hasSize(4);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void scaleTo_deadMembers_areTakenBackAndReplaced() {
        Fleet fleet = launch().fleet();
        fleet.scaleTo(3);
        world.engine.kill(fleet.instances().get(0).name(), 137);
        Scaling again = fleet.scaleTo(3);
        assertThat(again.launched()).hasSize(1);
        assertThat(again.retired()).hasSize(1);
        assertThat(fleet.instances())
                .hasSize(3)
                .extracting(instance -> instance.state().stage())
                .containsOnly(Stage.ANNOUNCED);
    }

    @Test
    void scaleTo_plainLaunchesOfTheApp_areMembersOfTheOldestGeneration() {
        Instance plain = launch().announce();
        Instance held = launch().start();
        Fleet fleet = launch().fleet();
        assertThat(fleet.scaleTo(2).launched()).hasSize(1);
        fleet.scaleTo(1);
        assertThat(fleet.instances())
                .extracting(Instance::name)
                .contains(held.name())
                .doesNotContain(plain.name());
        fleet.stop();
        world.assertNothingLeft();
    }

    @Test
    void scaleTo_closedScaler_isRefused() {
        Fleet fleet = launch().fleet();
        world.scaler.close();
        assertThatThrownBy(() -> fleet.scaleTo(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(fleet::state).isInstanceOf(IllegalStateException.class);
        world.assertNothingLeft();
    }

    @Test
    void scaleTo_interrupted_undoesWhatIsUnderWayAndSaysWhatWasReached() throws Exception {
        Fleet fleet = launch().fleet();
        fleet.scaleTo(1);
        Thread caller = Thread.currentThread();
        world.faults.on(Operation.START).once().before(() -> {
            caller.interrupt();
            try {
                new CountDownLatch(1).await(); // until it is undone: else it might be done before the caller has heard
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThatThrownBy(() -> fleet.scaleTo(3)).isInstanceOf(ScaleException.class);
        assertThat(Thread.interrupted()).isTrue();
        int reached = fleet.state().orElseThrow().size();
        assertThat(fleet.instances()).hasSize(reached);
    }

    @Test
    void close_retireAll_forgetsTheFleetToo() {
        Scaler owner = world.scaler(OnClose.RETIRE_ALL);
        world.engine.addImage("demo/web", FakeImage.exposing(8080));
        owner.launch("demo/web").drainFor(Duration.ZERO).fleet().scaleTo(2);
        owner.close();
        world.assertNothingLeft();
        assertThat(world.registry.records().list("fleets")).isEmpty();
    }

    @Test
    void scaleToAsync_callsOfOneFleetWithAndWithoutTemplate_becomeOneWithIt() throws Exception {
        Fleet made = launch().fleet();
        Fleet found = world.scaler.fleet("web");
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        world.faults.on(Operation.RECORD_GET).about("web").once().before(() -> {
            asked.countDown();
            await(goOn);
        });
        CompletableFuture<Scaling> first = made.scaleToAsync(3);
        assertThat(asked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Scaling> second = found.scaleToAsync(2);
        goOn.countDown();
        assertThat(first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).size()).isEqualTo(2);
        assertThat(second.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).size()).isEqualTo(2);
    }

    @Test
    void scaleTo_recordThatSaysMoreThanItMay_isNotFollowed() {
        Fleet fleet = launch().fleet();
        fleet.scaleTo(1);
        String text = world.registry.records().list("fleets").get("web");
        String huge = String.valueOf(text).replace("\"size\":1", "\"size\":2000000000");
        assertThat(world.registry.records().compareAndSet(new RecordKey("fleets", "web"), text, huge))
                .isTrue();
        assertThatThrownBy(fleet::state).hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> fleet.scaleTo(2)).hasMessageContaining("cannot be read");
        assertThat(fleet.instances()).hasSize(1);
    }

    @Test
    void scaleTo_templateOfAnotherApp_isNotLaunched() {
        launch().fleet().scaleTo(1);
        String text = String.valueOf(world.registry.records().list("fleets").get("web"));
        assertThat(world.registry.records().compareAndSet(new RecordKey("fleets", "copied"), null, text))
                .isTrue();
        Fleet copied = world.scaler.fleet("copied");
        assertThatThrownBy(() -> copied.scaleTo(5)).hasMessageContaining("cannot be read");
        assertThat(world.engine.containers()).hasSize(1);
    }

    @Test
    void scaleTo_templateOfALaterVersion_saysWhichOptionIsNotKnown() {
        launch().fleet().scaleTo(1);
        String text = String.valueOf(world.registry.records().list("fleets").get("web"));
        String later = text.replace("\"pull\":", "\"user\":\"nobody\",\"pull\":");
        assertThat(world.registry.records().compareAndSet(new RecordKey("fleets", "web"), text, later))
                .isTrue();
        Fleet fleet = world.scaler.fleet("web");
        assertThatThrownBy(() -> fleet.scaleTo(2)).hasMessageContaining("the option user");
        assertThat(fleet.scaleTo(0).retired()).hasSize(1);
    }

    @Test
    void scaleTo_sameEnvironmentInAnotherOrder_isTheSameTemplate() {
        launch().env("A", "1").env("B", "2").fleet().scaleTo(1);
        assertThat(launch().env("B", "2").env("A", "1").fleet().scaleTo(2).launched())
                .hasSize(1);
    }

    @Test
    void scaleTo_engineDoesNotAnswer_doesNotRecordThatNothingIsWanted() {
        Fleet fleet = launch().fleet();
        fleet.scaleTo(3);
        world.faults.on(Operation.LIST).fail();
        assertThatThrownBy(() -> fleet.scaleTo(5))
                .isInstanceOf(ScaleException.class)
                .hasMessageContaining("an unknown number");
        world.faults.heal();
        assertThat(fleet.state()).map(FleetState::size).contains(3);
    }

    @Test
    void scaleTo_templateLacksSecret_keepsTheRecordedSize() {
        launch().secret("TOKEN", "s3cr3t").fleet().scaleTo(1);
        try (Scaler other = world.scaler(OnClose.LEAVE)) {
            Fleet found = other.fleet("web");
            assertThatThrownBy(() -> found.scaleTo(4)).hasMessageContaining("lacks the secret TOKEN");
            assertThat(found.state()).map(FleetState::size).contains(1);
        }
    }

    @Test
    void scaleTo_memberHalfTakenBack_isTakenBackByTheNext() {
        Fleet fleet = launch().fleet();
        fleet.scaleTo(2);
        world.faults.on(Operation.STOP).once().fail();
        assertThatThrownBy(() -> fleet.scaleTo(1)).isInstanceOf(ScaleException.class);
        assertThat(fleet.scaleTo(1).retired()).hasSize(1);
        assertThat(world.engine.containers()).hasSize(1);
        assertThat(world.registry.values()).hasSize(1);
        assertThat(world.registry.records().list("instances")).hasSize(1);
    }
}
