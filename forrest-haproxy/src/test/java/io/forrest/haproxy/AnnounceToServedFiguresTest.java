package io.forrest.haproxy;

import static io.forrest.haproxy.DriverWorld.SOON;
import static io.forrest.haproxy.DriverWorld.announcement;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.etcd.EtcdFixture;
import io.forrest.etcd.EtcdV2Registry;
import io.forrest.spi.Announcement;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Measures how long it takes from announcing an instance until HAProxy sends it the first request, and what of that is etcd's
 * and what the first health check's. Prints the figures and asserts none: they are for comparing within one run.
 */
class AnnounceToServedFiguresTest {

    private static final int SAMPLES = 20;
    private static final TimeSource TIME = TimeSource.system();

    private final List<Double> registry = new ArrayList<>();
    private final List<Double> confirmed = new ArrayList<>();
    private final List<Double> first = new ArrayList<>();
    private final List<Double> check = new ArrayList<>();

    @Test
    void announce_untilTheFirstRequest_figures() throws Exception {
        try (DriverWorld world = new DriverWorld(HaproxyFixture.builder())) {
            try (EtcdFixture server = EtcdFixture.start();
                    EtcdV2Registry etcd = EtcdV2Registry.builder(server.uri()).build();
                    HaproxyDriver driver = HaproxyDriver.watching(etcd)
                            .backend("app")
                            .allowEmpty()
                            .instance(world.instance())
                            .start()) {
                for (int i = 0; i < SAMPLES; i++) {
                    announced(world, etcd, driver, world.origin("sample-" + i));
                }
            }
            for (int i = 0; i < SAMPLES; i++) {
                checked(world, world.origin("check-" + i));
            }
        }

        System.out.printf(
                "announce to first request, ms, median (worst) of %d: %s; of that the registry's acknowledgement %s, the first"
                        + " health check by itself %s; announced and confirmed by the driver %s%n",
                SAMPLES, words(first), words(registry), words(check), words(confirmed));
        assertThat(first).hasSize(SAMPLES);
    }

    private void announced(DriverWorld world, EtcdV2Registry etcd, HaproxyDriver driver, Origin origin)
            throws Exception {
        Announcement announcement = announcement(origin);
        long start = TIME.nanoTime();
        etcd.announce(announcement);
        registry.add(millisSince(start));
        DriverWorld.assertServed(driver.awaitServing(announcement, SOON));
        confirmed.add(millisSince(start));
        assertThat(world.frontend.get()).isEqualTo(origin.name());
        first.add(millisSince(start));
        etcd.withdraw(announcement);
        assertThat(driver.awaitDrained(announcement, SOON).drained()).isTrue();
        world.awaitServers();
    }

    /** Has a server checked by commands alone, with the settings that the driver uses. */
    private void checked(DriverWorld world, Origin origin) throws IOException {
        String server = "app/forrest:" + origin.name();
        long start = TIME.nanoTime();
        world.haproxy.ask("add server " + server + " " + origin.endpoint() + " " + ServerCommands.SETTINGS);
        world.haproxy.ask("enable health " + server);
        world.haproxy.ask("set server " + server + " state drain");
        await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(SOON)
                .until(() -> Look.at(HaproxySocket.at(world.haproxy.socket())).servers("app").stream()
                        .anyMatch(seen -> seen.instance().equals(origin.name()) && seen.checked()));
        check.add(millisSince(start));
    }

    private static double millisSince(long start) {
        return Duration.ofNanos(TIME.nanoTime() - start).toNanos() / 1e6;
    }

    private static String words(List<Double> millis) {
        Collections.sort(millis);
        return String.format("%.1f (%.1f)", millis.get(millis.size() / 2), millis.get(millis.size() - 1));
    }
}
