package io.forrest.haproxy;

import static io.forrest.haproxy.DriverWorld.announcement;
import static io.forrest.haproxy.DriverWorld.assertServed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import io.forrest.BalancerException;
import io.forrest.etcd.EtcdFixture;
import io.forrest.etcd.EtcdV2Registry;
import io.forrest.spi.Drained;
import io.forrest.spi.Served;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What befalls a real HAProxy, and what a driver makes of it. */
class HaproxyDriverFaultsTest extends DriverWorlds {

    private static final Duration SOON = DriverWorld.SOON;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int CLIENTS = 4;

    @Test
    void haproxyRestarted_isGivenItsServersAgain() throws Exception {
        DriverWorld world = world();
        HaproxyDriver driver = world.drive();
        Origin fox = world.served(driver, "fox");
        Origin owl = world.served(driver, "owl");

        world.haproxy.restart();

        assertServed(driver.awaitServing(announcement(fox), SOON));
        assertServed(driver.awaitServing(announcement(owl), SOON));
        assertThat(world.frontend.count(10)).isEqualTo(Map.of("fox", 5, "owl", 5));
        assertThat(world.events(HaproxyEvent.Restarted.class)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(HaproxyVersion.class)
    void haproxyReloadedUnderLoad_withItsConfiguration_failsNoRequest(HaproxyVersion version) throws Exception {
        Path file = Files.createDirectory(folder.resolve("haproxy")).resolve("forrest.cfg");
        Path template = Files.writeString(
                folder.resolve("backend.cfg"), "backend app\n    balance roundrobin\n    # forrest: servers\n");
        DriverWorld world = world(HaproxyFixture.builder().version(version).include(file));
        HaproxyDriver driver =
                world.drive(builder -> builder.instance(world.instance().configuration(template, file)));
        Origin fox = world.served(driver, "fox");
        assertThat(file).content().contains("server forrest:fox " + fox.endpoint());

        try (Load load = Load.on(world.haproxy.frontend(), CLIENTS)) {
            for (int i = 0; i < 3; i++) {
                Origin next = world.served(driver, "next-" + i);
                world.haproxy.reload();
                assertServed(driver.awaitServing(announcement(next), SOON));
                world.registry.withdraw(announcement(next));
                Drained drained = driver.awaitDrained(announcement(next), SOON);
                assertThat(drained.drained()).as("%s", drained).isTrue();
                next.kill();
                world.haproxy.reload();
            }
            assertThat(load.failures()).isEmpty();
            assertThat(load.sent()).isPositive();
        }
        world.awaitServers("forrest:fox");
        assertThat(file).content().doesNotContain("next");
    }

    @Test
    void twoBackends_areBothServedOrNoneIs() throws Exception {
        Path file = Files.createDirectory(folder.resolve("haproxy")).resolve("forrest.cfg");
        String both = "backend app\n    # forrest: servers\nbackend two\n    # forrest: servers\n";
        Path template = Files.writeString(folder.resolve("backend.cfg"), both);
        Files.writeString(file, both);
        DriverWorld world = world(HaproxyFixture.builder().include(file));
        HaproxyDriver driver = world.drive(builder ->
                builder.instance(world.instance().configuration(template, file)).backend("two"));
        Origin fox = world.served(driver, "fox");
        assertThat(world.haproxy.ask("show servers state").lines().filter(line -> line.contains(" forrest:fox ")))
                .hasSize(2);

        Origin owl = world.served(driver, "owl");
        world.haproxy.ask("set server two/forrest:owl addr 127.0.0.1 port 1");
        assertThat(driver.awaitServing(announcement(owl), Duration.ZERO).serving())
                .isFalse();
        assertServed(driver.awaitServing(announcement(owl), SOON));
        world.registry.withdraw(announcement(fox));
        assertThat(driver.awaitDrained(announcement(fox), SOON).drained()).isTrue();
        assertThat(file).content().containsPattern("(?s)backend app.*forrest:owl.*backend two.*forrest:owl");
    }

    @Test
    void haproxyReloaded_withoutMasterSocket_hasTheWholeDrainTimeWaited() throws Exception {
        DriverWorld world = world();
        HaproxyDriver driver = world.drive(builder -> builder.instance(world.haproxy.socket()));
        Origin fox = world.served(driver, "fox");
        Origin owl = world.served(driver, "owl");
        world.registry.withdraw(announcement(owl));
        assertThat(driver.awaitDrained(announcement(owl), SOON))
                .as("it has not been reloaded since the server was made")
                .returns(true, Drained::drained);

        world.haproxy.reload();
        assertServed(driver.awaitServing(announcement(fox), SOON));
        Origin bee = world.served(driver, "bee");
        world.registry.withdraw(announcement(fox));
        world.awaitServers("forrest:bee");

        Drained drained = driver.awaitDrained(announcement(fox), Duration.ofMillis(300));
        assertThat(drained.drained()).isFalse();
        assertThat(drained.blindSpots()).singleElement().asString().contains("old workers", "master socket");
        assertThat(world.frontend.get()).isEqualTo(bee.name());
    }

    @Test
    void driverStartedAfterAReload_doesNotTrustWhatItHasNotSeen() throws Exception {
        DriverWorld world = world();
        HaproxyDriver first = world.drive(builder -> builder.instance(world.haproxy.socket()));
        Origin fox = world.served(first, "fox");
        first.close();
        world.haproxy.reload();

        HaproxyDriver second = world.drive(builder -> builder.instance(world.haproxy.socket()));
        assertServed(second.awaitServing(announcement(fox), SOON));
        world.served(second, "owl");
        world.registry.withdraw(announcement(fox));
        world.awaitServers("forrest:owl");

        Drained drained = second.awaitDrained(announcement(fox), Duration.ofMillis(300));
        assertThat(drained.drained())
                .as("an old worker may have a session to it")
                .isFalse();
        assertThat(drained.blindSpots()).singleElement().asString().contains("old workers");
    }

    @Test
    void haproxyKilledAndBackWithItsConfiguration_servesAtOnceWithoutTheDriver() throws Exception {
        Path file = Files.createDirectory(folder.resolve("haproxy")).resolve("forrest.cfg");
        Path template = Files.writeString(folder.resolve("backend.cfg"), "backend app\n    # forrest: servers\n");
        DriverWorld world = world(HaproxyFixture.builder().include(file));
        HaproxyDriver driver =
                world.drive(builder -> builder.instance(world.instance().configuration(template, file)));
        world.served(driver, "fox");
        Origin sick = world.origin("sick");
        sick.kill();
        world.registry.announce(announcement(sick));
        world.awaitServers("forrest:fox", "forrest:sick");
        driver.close();

        world.haproxy.kill();
        world.haproxy.startAgain();

        assertThat(world.servers())
                .as("what never passed a check is not configured")
                .containsExactly("forrest:fox");
        assertThat(world.frontend.count(5)).isEqualTo(Map.of("fox", 5));
    }

    @Test
    void haproxyKilledAndBack_isToldOnceAndServesAgain() throws Exception {
        DriverWorld world = world();
        HaproxyDriver driver = world.drive();
        Origin fox = world.served(driver, "fox");

        world.haproxy.kill();
        world.awaitEvents(HaproxyEvent.Disconnected.class, 1);
        Served served = driver.awaitServing(announcement(fox), Duration.ofMillis(500));
        assertThat(served.serving()).isFalse();
        assertThat(served.unreachable()).singleElement().asString().contains("admin.sock: Connection refused");
        assertThatExceptionOfType(BalancerException.class)
                .isThrownBy(driver::traffic)
                .withMessageContaining("no HAProxy can be asked")
                .withMessageContaining("Connection refused");
        world.haproxy.startAgain();

        assertServed(driver.awaitServing(announcement(fox), SOON));
        assertThat(world.frontend.get()).isEqualTo("fox");
        assertThat(world.events(HaproxyEvent.Disconnected.class)).hasSize(1);
        assertThat(world.events(HaproxyEvent.Connected.class)).hasSize(2);
    }

    @Test
    void haproxyHanging_isLeftAsideUntilItAnswers() throws Exception {
        DriverWorld world = world();
        DriverWorld other = world();
        HaproxyDriver driver =
                world.drive(builder -> builder.instance(world.instance()).instance(other.instance()));
        Origin fox = world.served(driver, "fox");

        other.haproxy.pause();
        Origin owl = world.origin("owl");
        world.registry.announce(announcement(owl));
        Served served = driver.awaitServing(announcement(owl), SOON);
        assertServed(served);
        assertThat(served.unreachable()).singleElement().asString().contains("no answer within 2 s");
        assertThat(world.frontend.count(4)).isEqualTo(Map.of("fox", 2, "owl", 2));

        world.registry.withdraw(announcement(fox));
        Drained drained = driver.awaitDrained(announcement(fox), Duration.ofSeconds(1));
        assertThat(drained.drained()).as("one of them may still have a session").isFalse();
        assertThat(drained.unreachable()).hasSize(1);
        assertThat(drained.waitingFor()).isEmpty();

        other.haproxy.unpause();
        Drained both = driver.awaitDrained(announcement(fox), SOON.plusSeconds(5));
        assertThat(both.drained()).as("%s", both).isTrue();
        assertServed(driver.awaitServing(announcement(owl), SOON));
        assertThat(other.frontend.count(4)).isEqualTo(Map.of("owl", 4));
    }

    @Test
    void oneOfTwoDown_isReportedAndAnnouncingGoesOn() throws Exception {
        DriverWorld world = world();
        URI nowhere = folder.resolve("none.sock").toUri();
        HaproxyDriver driver = world.drive(
                builder -> builder.instance(world.instance()).instance(URI.create("unix://" + nowhere.getPath())));
        Origin fox = world.origin("fox");
        world.registry.announce(announcement(fox));

        Served served = driver.awaitServing(announcement(fox), SOON);

        assertServed(served);
        assertThat(served.unreachable()).singleElement().asString().contains("none.sock: No such file or directory");
        world.registry.withdraw(announcement(fox));
        assertThat(driver.awaitDrained(announcement(fox), Duration.ofMillis(500)))
                .returns(false, Drained::drained)
                .satisfies(drained -> assertThat(drained.unreachable()).hasSize(1));
    }

    @Test
    void registryAwayForAMinuteUnderLoad_failsNoRequest() throws Exception {
        DriverWorld world = world();
        try (EtcdFixture etcd = EtcdFixture.start();
                EtcdV2Registry registry = EtcdV2Registry.builder(etcd.uri())
                        .deadline(Duration.ofSeconds(3))
                        .build();
                HaproxyDriver driver = HaproxyDriver.watching(registry)
                        .backend("app")
                        .instance(world.instance())
                        .start()) {
            Origin fox = world.origin("fox");
            Origin owl = world.origin("owl");
            registry.announce(announcement(fox));
            registry.announce(announcement(owl));
            assertServed(driver.awaitServing(announcement(fox), SOON));
            assertServed(driver.awaitServing(announcement(owl), SOON));

            etcd.pause();
            try (Load load = Load.on(world.haproxy.frontend(), 1)) {
                long end = TimeSource.system().nanoTime() + MINUTE.toNanos();
                await().atMost(MINUTE.plus(SOON))
                        .pollInterval(Duration.ofSeconds(1))
                        .until(() -> TimeSource.system().nanoTime() - end > 0);
                etcd.unpause();
                registry.withdraw(announcement(owl));
                assertThat(driver.awaitDrained(announcement(owl), SOON).drained())
                        .isTrue();
                assertThat(load.failures()).isEmpty();
                assertThat(load.sent()).isPositive();
            }
            world.awaitServers("forrest:fox");
            assertThat(owl.requests()).as("it was served all the time").isCloseTo(fox.requests(), withinPercentage(50));
        }
    }

    @Test
    void registryEmptiedAtOnce_keepsThePool() throws Exception {
        DriverWorld world = world();
        HaproxyDriver driver = world.drive();
        Origin fox = world.served(driver, "fox");
        Origin owl = world.served(driver, "owl");

        world.registry.wipe();
        Drained drained = driver.awaitDrained(announcement(fox), Duration.ofMillis(1500));

        assertThat(drained.drained()).isFalse();
        assertThat(drained.waitingFor()).singleElement().asString().contains("forrest:fox is UP");
        assertThat(world.frontend.count(10)).isEqualTo(Map.of("fox", 5, "owl", 5));

        world.served(driver, "bee");
        assertThat(world.frontend.count(9)).isEqualTo(Map.of("fox", 3, "owl", 3, "bee", 3));
        fox.kill();
        world.awaitServers("forrest:owl", "forrest:bee");
        world.registry.announce(announcement(owl));
        await().atMost(SOON).until(() -> driver.weigh("owl", 50)); // it has heard of it
        world.registry.withdraw(announcement(owl));
        world.awaitServers("forrest:bee");
    }

    @Test
    void lastTwoStoppedTogether_theFirstIsNotHeldUp() throws Exception {
        DriverWorld world = world();
        HaproxyDriver driver = world.drive();
        Origin fox = world.served(driver, "fox").delay(Duration.ofSeconds(1));
        Origin owl = world.served(driver, "owl");
        try (Load load = Load.on(world.haproxy.frontend(), CLIENTS)) {
            await().atMost(SOON).until(() -> fox.underWay() > 0);
            world.registry.withdraw(announcement(fox));
            world.awaitEvents(HaproxyEvent.Drained.class, 1);
            world.registry.withdraw(announcement(owl));

            assertThat(driver.awaitDrained(announcement(fox), SOON).drained()).isTrue();
            assertThat(load.failures()).isEmpty();
        }
    }

    @Test
    void registryEmptied_andThatIsAllowed_emptiesThePool() throws Exception {
        DriverWorld world = world();
        HaproxyDriver driver =
                world.drive(builder -> builder.instance(world.instance()).allowEmpty());
        Origin fox = world.served(driver, "fox");

        world.registry.withdraw(announcement(fox));

        assertThat(driver.awaitDrained(announcement(fox), SOON).drained()).isTrue();
        world.awaitServers();
        assertThat(world.frontend.get()).isEqualTo("503");
    }

    @Test
    void allReplacedAtOnce_theOldServeUntilTheNewDo() throws Exception {
        DriverWorld world = world();
        HaproxyDriver driver = world.drive();
        Origin fox = world.served(driver, "fox");
        Origin late = world.origin("late");
        late.kill();
        world.registry.announce(announcement(late));
        world.registry.withdraw(announcement(fox));

        try (Load load = Load.on(world.haproxy.frontend(), CLIENTS)) {
            await().atMost(SOON).until(() -> load.sent() > 100);
            assertThat(load.failures()).isEmpty();
            Origin up = Origin.start("late", late.endpoint().port());
            world.closing(up);
            world.awaitServers("forrest:late");
            await().atMost(SOON).until(() -> up.requests() > 100);
            assertThat(load.failures()).isEmpty();
        }
    }

    @Test
    void configurationThatCannotBeWritten_isToldOnceAndHarmsNoTraffic() throws Exception {
        Path template = Files.writeString(folder.resolve("backend.cfg"), "backend app\n    # forrest: servers\n");
        Path gone = folder.resolve("gone");
        DriverWorld world = world();
        HaproxyDriver driver = world.drive(
                builder -> builder.instance(world.instance().configuration(template, gone.resolve("forrest.cfg"))));

        world.served(driver, "fox");
        world.served(driver, "owl");
        assertThat(world.events(HaproxyEvent.Refused.class))
                .singleElement()
                .returns(true, refused -> refused.why().contains("no configuration to be reloaded with"));

        Files.createDirectory(gone);
        await().atMost(SOON).until(() -> Files.exists(gone.resolve("forrest.cfg")));
    }

    @Test
    void serverThatCannotBeDeleted_isLeftInMaintenanceAndToldOnce() throws Exception {
        DriverWorld world = world(HaproxyFixture.builder()
                .backendLine("server forrest:old 127.0.0.1:1 check")
                .backendLine("use-server forrest:old if { path /old }"));
        HaproxyDriver driver = world.drive();

        world.served(driver, "fox");
        world.awaitEvents(HaproxyEvent.Refused.class, 1);
        world.served(driver, "owl");

        assertThat(world.events(HaproxyEvent.Refused.class))
                .singleElement()
                .returns(true, refused -> refused.why().contains("other configuration elements"));
        assertThat(world.haproxy.ask("show stat -1 4 -1").lines().filter(line -> line.contains("forrest:old")))
                .singleElement()
                .asString()
                .contains("MAINT");
    }

    @Test
    void close_whileHaproxyHangs_endsAtOnce() throws IOException {
        DriverWorld world = world();
        HaproxyDriver driver = world.drive();
        world.haproxy.pause();
        world.awaitEvents(HaproxyEvent.Disconnected.class, 1); // from now on a question is under way, but for moments

        driver.close();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("forrest-haproxy-"));
        world.haproxy.unpause();
    }
}
