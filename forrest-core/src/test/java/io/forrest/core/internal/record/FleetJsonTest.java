package io.forrest.core.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.RolloutPhase;
import io.forrest.Wave;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FleetJsonTest {

    private static final RolloutRecord ROLLOUT = new RolloutRecord(
            "r1",
            "{\"image\":\"demo/web:2\"}",
            "demo/web:2",
            4,
            10,
            List.of(Wave.one(), Wave.count(3), Wave.percent(25), Wave.all()),
            2,
            RolloutPhase.OBSERVING,
            Duration.ofSeconds(30),
            "noWorseThanOld 0.25 3.0 7",
            5,
            List.of("wave 1 PROMOTE"),
            "",
            Instant.parse("2026-01-02T03:04:05.678Z"));
    private static final FleetRecord FLEET =
            new FleetRecord("engine-1", 10, "{\"image\":\"demo/web:1\"}", "demo/web:1", 2, 4, ROLLOUT);

    @Test
    void read_ofWhatWasWritten_isTheSame() {
        FleetRecord back = FLEET.rolling(ROLLOUT.rollingBack("it failed: \"no\""));
        FleetRecord calm = FLEET.rolledOut(ROLLOUT, true);
        for (FleetRecord record : List.of(FLEET, back, calm)) {
            assertThat(FleetJson.read(FleetJson.write(record, null))).contains(record);
        }
        assertThat(calm.image()).isEqualTo("demo/web:2");
        assertThat(calm.generation()).isEqualTo(4);
    }

    @Test
    void write_overWhatALaterVersionWrote_keepsWhatItDoesNotKnow() {
        String later = FleetJson.write(FLEET, null)
                .replace("\"engine\":", "\"zone\":\"a\",\"engine\":")
                .replace("\"id\":\"r1\"", "\"pause\":\"PT1M\",\"id\":\"r1\"")
                .replace("{\"image\":\"demo/web:2\"}", "{\"user\":\"nobody\",\"image\":\"demo/web:2\"}");
        FleetRecord read = FleetJson.read(later).orElseThrow();

        String written = FleetJson.write(read.rolling(ROLLOUT.at(3, RolloutPhase.LAUNCHING)), later);

        assertThat(written).contains("\"zone\":\"a\"", "\"pause\":\"PT1M\"", "\"phase\":\"LAUNCHING\"");
        assertThat(FleetJson.write(read, later))
                .contains("\"zone\":\"a\"", "\"pause\":\"PT1M\"", "\"user\":\"nobody\"");
    }

    @Test
    void write_ofAnotherRollout_keepsNothingOfTheFormer() {
        String later = FleetJson.write(FLEET, null).replace("\"id\":\"r1\"", "\"pause\":\"PT1M\",\"id\":\"r0\"");

        assertThat(FleetJson.write(FLEET, later)).isEqualTo(FleetJson.write(FLEET, null));
        assertThat(FleetJson.write(FLEET.rolledOut(ROLLOUT, false), later)).doesNotContain("rollout");
    }

    @Test
    void read_whatNoVersionWrote_isNoRecord() {
        String good = FleetJson.write(FLEET, null);
        Map<String, String> changes = Map.of(
                "\"size\":10", "\"size\":1001",
                "\"wave\":2", "\"wave\":5",
                "\"phase\":\"OBSERVING\"", "\"phase\":\"DREAMING\"",
                "\"observe\":\"PT30S\"", "\"observe\":\"-PT1S\"",
                "\"extendAtMost\":5", "\"extendAtMost\":2.5",
                "\"begun\":\"2026", "\"begun\":\"never",
                "\"engine\":\"engine-1\"", "\"engine\":7",
                "\"generation\":2", "\"generation\":-1");
        changes.forEach((from, to) -> {
            assertThat(good).contains(from);
            assertThat(FleetJson.read(good.replace(from, to))).as(to).isEmpty();
        });
        for (String text : List.of("", "[]", "7", good + good, good.substring(1))) {
            assertThat(FleetJson.read(text)).as(text).isEmpty();
        }
    }
}
