package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Endpoint;
import io.forrest.haproxy.StatsSource.Reading;
import io.forrest.spi.Announcement;
import io.forrest.spi.TimeSource;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a driver knows of a drain beside the statistics. */
class DrivenTest {

    private static final Announcement FOX = new Announcement("fox", "", Endpoint.of("10.0.0.5", 80));
    private static final Reading NOTHING_THERE = new Reading(new StatsTable(List.of()), "12@1795");

    private final Wanted wanted = new Wanted(() -> {});
    private final Driven driven = new Driven(new DriverLoop(
            HaproxyInstance.at(URI.create("tcp://127.0.0.1:1")),
            Set.of("app"),
            wanted,
            new Plan.Rules(1, false),
            new HaproxyEvents(event -> {}),
            TimeSource.system()));

    /** An HAProxy that has forgotten its servers would be given this one again. */
    @Test
    void blindSpot_withdrawalNotHeardOf_isOne() {
        wanted.snapshot(List.of(FOX));
        assertThat(driven.blindSpot("fox", NOTHING_THERE))
                .hasValueSatisfying(words -> assertThat(words).contains("has not heard yet that fox is withdrawn"));

        wanted.withdrawn(FOX);
        assertThat(driven.blindSpot("fox", NOTHING_THERE))
                .hasValueSatisfying(words -> assertThat(words).contains("old workers"));
    }
}
