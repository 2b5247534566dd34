package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.forrest.Endpoint;
import io.forrest.RegistryException;
import io.forrest.RegistryException.Reason;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A registry on a cluster that loses members. */
class EtcdClusterFaultsTest {

    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(30);

    /** Short enough for one at each member within the deadline, with time to spare for a stall. */
    private static final Duration ATTEMPT = Duration.ofMillis(200);

    /** What an operation takes that gives up, even on a slow machine; those that do not wait for LONG at least. */
    private static final Duration AT_MOST = Duration.ofSeconds(20);

    private static final int CAUGHT = 3;
    private static final RecordKey RECORD = new RecordKey("instances", "web-0");
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private static EtcdCluster cluster;

    private final String prefix = "/faults-" + PREFIXES.incrementAndGet();

    /** How a leader is lost. */
    private enum Loss {
        KILLED {
            @Override
            void strike(int leader) {
                cluster.kill(leader);
            }
        },
        FROZEN {
            @Override
            void strike(int leader) {
                cluster.pause(leader);
            }
        },
        ISOLATED {
            @Override
            void strike(int leader) {
                cluster.isolate(leader);
            }
        };

        abstract void strike(int leader);
    }

    @BeforeAll
    static void startCluster() {
        cluster = EtcdCluster.start();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @AfterEach
    void repairCluster() {
        cluster.repair();
    }

    /** Describes a registry that begins at this member. */
    private EtcdV2RegistryBuilder from(int member) {
        URI[] others = IntStream.range(1, cluster.size())
                .mapToObj(i -> cluster.uri((member + i) % cluster.size()))
                .toArray(URI[]::new);
        return EtcdV2Registry.builder(cluster.uri(member), others).prefix(prefix);
    }

    private static Announcement web(int number) {
        return new Announcement("web-" + number, "", Endpoint.of("10.0.0.5", 20_000 + number));
    }

    private static List<Announcement> webs(int count) {
        return IntStream.range(0, count).mapToObj(EtcdClusterFaultsTest::web).toList();
    }

    private static RegistryException failure(ThrowingCallable call) {
        return catchThrowableOfType(RegistryException.class, call);
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static void print(String what, Duration time) {
        System.out.printf("EtcdClusterFaultsTest: %s: %d ms%n", what, time.toMillis());
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void announce_leaderLostMeanwhile_isDoneBeforeAPlainClientIsAnswered(Loss loss) {
        int leader = cluster.leader();
        int follower = cluster.others(leader).get(0);
        try (EtcdV2Registry registry = from(leader).deadline(LONG).build();
                PlainClient plain = PlainClient.at(cluster.uri(follower));
                Repeated announcing = Repeated.start(number -> registry.announce(web(number)))) {
            plain.awaitMore(3);
            announcing.awaitMore(3);

            long start = System.nanoTime();
            int last = plain.last();
            loss.strike(leader);
            // What the last leader had still passed on, the next may answer; that cannot be all of them
            List<CompletableFuture<HttpResponse<String>>> caught = await().atMost(LONG)
                    .until(() -> plain.unansweredSince(last), writes -> writes.size() >= CAUGHT)
                    .subList(0, CAUGHT);
            // The one that was in flight, and the next
            announcing.awaitMore(2);
            // Looked at now: how much longer those take is etcd's affair, and not for a slow machine to outrun
            long unanswered = caught.stream().filter(write -> !write.isDone()).count();
            Duration healed = since(start);
            assertThat(unanswered)
                    .as(
                            "of %d that the plain client sent at the time of the loss, which etcd answers after 7 s only,"
                                    + " those unanswered %d ms after it",
                            CAUGHT, healed.toMillis())
                    .isPositive();
            // It goes on
            announcing.awaitMore(10);
            print("announce after the leader was " + loss, healed);
            int announced = announcing.finish();
            assertThat(registry.announcements()).containsExactlyInAnyOrderElementsOf(webs(announced));
        }
    }

    @Test
    void announce_memberRefusesConnections_isDoneAtTheNext() {
        cluster.refuse(0);
        try (EtcdV2Registry registry = from(0).build()) {
            long start = System.nanoTime();
            registry.announce(web(0));
            print("announce while the first member refuses", since(start));

            registry.announce(web(1));
            assertThat(registry.announcements()).containsExactlyInAnyOrderElementsOf(webs(2));
            assertThat(cluster.connections(0)).isZero();
            // At which of the others it ends up is a matter of how soon the first of them answered
            assertThat(cluster.connections(1) + cluster.connections(2)).isPositive();
        }
    }

    @Test
    void announce_pathToTheMemberIsFrozen_isDoneAtTheNextAndStaysThere() {
        int member = cluster.followers().get(0);
        // Long enough that the first announce ends at this member, and not at the next
        Duration attempt = Duration.ofSeconds(2);
        try (EtcdV2Registry registry =
                from(member).attemptTimeout(attempt).deadline(LONG).build()) {
            registry.announce(web(0));
            cluster.cut(member);

            long start = System.nanoTime();
            registry.announce(web(1));
            Duration first = since(start);
            for (int i = 2; i < 12; i++) {
                registry.announce(web(i));
            }
            Duration others = since(start).minus(first);

            assertThat(registry.announcements()).containsExactlyInAnyOrderElementsOf(webs(12));
            assertThat(first).isGreaterThanOrEqualTo(attempt);
            assertThat(others)
                    .as("ten that each ask the frozen one first would take 20 s")
                    .isLessThan(Duration.ofSeconds(15));
            print("announce while the path is frozen", first);
            print("ten more", others);
        }
    }

    /** Announces; tries again while the deadline is too short for a cluster that was just repaired. */
    private static void announceAtLast(EtcdV2Registry registry, Announcement announcement) {
        await().atMost(LONG)
                .ignoreExceptionsInstanceOf(RegistryException.class)
                .untilAsserted(() -> registry.announce(announcement));
    }

    /** Reads; tries again while it fails, and takes the first answer, right or wrong. */
    private static List<Announcement> firstAnswer(EtcdV2Registry registry) {
        return await().atMost(LONG)
                .ignoreExceptionsInstanceOf(RegistryException.class)
                .until(registry::announcements, Objects::nonNull);
    }

    private void assertNamesAll(RegistryException failure) {
        for (URI uri : cluster.uris()) {
            assertThat(failure).hasMessageContaining(uri + ": ");
        }
    }

    private static void assertGaveUp(RegistryException failure, Duration deadline, Duration took) {
        assertThat(failure).hasMessageContaining("tried for " + deadline.toMillis() + " ms");
        assertThat(took).isLessThan(AT_MOST);
    }

    @Test
    void announce_allMembersKilled_isUnavailableUntilTheyAreBackAndLoggedOnce() {
        try (EtcdV2Registry registry = from(0).deadline(SHORT).build()) {
            announceAtLast(registry, web(0));
            assertOneOutage(registry);
            assertThat(firstAnswer(registry)).containsExactlyInAnyOrder(web(0), web(1));
        }
    }

    private void assertOneOutage(EtcdV2Registry registry) {
        try (LoggedEvents log = LoggedEvents.of(EtcdV2Registry.class)) {
            for (int i = 0; i < cluster.size(); i++) {
                cluster.kill(i);
            }

            // The connections that it had were reset, which it may only notice by using them
            failure(registry::announcements);
            long start = System.nanoTime();
            RegistryException failure = failure(() -> registry.announce(web(1)));
            Duration took = since(start);

            assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE);
            assertNamesAll(failure);
            assertGaveUp(failure, SHORT, took);
            print("announce without any member fails", took);

            cluster.repair();

            announceAtLast(registry, web(1));
            // That another endpoint is asked from now on is logged, too, whenever one is slow
            assertThat(log.messages())
                    .filteredOn(message -> message.contains("at any endpoint"))
                    .as("one outage")
                    .singleElement()
                    .asString()
                    .contains(cluster.uri(2) + ": ");
            assertThat(log.messages())
                    .filteredOn(message -> message.contains("answers again"))
                    .as("its end")
                    .hasSize(1);
        }
    }

    @Test
    void announce_allMembersFrozen_isUnknownUntilTheyGoOn() {
        Duration deadline = Duration.ofSeconds(2);
        try (EtcdV2Registry registry =
                from(0).attemptTimeout(ATTEMPT).deadline(deadline).build()) {
            announceAtLast(registry, web(0));
            for (int i = 0; i < cluster.size(); i++) {
                cluster.pause(i);
            }

            long start = System.nanoTime();
            RegistryException failure = failure(() -> registry.announce(web(1)));
            Duration took = since(start);

            assertThat(failure.reason()).isEqualTo(Reason.UNKNOWN_OUTCOME);
            assertNamesAll(failure);
            assertGaveUp(failure, deadline, took);
            print("announce with all members frozen fails", took);

            cluster.repair();

            announceAtLast(registry, web(1));
            assertThat(firstAnswer(registry)).containsExactlyInAnyOrder(web(0), web(1));
        }
    }

    @Test
    void operations_quorumLost_failAndTellNothingStale() {
        int leader = cluster.leader();
        try (EtcdV2Registry patient = from(leader).deadline(LONG).build();
                EtcdV2Registry registry = from(leader)
                        .attemptTimeout(ATTEMPT)
                        .deadline(Duration.ofSeconds(2))
                        .build()) {
            patient.announce(web(0));
            assertThat(patient.records().compareAndSet(RECORD, null, "old")).isTrue();
            for (int follower : cluster.others(leader)) {
                cluster.kill(follower);
            }

            for (ThrowingCallable call : List.<ThrowingCallable>of(
                    registry::announcements,
                    () -> registry.records().get(RECORD),
                    () -> registry.announce(web(1)),
                    () -> registry.withdraw(web(0)),
                    () -> registry.records().compareAndSet(RECORD, "old", "new"))) {
                RegistryException failure = failure(call);
                assertThat(failure.reason()).isEqualTo(Reason.UNKNOWN_OUTCOME);
                assertNamesAll(failure);
            }
        }
    }

    @Test
    void reads_memberWithoutItsPeers_neverTellWhatWasBefore() {
        int leader = cluster.leader();
        int next = cluster.others(leader).get(0);
        try (EtcdV2Registry apart = EtcdV2Registry.builder(cluster.uri(leader))
                        .prefix(prefix)
                        .deadline(SHORT)
                        .build();
                EtcdV2Registry together = from(next).deadline(LONG).build()) {
            together.announce(web(0));
            assertThat(firstAnswer(apart)).containsExactly(web(0));

            cluster.isolate(leader);

            assertThat(together.withdraw(web(0))).isTrue();
            assertThat(new EtcdRest(cluster.uri(leader), null).get(prefix + "/web-0"))
                    .as("what a read without quorum tells")
                    .contains(web(0).endpoint().toString());
            assertThat(failure(apart::announcements).reason()).isEqualTo(Reason.UNKNOWN_OUTCOME);
            assertThat(failure(() -> apart.records().get(RECORD)).reason()).isEqualTo(Reason.UNKNOWN_OUTCOME);

            cluster.rejoin(leader);
            cluster.awaitHealth();

            assertThat(firstAnswer(apart)).isEmpty();
        }
    }

    @Test
    void announce_leaderWipedAndRebuilt_goesOn() {
        int leader = cluster.leader();
        try (EtcdV2Registry registry = from(leader).deadline(LONG).build();
                Repeated announcing = Repeated.start(number -> {
                    registry.announce(web(number));
                    assertThat(registry.announcements()).containsExactlyInAnyOrderElementsOf(webs(number + 1));
                })) {
            announcing.awaitMore(3);

            cluster.wipe(leader);
            cluster.awaitHealth();

            announcing.awaitMore(3);
            int announced = announcing.finish();
            try (EtcdV2Registry rebuilt =
                    EtcdV2Registry.builder(cluster.uri(leader)).prefix(prefix).build()) {
                assertThat(rebuilt.announcements()).containsExactlyInAnyOrderElementsOf(webs(announced));
            }
        }
    }

    @Test
    void announce_allMembersRestartedOneByOne_neverFails() {
        try (EtcdV2Registry registry = from(0).deadline(LONG).build();
                Repeated announcing = Repeated.start(number -> registry.announce(web(number)))) {
            announcing.awaitMore(3);

            for (int i = 0; i < cluster.size(); i++) {
                cluster.kill(i);
                cluster.restart(i);
                cluster.awaitHealth();
                announcing.awaitMore(1);
            }

            int announced = announcing.finish();
            assertThat(registry.announcements()).containsExactlyInAnyOrderElementsOf(webs(announced));
        }
    }
}
