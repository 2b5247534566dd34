package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forrest.Fleet;
import io.forrest.FleetState;
import io.forrest.RolloutPhase;
import io.forrest.Wave;
import io.forrest.event.RolloutProgressed;
import io.forrest.testkit.FakeImage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a rollout changes, and what is told of it. */
final class RolloutChangeTest {

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    private Fleet fleet() {
        world.engine.addImage("demo/web:v1", FakeImage.exposing(8080));
        world.engine.addImage("demo/web:v2", FakeImage.exposing(8080));
        Fleet fleet = world.scaler
                .launch("demo/web:v1")
                .env("KEPT", "a")
                .drainFor(Duration.ZERO)
                .fleet();
        fleet.scaleTo(1);
        return fleet;
    }

    @Test
    void rollOut_imageAndChange_changesBothAndKeepsTheRest() {
        Fleet fleet = fleet();

        fleet.rollOut("demo/web:v2", launch -> launch.env("MODE", "b"))
                .observe(Duration.ZERO)
                .run();

        assertThat(fleet.state()).map(FleetState::image).contains("demo/web:v2");
        assertThat(world.registry.records().list("fleets").get("web"))
                .contains("\"KEPT\":\"a\"", "\"MODE\":\"b\"", "\"app\":\"web\"");
        fleet.stop();
    }

    @Test
    void rollOut_malformedImage_isRefusedAtOnce() {
        Fleet fleet = world.scaler.fleet("web");

        assertThatThrownBy(() -> fleet.rollOut("Demo/Web", launch -> launch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Demo/Web");
    }

    @Test
    void run_eachPhase_isToldOnce() {
        Fleet fleet = fleet();

        fleet.rollOut("demo/web:v2").waves(Wave.all()).observe(Duration.ZERO).run();

        await().until(() -> told().contains(RolloutPhase.PROMOTED));
        assertThat(told())
                .as("the verdict is told in the phase that it is about")
                .containsExactly(
                        RolloutPhase.LAUNCHING,
                        RolloutPhase.OBSERVING,
                        RolloutPhase.OBSERVING,
                        RolloutPhase.RETIRING,
                        RolloutPhase.PROMOTED);
        fleet.stop();
    }

    private List<RolloutPhase> told() {
        return world.events.stream()
                .filter(RolloutProgressed.class::isInstance)
                .map(event -> ((RolloutProgressed) event).state().phase())
                .toList();
    }
}
