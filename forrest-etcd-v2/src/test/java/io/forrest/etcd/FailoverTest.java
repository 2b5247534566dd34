package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.forrest.spi.TimeSource;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is told, and logged, when endpoints fail and answer. */
class FailoverTest {

    private static final URI A = URI.create("http://a:2379");
    private static final URI B = URI.create("http://b:2379");
    private static final URI C = URI.create("http://c:2379");

    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    /** Writes down what it is told. */
    private class Recorded implements FailoverListener {

        @Override
        public void failedOver(URI from, URI to, String why) {
            told.add(from.getHost() + " -> " + to.getHost() + ": " + why);
        }

        @Override
        public void disconnected(String why) {
            told.add("disconnected: " + why);
        }

        @Override
        public void connected(URI endpoint) {
            told.add("connected: " + endpoint.getHost());
        }
    }

    private static Failover failover(FailoverListener listener, URI... endpoints) {
        return new Failover(List.of(endpoints), null, Duration.ofSeconds(5), TimeSource.system(), listener);
    }

    private Failover threeRecorded() {
        return failover(new Recorded(), A, B, C);
    }

    @Test
    void answered_always_tellsNothing() {
        Failover failover = threeRecorded();
        for (int i = 0; i < 3; i++) {
            failover.answered(0);
        }
        assertThat(told).isEmpty();
        assertThat(failover.lastGood()).isZero();
    }

    @Test
    void answered_afterTheFirstFailed_movesAndTellsOnce() {
        Failover failover = threeRecorded();
        failover.failed(0, "is mute");
        assertThat(told).isEmpty();

        failover.answered(1);
        failover.answered(1);

        assertThat(told).containsExactly("a -> b: is mute");
        assertThat(failover.lastGood()).isEqualTo(1);
    }

    @Test
    void failed_oneAgainAndAgain_isNoOutage() {
        Failover failover = threeRecorded();
        for (int i = 0; i < 5; i++) {
            failover.failed(0, "is mute");
            failover.failed(1, "is mute");
            failover.answered(2);
        }
        assertThat(told).containsExactly("a -> c: is mute");
        assertThat(failover.lastGood()).isEqualTo(2);
    }

    @Test
    void failed_allSinceTheLastAnswer_tellsOneOutageAndItsEnd() {
        Failover failover = threeRecorded();
        failover.answered(0);
        for (int i = 0; i < 9; i++) {
            failover.failed(i % 3, "is mute " + i);
        }
        failover.answered(2);
        failover.answered(2);

        assertThat(told)
                .containsExactly(
                        "disconnected: http://a:2379: is mute 0; http://b:2379: is mute 1; http://c:2379: is mute 2",
                        "connected: c");
        assertThat(failover.lastGood()).isEqualTo(2);
    }

    @Test
    void failed_allInTurnWithAnswersBetween_isNoOutage() {
        Failover failover = threeRecorded();
        failover.failed(0, "is mute");
        failover.answered(1);
        failover.failed(1, "is mute");
        failover.answered(2);
        failover.failed(2, "is mute");
        failover.answered(0);

        assertThat(told).containsExactly("a -> b: is mute", "b -> c: is mute", "c -> a: is mute");
    }

    @Test
    void failed_twoOutages_tellsEach() {
        Failover failover = failover(new Recorded(), A);
        for (int i = 0; i < 2; i++) {
            failover.failed(0, "is mute");
            failover.failed(0, "is mute");
            failover.answered(0);
        }
        assertThat(told)
                .containsExactly(
                        "disconnected: http://a:2379: is mute",
                        "connected: a",
                        "disconnected: http://a:2379: is mute",
                        "connected: a");
    }

    @Test
    void answered_lateByAnotherEndpoint_doesNotMoveBack() {
        Failover failover = threeRecorded();
        failover.failed(0, "is mute");
        failover.answered(1);

        failover.answered(0);

        assertThat(told).containsExactly("a -> b: is mute");
        assertThat(failover.lastGood()).isEqualTo(1);
    }

    @Test
    void failed_listenerThrows_harmsNothing() {
        Failover failover = failover(
                new Recorded() {
                    @Override
                    public void disconnected(String why) {
                        super.disconnected(why);
                        throw new AssertionError("on purpose");
                    }
                },
                A);
        failover.failed(0, "is mute");
        failover.answered(0);

        assertThat(told).containsExactly("disconnected: http://a:2379: is mute", "connected: a");
    }

    @Test
    void failed_listenerNotesMoreItself_isToldAfterwards() {
        AtomicInteger depth = new AtomicInteger();
        CompletableFuture<Failover> itself = new CompletableFuture<>();
        Failover failover = failover(
                new Recorded() {
                    @Override
                    public void disconnected(String why) {
                        assertThat(depth.incrementAndGet()).isEqualTo(1);
                        itself.join().answered(0);
                        super.disconnected(why);
                        depth.decrementAndGet();
                    }
                },
                A);
        itself.complete(failover);

        failover.failed(0, "is mute");

        assertThat(told).containsExactly("disconnected: http://a:2379: is mute", "connected: a");
    }

    @Test
    void failed_listenerBlocks_noOtherThreadWaitsForIt() throws Exception {
        CompletableFuture<Void> entered = new CompletableFuture<>();
        CompletableFuture<Void> release = new CompletableFuture<>();
        Failover failover = failover(
                new Recorded() {
                    @Override
                    public void disconnected(String why) {
                        super.disconnected(why);
                        entered.complete(null);
                        release.join();
                    }
                },
                A);
        CompletableFuture<Void> failing = CompletableFuture.runAsync(() -> failover.failed(0, "is mute"));
        entered.get(10, TimeUnit.SECONDS);

        failover.answered(0);
        assertThat(told).containsExactly("disconnected: http://a:2379: is mute");
        release.complete(null);
        failing.get(10, TimeUnit.SECONDS);

        assertThat(told).containsExactly("disconnected: http://a:2379: is mute", "connected: a");
    }

    @Test
    void failedAndAnswered_byManyThreads_areToldInTurn() throws Exception {
        Failover failover = failover(new Recorded(), A, B);
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            Random random = new Random(thread);
            threads.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 5_000; i++) {
                    if (random.nextInt(3) == 0) {
                        failover.answered(random.nextInt(2));
                    } else {
                        failover.failed(random.nextInt(2), "is mute");
                    }
                }
            }));
        }
        for (CompletableFuture<Void> thread : threads) {
            thread.get(1, TimeUnit.MINUTES);
        }
        failover.answered(0);

        // Within an outage nothing is told but its end
        assertThat(told).hasSizeGreaterThan(100);
        boolean out = false;
        for (String change : told) {
            assertThat(change.startsWith("connected")).isEqualTo(out);
            out = change.startsWith("disconnected");
        }
        assertThat(out).isFalse();
    }

    @Test
    void changes_always_areLoggedOnceEach() {
        try (LoggedEvents log = LoggedEvents.of(EtcdV2Registry.class)) {
            Failover failover = failover(new Recorded(), A, B);
            failover.failed(0, "is mute");
            failover.answered(1);
            for (int i = 0; i < 6; i++) {
                failover.failed((i + 1) % 2, "is mute");
            }
            failover.answered(1);

            assertThat(log.events())
                    .extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            tuple(
                                    Level.WARN,
                                    "etcd at http://a:2379 does not answer as it should: is mute;"
                                            + " http://b:2379 is asked from now on"),
                            tuple(
                                    Level.WARN,
                                    "etcd does not answer as it should, at any endpoint: http://b:2379: is mute;"
                                            + " http://a:2379: is mute"),
                            tuple(Level.INFO, "etcd answers again, at http://b:2379"));
        }
    }
}
