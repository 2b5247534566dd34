package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.forrest.Endpoint;
import io.forrest.NameTakenException;
import io.forrest.RegistryException;
import io.forrest.RegistryException.Reason;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two registries at two members of one cluster, which want the same at the same time. */
class EtcdClusterRacesTest {

    private static final int TIMES = 1_000;
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final RecordKey COUNT = new RecordKey("instances", "count");
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private static EtcdCluster cluster;

    private final String prefix = "/races-" + PREFIXES.incrementAndGet();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private int leader;
    private EtcdV2Registry first;
    private EtcdV2Registry second;

    @BeforeAll
    static void startCluster() {
        cluster = EtcdCluster.start();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void open() {
        leader = cluster.leader();
        first = from(leader);
        second = from(cluster.others(leader).get(0));
    }

    @AfterEach
    void closeAndRepair() {
        threads.shutdownNow();
        first.close();
        second.close();
        cluster.repair();
    }

    private EtcdV2Registry from(int member) {
        URI[] others = IntStream.range(1, cluster.size())
                .mapToObj(i -> cluster.uri((member + i) % cluster.size()))
                .toArray(URI[]::new);
        return EtcdV2Registry.builder(cluster.uri(member), others)
                .prefix(prefix)
                .deadline(LONG)
                .build();
    }

    private static <T> T result(Future<T> future) throws Exception {
        return future.get(10, TimeUnit.MINUTES);
    }

    private static Announcement web(int number, String host) {
        return new Announcement("web-" + number, "", Endpoint.of(host, 8080));
    }

    /** Announces each name at the same moment as the other; takes back what it did not get. Returns what it got. */
    private static List<Announcement> compete(EtcdV2Registry registry, String host, CyclicBarrier start)
            throws Exception {
        List<Announcement> won = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            Announcement web = web(i, host);
            start.await(1, TimeUnit.MINUTES);
            try {
                registry.announce(web);
                won.add(web);
            } catch (NameTakenException e) {
                assertThat(registry.withdraw(web)).as("withdraw by the loser").isFalse();
            }
        }
        return won;
    }

    @Test
    void announce_sameNameAThousandTimes_isWonByOneAndNeverWithdrawnByTheOther() throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        long begun = System.nanoTime();
        Future<List<Announcement>> one = threads.submit(() -> compete(first, "10.0.0.1", start));
        Future<List<Announcement>> other = threads.submit(() -> compete(second, "10.0.0.2", start));

        List<Announcement> winners = new ArrayList<>(result(one));
        winners.addAll(result(other));

        assertThat(winners.stream().map(Announcement::name)).hasSize(TIMES).doesNotHaveDuplicates();
        assertThat(first.announcements()).containsExactlyInAnyOrderElementsOf(winners);
        print(TIMES + " announced by two, of which the first won " + result(one).size(), begun);
    }

    @Test
    void withdraw_successorAtAnotherPort_isLeftStanding() {
        Announcement own = new Announcement("web-1", "", Endpoint.of("10.0.0.1", 8080));
        Announcement successor = new Announcement("web-1", "", Endpoint.of("10.0.0.1", 8081));
        first.announce(own);
        assertThat(first.withdraw(own)).isTrue();
        second.announce(successor);

        assertThat(first.withdraw(own)).isFalse();
        assertThatExceptionOfType(NameTakenException.class).isThrownBy(() -> first.announce(own));

        assertThat(first.announcements()).containsExactly(successor);
    }

    /** The value is its own fence: the same name with the same endpoint is the same announcement, whoever wrote it. */
    @Test
    void withdraw_successorAtTheSamePort_isTakenForItsOwn() {
        Announcement own = new Announcement("web-1", "", Endpoint.of("10.0.0.1", 8080));
        first.announce(own);
        assertThat(first.withdraw(own)).isTrue();
        second.announce(own);

        assertThat(first.withdraw(own)).isTrue();

        assertThat(second.announcements()).isEmpty();
    }

    /** How many increments one writer had acknowledged, and of how many it was not told. */
    private record Increments(int done, int unknown) {

        Increments plus(Increments other) {
            return new Increments(done + other.done, unknown + other.unknown);
        }
    }

    /** Increments the record so many times. Each text is written once only, as records demand. */
    private static Increments increment(Records records, int times, AtomicInteger progress) {
        int unknown = 0;
        for (int done = 0; done < times; ) {
            String there = records.get(COUNT).orElseThrow();
            try {
                if (records.compareAndSet(COUNT, there, (count(there) + 1) + " " + UUID.randomUUID())) {
                    done++;
                    progress.incrementAndGet();
                }
            } catch (RegistryException e) {
                assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_OUTCOME);
                unknown++;
            }
        }
        return new Increments(times, unknown);
    }

    private static int count(String record) {
        return Integer.parseInt(record.substring(0, record.indexOf(' ')));
    }

    private List<Future<Increments>> incrementByAll(AtomicInteger progress) {
        assertThat(first.records().compareAndSet(COUNT, null, "0 start")).isTrue();
        List<Future<Increments>> writers = new ArrayList<>();
        for (Records records : List.of(first.records(), second.records())) {
            Callable<Increments> writer = () -> increment(records, TIMES / 2, progress);
            writers.add(threads.submit(writer));
        }
        return writers;
    }

    @Test
    void compareAndSet_aThousandIncrementsByTwo_losesNone() throws Exception {
        long begun = System.nanoTime();
        List<Future<Increments>> writers = incrementByAll(new AtomicInteger());

        Increments all = result(writers.get(0)).plus(result(writers.get(1)));

        assertCounted(all);
        print(TIMES + " increments by two", begun);
    }

    @Test
    void compareAndSet_leaderKilledInTheMiddle_losesNoneThatWasAcknowledged() throws Exception {
        long begun = System.nanoTime();
        AtomicInteger progress = new AtomicInteger();
        List<Future<Increments>> writers = incrementByAll(progress);
        await().atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(progress).hasValueGreaterThan(TIMES / 4));

        cluster.kill(leader);

        Increments all = result(writers.get(0)).plus(result(writers.get(1)));
        assertCounted(all);
        print(TIMES + " increments by two with the leader killed, " + all.unknown() + " more unknown", begun);
    }

    private void assertCounted(Increments all) {
        assertThat(all.done()).isEqualTo(TIMES);
        assertThat(count(second.records().get(COUNT).orElseThrow())).isBetween(all.done(), all.done() + all.unknown());
    }

    private static void print(String what, long begun) {
        System.out.printf("EtcdClusterRacesTest: %s: %d ms%n", what, (System.nanoTime() - begun) / 1_000_000);
    }
}
