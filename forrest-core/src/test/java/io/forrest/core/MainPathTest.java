package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forrest.AnnouncementException;
import io.forrest.Endpoint;
import io.forrest.ForrestException;
import io.forrest.Instance;
import io.forrest.LaunchException;
import io.forrest.NameTakenException;
import io.forrest.NotReadyException;
import io.forrest.ProbeResult;
import io.forrest.PullPolicy;
import io.forrest.Readiness;
import io.forrest.Scaler;
import io.forrest.Stage;
import io.forrest.Step;
import io.forrest.docker.TestImages;
import io.forrest.etcd.EtcdFixture;
import io.forrest.spi.Announcement;
import io.forrest.spi.Container;
import io.forrest.testkit.FakeBalancer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The main path and its faults, on a real engine and a real etcd. */
class MainPathTest {

    /** How long an etcd is called that is gone or hangs. */
    private static final Duration GIVEN_UP_AFTER = Duration.ofSeconds(4);

    private static EtcdFixture etcd;

    private RealWorld world;

    @BeforeAll
    static void startEtcd() {
        etcd = EtcdFixture.start();
    }

    @BeforeEach
    void openWorld() {
        world = new RealWorld(etcd.uri());
    }

    @AfterEach
    void leaveNothing() {
        try (RealWorld ending = world) {
            ending.assertNothingLeft();
        }
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    @Test
    void announce_realImage_answersAndStandsInEtcdAsItsEndpointAlone() throws Exception {
        Instance instance = world.scaler.launch(TestImages.web()).announce();

        assertThat(RealWorld.answerOf(instance.endpoint())).contains(TestImages.GREETING);
        assertThat(world.key(instance.name())).contains("\"value\":\"" + instance.endpoint() + "\"");
        assertThat(instance.endpoint().address().getHostAddress()).isEqualTo("127.0.0.1");
        assertThat(instance.refresh().stage()).isEqualTo(Stage.ANNOUNCED);
        Container container = world.runtime.find(instance.id()).orElseThrow();
        assertThat(container.ports())
                .as("bound on the advertised address alone")
                .singleElement()
                .satisfies(
                        port -> assertThat(port.hostAddress().getHostAddress()).isEqualTo("127.0.0.1"));

        assertThat(world.scaler.stop(instance.name(), Duration.ZERO).withdrawn())
                .isTrue();
        assertThat(world.scaler.stop(instance.name()).found()).isFalse();
        assertThat(world.scaler.stop(instance.name()).found()).isFalse();
        assertThat(world.key(instance.name())).contains("Key not found");
    }

    @Test
    void announce_three_allAnswerAndASecondScalerStopsThem() throws Exception {
        List<Instance> instances =
                world.scaler.launch(TestImages.web()).drainFor(Duration.ZERO).announce(3);

        for (Instance instance : instances) {
            assertThat(RealWorld.answerOf(instance.endpoint())).contains(TestImages.GREETING);
        }
        try (RealWorld second = new RealWorld(etcd.uri(), world.prefix)) {
            assertThat(second.scaler.instances())
                    .hasSize(3)
                    .allSatisfy(seen -> assertThat(seen.state().stage()).isEqualTo(Stage.ANNOUNCED))
                    .extracting(Instance::endpoint)
                    .containsExactlyInAnyOrderElementsOf(
                            instances.stream().map(Instance::endpoint).toList());
            second.scaler.instances().forEach(Instance::stop);
        }
    }

    @Test
    void announceAndStop_withABalancerThatReadsEtcd_waitForItAndNoLonger() throws Exception {
        try (FakeBalancer balancer = new FakeBalancer(world.registry);
                Scaler scaler = Forrest.builder(world.runtime, world.registry)
                        .advertise("127.0.0.1")
                        .balancer(balancer)
                        .build()) {
            List<Instance> instances = scaler.launch(TestImages.web())
                    .drainFor(Duration.ofMinutes(5))
                    .announce(3);
            assertThat(instances)
                    .allSatisfy(
                            instance -> assertThat(instance.refresh().stage()).isEqualTo(Stage.SERVING));
            balancer.member("one").keep(instances.get(0).name(), 1, Duration.ofSeconds(10));

            assertThat(instances.get(0).stop().drained()).isBetween(Duration.ofMillis(1), Duration.ofMinutes(4));
            assertThat(RealWorld.answerOf(instances.get(1).endpoint())).contains(TestImages.GREETING);
            instances.forEach(Instance::stop);
        }
    }

    @Test
    void announce_balancerThatReadsEtcdDoesNotServeIt_leavesNothing() {
        try (FakeBalancer balancer = new FakeBalancer(world.registry);
                Scaler scaler = Forrest.builder(world.runtime, world.registry)
                        .advertise("127.0.0.1")
                        .balancer(balancer)
                        .servedWithin(Duration.ofSeconds(1))
                        .build()) {
            balancer.member("one").refuse("mine", "DOWN (L4CON)");

            assertThatThrownBy(
                            () -> scaler.launch(TestImages.web()).named("mine").announce())
                    .isInstanceOfSatisfying(
                            AnnouncementException.class,
                            e -> assertThat(e.step()).contains(Step.SERVE))
                    .hasMessageContaining("one: DOWN (L4CON)");
            world.assertNothingLeft();
        }
    }

    @Test
    void announce_http_waitsForTheStatus() {
        Instance instance = world.scaler
                .launch(TestImages.web())
                .drainFor(Duration.ZERO)
                .readyWhen(Readiness.http("/").host("app.example"))
                .announce();
        instance.stop();

        assertThatThrownBy(() -> world.scaler
                        .launch(TestImages.web())
                        .readyWhen(Readiness.http("/missing"))
                        .readyWithin(Duration.ofSeconds(8))
                        .announce())
                .isInstanceOf(NotReadyException.class)
                .hasMessageContaining("404");
    }

    @Test
    void announce_healthcheck_isReadyLongBeforeTheImagesOwnInterval() {
        Instance instance = world.scaler
                .launch(TestImages.healthcheck())
                .drainFor(Duration.ZERO)
                .readyWithin(Duration.ofSeconds(25))
                .announce();

        assertThat(world.runtime.find(instance.id()).orElseThrow().health()).isEqualTo(Container.Health.HEALTHY);
        instance.stop();
    }

    @Test
    void announce_listensLate_isAnnouncedOnlyThen() throws Exception {
        Instance instance = world.scaler
                .launch(TestImages.slowListener())
                .drainFor(Duration.ZERO)
                .announce();

        assertThat(RealWorld.answerOf(instance.endpoint())).contains(TestImages.GREETING);
        instance.stop();
    }

    @Test
    void announce_neverListens_isNotReadyThoughDockersProxyAccepts() {
        assertThatThrownBy(() -> world.scaler
                        .launch(TestImages.neverListens())
                        .readyWithin(Duration.ofSeconds(8))
                        .announce())
                .isInstanceOfSatisfying(
                        NotReadyException.class, e -> assertThat(e.never()).isFalse())
                .hasMessageContaining("127.0.0.1:");
    }

    @Test
    void announce_exitsAtOnce_isReportedWithCodeAndLog() {
        assertThatThrownBy(() -> world.scaler.launch(TestImages.exitsAtOnce()).announce())
                .isInstanceOfSatisfying(NotReadyException.class, e -> {
                    assertThat(e.never()).isTrue();
                    assertThat(e.exitCode()).hasValue(3);
                    assertThat(e.logTail()).isNotEmpty();
                });
    }

    @Test
    void announce_portsMissingOrAmbiguous_saysWhichThereAre() {
        assertThatThrownBy(() -> world.scaler.launch(TestImages.noPort()).announce())
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("exposes no TCP port");
        assertThatThrownBy(() -> world.scaler.launch(TestImages.twoPorts()).announce())
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("8080");
    }

    @Test
    void announce_imageNowhere_saysSo() {
        assertThatThrownBy(() -> world.scaler
                        .launch("forrest-test/nowhere:1")
                        .pull(PullPolicy.NEVER)
                        .announce())
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("forrest-test/nowhere:1");
    }

    @Test
    void announce_nameOfAForeignKey_isTakenAndTheKeyUntouched() {
        Announcement theirs = new Announcement("mine", "", Endpoint.of("10.0.0.9", 80));
        world.registry.announce(theirs);

        assertThatThrownBy(() ->
                        world.scaler.launch(TestImages.web()).named("mine").announce())
                .isInstanceOf(NameTakenException.class);
        assertThat(world.registry.announcements()).containsExactly(theirs);
        assertThat(world.containers()).isEmpty();
        world.registry.withdraw(theirs);
    }

    @Test
    void announce_nameOfARunningInstance_isTaken() {
        Instance first = world.scaler
                .launch(TestImages.web())
                .named("mine-" + world.prefix.substring(20))
                .drainFor(Duration.ZERO)
                .announce();

        assertThatThrownBy(() -> world.scaler
                        .launch(TestImages.web())
                        .named(first.name())
                        .announce())
                .isInstanceOf(NameTakenException.class);
        assertThat(first.refresh().stage()).isEqualTo(Stage.ANNOUNCED);
        first.stop();
    }

    @Test
    void announce_nameOfAContainerUnderAnotherPrefix_isTaken() {
        try (RealWorld other = new RealWorld(etcd.uri())) {
            Instance theirs = other.scaler
                    .launch(TestImages.web())
                    .drainFor(Duration.ZERO)
                    .announce();

            assertThatThrownBy(() -> world.scaler
                            .launch(TestImages.web())
                            .named(theirs.name())
                            .announce())
                    .isInstanceOf(NameTakenException.class);
            assertThatThrownBy(() -> world.scaler.stop(theirs.name()))
                    .isInstanceOf(ForrestException.class)
                    .hasMessageContaining("left alone");
            assertThat(theirs.refresh().stage()).isEqualTo(Stage.ANNOUNCED);
            theirs.stop();
        }
    }

    @Test
    void launch_environmentCommandAndLabels_reachTheContainer() {
        Instance instance = world.scaler
                .launch(TestImages.web())
                .env("MODE", "blue")
                .secret("TOKEN", "open sesame")
                .label("team", "trees")
                .command("sh", "-c", "echo mode=$MODE token=${#TOKEN}; mkdir -p /www; exec httpd -f -p 8080 -h /www")
                .drainFor(Duration.ZERO)
                .announce();

        assertThat(instance.logs(10)).contains("mode=blue token=11");
        assertThat(world.runtime.find(instance.id()).orElseThrow().labels()).containsEntry("team", "trees");
        assertThat(world.registry.records().list("instances").toString()).doesNotContain("open sesame", "TOKEN");
        instance.stop();
    }

    @Test
    void announce_etcdGoneBeforeTheAnnouncement_undoesTheContainerAndNamesTheEndpoint() {
        try (EtcdFixture dying = EtcdFixture.start();
                RealWorld doomed = new RealWorld(dying.uri(), GIVEN_UP_AFTER)) {
            Throwable thrown = catchThrowable(() -> doomed.scaler
                    .launch(TestImages.web())
                    .named("doomed")
                    .readyWhen(Readiness.probe(endpoint -> {
                        dying.kill();
                        return ProbeResult.ready();
                    }))
                    .announce());

            assertThat(thrown)
                    .isInstanceOfSatisfying(AnnouncementException.class, e -> {
                        assertThat(e.step()).contains(Step.ANNOUNCE);
                        assertThat(e.leftBehind())
                                .containsExactly("record " + doomed.prefix + "/_forrest/instances/doomed");
                    })
                    .hasMessageContaining(dying.uri().getAuthority());
            assertThat(doomed.containers()).isEmpty();
        }
    }

    @Test
    void stop_etcdGone_keepsTheContainerRunningUntilEtcdIsBack() {
        try (EtcdFixture frozen = EtcdFixture.start();
                RealWorld cut = new RealWorld(frozen.uri(), GIVEN_UP_AFTER)) {
            Instance instance =
                    cut.scaler.launch(TestImages.web()).drainFor(Duration.ZERO).announce();
            frozen.pause();

            assertThatThrownBy(() -> cut.scaler.stop(instance.name()))
                    .isInstanceOf(ForrestException.class)
                    .hasMessageContaining("at most its record was changed");
            assertThat(cut.runtime.find(instance.id()).orElseThrow().status()).isEqualTo(Container.Status.RUNNING);

            frozen.unpause();
            assertThat(cut.scaler.stop(instance.name()).found()).isTrue();
            cut.assertNothingLeft();
        }
    }

    @Test
    void stop_containerRemovedByHand_withdrawsTheKey() {
        Instance instance = world.scaler.launch(TestImages.web()).announce();
        world.runtime.remove(instance.id());

        assertThat(instance.refresh().stage()).isEqualTo(Stage.GONE);
        assertThat(world.scaler.stop(instance.name()).withdrawn()).isTrue();
    }

    @Test
    void stop_containerThatForrestDidNotLaunch_isRefused() {
        var spec = Foreign.spec("theirs-" + world.prefix.substring(20), TestImages.web());
        Container theirs = world.runtime.start(spec);
        try {
            assertThatThrownBy(() -> world.scaler.stop(theirs.name()))
                    .isInstanceOf(ForrestException.class)
                    .hasMessageContaining("left alone");
            assertThat(world.runtime.find(theirs.id()).orElseThrow().status()).isEqualTo(Container.Status.RUNNING);
        } finally {
            world.runtime.remove(theirs.id());
        }
    }

    @Test
    void start_held_isReachableAndNotInEtcd() throws Exception {
        Instance instance = world.scaler.launch(TestImages.web()).start();

        assertThat(RealWorld.answerOf(instance.endpoint())).contains(TestImages.GREETING);
        assertThat(world.key(instance.name())).contains("Key not found");
        assertThat(instance.announce().refresh().stage()).isEqualTo(Stage.ANNOUNCED);
        assertThat(instance.withdraw().refresh().stage()).isEqualTo(Stage.HELD);
        assertThat(world.scaler.stop(instance.name(), Duration.ZERO).found()).isTrue();
        assertThat(instance.refresh().stage()).isEqualTo(Stage.GONE);
    }
}
