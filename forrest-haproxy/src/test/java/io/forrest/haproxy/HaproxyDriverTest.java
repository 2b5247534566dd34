package io.forrest.haproxy;

import static io.forrest.haproxy.DriverWorld.announcement;
import static io.forrest.haproxy.DriverWorld.assertServed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.forrest.Endpoint;
import io.forrest.Traffic;
import io.forrest.spi.Announcement;
import io.forrest.spi.Drained;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a driver has a real HAProxy do, on each version at hand. */
@ParameterizedClass
@EnumSource(HaproxyVersion.class)
class HaproxyDriverTest {

    private static final Duration SOON = DriverWorld.SOON;

    private final DriverWorld world;

    HaproxyDriverTest(HaproxyVersion version) {
        world = new DriverWorld(HaproxyFixture.builder().version(version));
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void announced_takesRequestsAndWithdrawnNone() throws Exception {
        HaproxyDriver driver = world.drive();
        assertThat(world.frontend.get()).isEqualTo("503");

        Origin fox = world.served(driver, "fox");
        assertThat(world.frontend.count(20)).isEqualTo(Map.of("fox", 20));
        Origin owl = world.served(driver, "owl");
        assertThat(world.frontend.count(20)).isEqualTo(Map.of("fox", 10, "owl", 10));

        world.registry.withdraw(announcement(fox));
        Drained drained = driver.awaitDrained(announcement(fox), SOON);
        assertThat(drained.drained()).as("%s", drained).isTrue();
        assertThat(world.frontend.count(20)).isEqualTo(Map.of("owl", 20));
        world.awaitServers("forrest:owl");
        assertThat(driver.traffic().get("owl")).isNotNull().satisfies(traffic -> {
            assertThat(traffic.serving()).isTrue();
            assertThat(traffic.state()).isEqualTo("UP");
            assertThat(traffic.requests()).isEqualTo(owl.requests());
            assertThat(traffic.errors()).isZero();
        });
        assertThat(world.events(HaproxyEvent.Opened.class))
                .extracting(HaproxyEvent.Opened::instance)
                .containsExactly("fox", "owl");
        world.awaitEvents(HaproxyEvent.Removed.class, 1);
        assertThat(world.events(HaproxyEvent.Removed.class))
                .extracting(HaproxyEvent.Removed::instance)
                .containsExactly("fox");
    }

    @Test
    void announced_whereNobodyAnswers_getsNoTraffic() throws Exception {
        HaproxyDriver driver = world.drive();
        Origin fox = world.served(driver, "fox");
        Origin gone = world.origin("gone");
        gone.kill();
        world.registry.announce(announcement(gone));

        var served = driver.awaitServing(announcement(gone), Duration.ofSeconds(1));

        assertThat(served.serving()).isFalse();
        assertThat(served.waitingFor()).singleElement().asString().contains("forrest:gone", "L4CON");
        assertThat(world.frontend.count(10)).isEqualTo(Map.of("fox", 10));
        try (Origin back = Origin.start("gone", gone.endpoint().port())) {
            assertServed(driver.awaitServing(announcement(back), SOON));
        }
        assertThat(fox.requests()).isPositive();
    }

    @Test
    void withdrawn_withSessions_finishesThemFirst() throws Exception {
        HaproxyDriver driver = world.drive();
        Origin fox = world.served(driver, "fox").hold();
        FutureTask<String> slow = request();
        await().atMost(SOON).until(() -> fox.underWay() == 1);
        Origin owl = world.served(driver, "owl");

        world.registry.withdraw(announcement(fox));
        Drained early = driver.awaitDrained(announcement(fox), Duration.ofMillis(300));
        assertThat(early.drained()).isFalse();
        assertThat(early.sessions()).isEqualTo(1);
        assertThat(early.waitingFor()).singleElement().asString().contains("forrest:fox");
        fox.release();

        assertThat(driver.awaitDrained(announcement(fox), SOON).drained()).isTrue();
        assertThat(slow.get()).isEqualTo("fox");
        assertThat(owl.underWay()).isZero();
        world.awaitServers("forrest:owl");
    }

    private FutureTask<String> request() {
        FutureTask<String> request = new FutureTask<>(world.frontend::get);
        Thread thread = new Thread(request, "slow-request");
        thread.setDaemon(true);
        thread.start();
        return request;
    }

    @Test
    void withdrawn_withASessionThatDoesNotEnd_isCutWhenItsTimeIsOver() throws Exception {
        HaproxyDriver driver =
                world.drive(builder -> builder.instance(world.instance()).drainWithin(Duration.ofSeconds(1)));
        Origin fox = world.served(driver, "fox").delay(Duration.ofSeconds(30));
        FutureTask<String> stuck = request();
        await().atMost(SOON).until(() -> fox.underWay() == 1);
        Origin owl = world.served(driver, "owl");
        world.registry.withdraw(announcement(fox));

        world.awaitServers("forrest:owl");
        assertThat(stuck.get()).as("cut, and sent anew by the client at most").isNotEqualTo("fox");
        world.awaitEvents(HaproxyEvent.Removed.class, 1);
        assertThat(world.events(HaproxyEvent.Removed.class)).singleElement().returns(true, HaproxyEvent.Removed::cut);
        assertThat(owl.underWay()).isZero();
    }

    @Test
    void serversOfOthers_areLeftAlone() throws Exception {
        Origin hand = world.origin("hand");
        for (String name : new String[] {"fox", "by-hand", "forrest.x"}) {
            world.haproxy.ask("add server app/" + name + " " + hand.endpoint() + " weight 100");
            world.haproxy.ask("enable server app/" + name);
        }
        HaproxyDriver driver = world.drive();

        Origin fox = world.served(driver, "fox");
        world.served(driver, "owl");
        world.registry.withdraw(announcement(fox));
        world.awaitServers("fox", "by-hand", "forrest.x", "forrest:owl");

        assertThat(world.haproxy.ask("show servers state app").lines().filter(line -> line.contains(" fox ")))
                .singleElement()
                .asString()
                .contains(" 2 0 ", " " + hand.endpoint().port() + " ");
        assertThat(world.frontend.count(8)).isEqualTo(Map.of("hand", 6, "owl", 2));
    }

    @Test
    void serversOfItsOwnNameMadeByHand_areMadeRight() throws Exception {
        Origin unchecked = world.origin("unchecked");
        Origin elsewhere = world.origin("elsewhere");
        world.haproxy.ask("add server app/forrest:unchecked " + unchecked.endpoint());
        world.haproxy.ask("add server app/forrest:elsewhere 127.0.0.1:1");
        world.haproxy.ask("enable server app/forrest:elsewhere");
        world.registry.announce(announcement(unchecked));
        world.registry.announce(announcement(elsewhere));

        HaproxyDriver driver = world.drive();

        assertServed(driver.awaitServing(announcement(unchecked), SOON));
        assertServed(driver.awaitServing(announcement(elsewhere), SOON));
        assertThat(world.frontend.count(4)).isEqualTo(Map.of("unchecked", 2, "elsewhere", 2));
    }

    @Test
    void movedUnderLoad_besideAnother_failsNoRequest() throws Exception {
        HaproxyDriver driver = world.drive();
        Origin old = world.served(driver, "fox");
        Origin owl = world.served(driver, "owl");
        Origin moved = world.origin("fox-moved");
        Announcement now = new Announcement("fox", "", moved.endpoint());
        try (Load load = Load.on(world.haproxy.frontend(), 4)) {
            await().atMost(SOON).until(() -> load.sent() > 50);
            world.registry.put("fox", moved.endpoint().toString());
            assertServed(driver.awaitServing(now, SOON));
            long before = moved.requests();
            await().atMost(SOON).until(() -> moved.requests() > before + 50);
            assertThat(load.failures()).isEmpty();
        }
        assertThat(old.underWay()).isZero();
        assertThat(owl.requests()).isPositive();
    }

    @Test
    void moved_isServedAtItsNewEndpointAlone() throws Exception {
        HaproxyDriver driver = world.drive();
        Origin old = world.served(driver, "fox");
        Origin moved = Origin.start("fox-moved");
        try (moved) {
            Announcement now = new Announcement("fox", "", moved.endpoint());
            world.registry.put("fox", moved.endpoint().toString());

            assertServed(driver.awaitServing(now, SOON));
            assertThat(world.frontend.count(10)).isEqualTo(Map.of("fox-moved", 10));
            assertThat(old.underWay()).isZero();
        }
    }

    @Test
    void weigh_announced_sharesTheTrafficAccordingly() throws Exception {
        HaproxyDriver driver = world.drive();
        Origin fox = world.served(driver, "fox");
        Origin owl = world.served(driver, "owl");

        assertThat(driver.weigh("fox", 25)).isTrue();
        assertThat(driver.weigh("nobody", 25)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> driver.weigh("fox", 257));
        assertThatIllegalArgumentException().isThrownBy(() -> driver.weigh("fox;", 1));
        await().atMost(SOON)
                .until(() -> world.haproxy.ask("get weight app/forrest:fox").startsWith("25 "));

        assertThat(world.frontend.count(100)).isEqualTo(Map.of("fox", 20, "owl", 80));
        assertThat(fox.requests() + owl.requests()).isEqualTo(100);

        assertThat(driver.weigh("fox", 0)).isTrue();
        await().atMost(SOON)
                .until(() -> world.haproxy.ask("get weight app/forrest:fox").startsWith("0 "));
        assertThat(driver.awaitServing(announcement(fox), Duration.ofMillis(500))
                        .waitingFor())
                .singleElement()
                .asString()
                .contains("weight 0");
        world.haproxy.restart();
        await().atMost(SOON)
                .until(() -> world.haproxy.ask("get weight app/forrest:fox").startsWith("0 "));
        world.registry.withdraw(announcement(fox));
        world.awaitServers("forrest:owl");
        world.registry.announce(announcement(fox));
        assertServed(driver.awaitServing(announcement(fox), SOON));
        assertThat(world.haproxy.ask("get weight app/forrest:fox")).startsWith("100 ");
    }

    @Test
    void interruptedRuns_arePickedUp() throws Exception {
        Origin added = world.origin("added");
        Origin left = world.origin("left");
        Origin drained = world.origin("drained");
        Origin stale = world.origin("stale");
        for (Origin origin : new Origin[] {added, drained, stale, left}) {
            world.haproxy.ask(
                    "add server app/forrest:" + origin.name() + " " + origin.endpoint() + " check inter 500ms");
        }
        world.haproxy.ask("enable health app/forrest:drained");
        world.haproxy.ask("set server app/forrest:drained state drain");
        world.haproxy.ask("enable health app/forrest:stale");
        world.haproxy.ask("set server app/forrest:stale state drain");
        world.registry.announce(announcement(added));
        world.registry.announce(announcement(drained));

        HaproxyDriver driver = world.drive();

        assertServed(driver.awaitServing(announcement(added), SOON));
        assertServed(driver.awaitServing(announcement(drained), SOON));
        world.awaitServers("forrest:added", "forrest:drained");
    }

    @Test
    void ipv6_isServed() throws Exception {
        Announcement six = new Announcement("six", "", Endpoint.of("::1", 1));
        HaproxyDriver driver = world.drive();
        world.registry.announce(six);

        world.awaitServers("forrest:six");
        assertThat(driver.awaitServing(six, Duration.ofMillis(500)).waitingFor())
                .as("nobody answers there, but it is known by this address")
                .singleElement()
                .asString()
                .contains("L4CON");
    }

    @Test
    void what_noAnnouncementCanBe_neverReachesHaproxy() throws Exception {
        HaproxyDriver driver = world.drive();
        String[] values = {
            "10.0.0.1:80 #",
            "10.0.0.1:80 weight 0 disabled",
            "10.0.0.1:80\n    http-request deny",
            "10.0.0.1:80;show info",
            "10.0.0.1:80 <<",
            "10.0.0.1:99999",
            "10.0.0.1:0",
            "localhost:80",
            "unix@/path",
            "${HOME}:80",
            "0.0.0.0:80",
            ""
        };
        for (int i = 0; i < values.length; i++) {
            world.registry.put("bad-" + i, values[i]);
        }
        for (String name : new String[] {"a b", "a;b", "a\nb", "a#b", "<<", "forrest:x", "_x", "a/b"}) {
            world.registry.put(name, "10.0.0.1:80");
        }

        Origin fox = world.served(driver, "fox");

        assertThat(world.servers()).containsExactly("forrest:fox");
        assertThat(world.frontend.count(3)).isEqualTo(Map.of(fox.name(), 3));
        assertThat(world.events(HaproxyEvent.Refused.class)).isEmpty();
    }

    @Test
    void listenerThatThrows_harmsNobody() throws Exception {
        HaproxyDriver driver =
                world.drive(builder -> builder.instance(world.instance()).onEvent(event -> {
                    throw new IllegalStateException("of the listener");
                }));

        assertThat(world.served(driver, "fox").name()).isEqualTo("fox");
    }

    @Test
    void close_thrice_keepsWhatIsServedAndEndsItsThreads() throws Exception {
        HaproxyDriver driver = world.drive();
        Origin fox = world.served(driver, "fox");
        for (int i = 0; i < 3; i++) {
            assertThatCode(driver::close).doesNotThrowAnyException();
        }

        assertThat(world.frontend.get()).isEqualTo("fox");
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("forrest-haproxy-"));
        assertThatIllegalStateException().isThrownBy(() -> driver.weigh("fox", 1));
        assertThatIllegalStateException().isThrownBy(() -> driver.awaitServing(announcement(fox), SOON));
        Traffic after = world.drive().traffic().get("fox");
        assertThat(after).isNotNull().returns(true, Traffic::serving);
    }
}
