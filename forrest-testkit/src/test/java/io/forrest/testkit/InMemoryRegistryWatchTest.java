package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Endpoint;
import io.forrest.NameTakenException;
import io.forrest.RegistryException;
import io.forrest.Subscription;
import io.forrest.spi.Announcement;
import io.forrest.spi.Registry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

class InMemoryRegistryWatchTest {

    private static final Duration TTL = Duration.ofSeconds(9);
    private static final Endpoint HERE = Endpoint.of("10.0.0.5", 32768);
    private static final Endpoint ELSEWHERE = Endpoint.of("10.0.0.6", 32769);
    private static final Announcement FOX = new Announcement("brave-fox", "myapp", HERE);
    private static final Announcement OWL = new Announcement("calm-owl", "myapp", HERE);
    private static final int SEEDS = 50;
    private static final int STEPS = 100;

    private final FakeTime time = FakeTime.manual();
    private final Faults faults = new Faults(1, time);
    private final InMemoryRegistry.Store store = new InMemoryRegistry.Store(time);
    private final InMemoryRegistry registry = new InMemoryRegistry(store, "/servers", faults);
    private final InMemoryRegistry leased = new InMemoryRegistry(store, "/servers", faults, TTL);
    private final WatchRecorder recorder = new WatchRecorder();

    @RegisterExtension
    final Leftovers leftovers =
            new Leftovers().closing(() -> registry).closing(() -> leased).closing(() -> recorder::assertSound);

    private Subscription watch() {
        Subscription subscription = registry.watch(recorder);
        recorder.awaitCall("snapshot");
        return subscription;
    }

    @Test
    void watch_leasedByOneThatClosed_isWithdrawnWhenTheTimeHasPassed() {
        leased.announce(FOX);
        var unused = watch();
        leased.close();
        time.advance(TTL);
        recorder.awaitPicture(Map.of());

        assertThat(recorder.calls()).containsExactly("snapshot brave-fox=" + HERE, "withdrawn brave-fox=" + HERE);
    }

    @Test
    void watch_expiredAndRenewed_isToldBoth() {
        leased.announce(FOX);
        var unused = watch();
        leased.expire("brave-fox");
        recorder.awaitPicture(Map.of());
        time.advance(TTL.dividedBy(3));
        recorder.awaitPicture(Map.of("brave-fox", HERE));

        assertThat(recorder.calls())
                .containsExactly(
                        "snapshot brave-fox=" + HERE, "withdrawn brave-fox=" + HERE, "announced brave-fox=" + HERE);
    }

    @Test
    void watch_whatIsNoInstance_countsAsAbsent() {
        registry.put("not a name", "10.0.0.5:80");
        registry.put("grey-elk", "no endpoint");
        registry.announce(FOX);
        var unused = watch();
        registry.put("also no name", "10.0.0.5:80");
        registry.put("brave-fox", "no endpoint");
        recorder.awaitPicture(Map.of());
        registry.put("brave-fox", ELSEWHERE.toString());
        recorder.awaitPicture(Map.of("brave-fox", ELSEWHERE));

        assertThat(recorder.calls())
                .containsExactly(
                        "snapshot brave-fox=" + HERE,
                        "withdrawn brave-fox=" + HERE,
                        "announced brave-fox=" + ELSEWHERE);
    }

    @Test
    void watch_sameValueWrittenAgain_tellsNothing() {
        registry.announce(FOX);
        var unused = watch();
        registry.put("brave-fox", HERE.toString());
        registry.announce(FOX);
        registry.announce(OWL);
        recorder.awaitPicture(Map.of("brave-fox", HERE, "calm-owl", HERE));

        assertThat(recorder.calls()).containsExactly("snapshot brave-fox=" + HERE, "announced calm-owl=" + HERE);
    }

    @Test
    void watch_valueReplaced_isAnnouncedWithoutBeingWithdrawn() {
        registry.announce(FOX);
        var unused = watch();
        registry.put("brave-fox", ELSEWHERE.toString());
        recorder.awaitPicture(Map.of("brave-fox", ELSEWHERE));

        assertThat(recorder.calls()).containsExactly("snapshot brave-fox=" + HERE, "announced brave-fox=" + ELSEWHERE);
    }

    @Test
    void watch_thatFindsNoRegistry_isDisconnectedOnceAndThenToldASnapshot() {
        registry.announce(FOX);
        var unused = watch();
        faults.on(Operation.WATCH).fail();
        recorder.awaitCall("disconnected");
        registry.withdraw(FOX);
        registry.announce(OWL);
        awaitLooks(20);
        faults.heal();
        recorder.awaitPicture(Map.of("calm-owl", HERE));

        assertThat(recorder.calls())
                .containsExactly(
                        "snapshot brave-fox=" + HERE,
                        "disconnected WATCH under /servers found no registry; try again",
                        "reconnected",
                        "snapshot calm-owl=" + HERE);
    }

    private void awaitLooks(int count) {
        assertThat(Eventually.look(
                        Duration.ofSeconds(10),
                        () -> faults.calls().stream()
                                .filter(call -> call.operation() == Operation.WATCH)
                                .count(),
                        looks -> looks >= count))
                .isGreaterThanOrEqualTo(count);
    }

    @Test
    void watch_disconnectedAtFirst_isToldSoBeforeTheSnapshot() {
        faults.on(Operation.WATCH).times(3).fail();
        var unused = watch();

        assertThat(recorder.calls())
                .containsExactly(
                        "disconnected WATCH under /servers found no registry; try again", "reconnected", "snapshot");
    }

    @Test
    void watch_idleWithoutFaults_looksNoMore() {
        var unused = watch();
        registry.announce(FOX);
        recorder.awaitPicture(Map.of("brave-fox", HERE));

        assertThat(faults.calls())
                .extracting(Faults.Call::toString)
                .containsExactly("WATCH", "ANNOUNCE brave-fox", "WATCH");
    }

    @Test
    void close_whileALookHangs_endsTheThread() throws Exception {
        faults.on(Operation.WATCH).hang();
        Subscription subscription = registry.watch(recorder);
        faults.awaitHanging(1);
        subscription.close();
        new Leftovers().assertNone();

        assertThat(recorder.calls()).isEmpty();
    }

    @Test
    void close_whileALookIsSlow_endsTheThread() throws Exception {
        faults.on(Operation.WATCH).delay(Duration.ofHours(1));
        Subscription subscription = registry.watch(recorder);
        time.awaitSleepers(1);
        subscription.close();

        assertThat(recorder.calls()).isEmpty();
    }

    @Test
    void listener_thatInterruptsItself_hearsTheNext() {
        WatchRecorder interrupting =
                new WatchRecorder(line -> Thread.currentThread().interrupt());
        var unused = registry.watch(interrupting);
        interrupting.awaitPicture(Map.of());
        registry.announce(FOX);

        interrupting.awaitPicture(Map.of("brave-fox", HERE));
    }

    @TestFactory
    Stream<DynamicTest> randomFaults_endWithWhatStands() {
        return LongStream.range(0, SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> new Chaos(seed).run()));
    }

    /** Registries and their faults by a seed. */
    private static final class Chaos {

        private final Random random;
        private final FakeTime time = FakeTime.manual();
        private final Faults faults;
        private final InMemoryRegistry.Store store = new InMemoryRegistry.Store(time);
        private final List<InMemoryRegistry> registries;

        Chaos(long seed) {
            this.random = new Random(seed);
            this.faults = new Faults(seed, time);
            this.registries = List.of(
                    new InMemoryRegistry(store, "/servers", faults),
                    new InMemoryRegistry(store, "/servers", faults, TTL),
                    new InMemoryRegistry(store, "/servers", faults, TTL));
        }

        void run() {
            faults.on(Operation.WATCH).withProbability(0.3).fail();
            faults.on(Operation.ANNOUNCE).withProbability(0.1).loseAnswer();
            faults.on(Operation.WITHDRAW).withProbability(0.1).loseRequest();
            faults.on(Operation.RENEW).withProbability(0.5).fail();
            List<WatchRecorder> recorders = List.of(new WatchRecorder(), new WatchRecorder(this::mayThrow));
            try {
                recorders.forEach(recorder -> {
                    var unused = registries.get(0).watch(recorder);
                });
                for (int step = 0; step < STEPS; step++) {
                    step(registries.get(random.nextInt(registries.size())));
                }
                faults.heal();
                time.advance(TTL);
                Map<String, Endpoint> standing = RegistryFixture.announced(registries.get(0));
                recorders.forEach(recorder -> recorder.awaitPicture(standing));
                recorders.forEach(WatchRecorder::assertSound);
            } finally {
                registries.forEach(Registry::close);
            }
        }

        private void mayThrow(String line) {
            if (line.hashCode() % 3 == 0 && !line.startsWith("snapshot")) {
                throw new IllegalStateException("thrown by a test's listener");
            }
        }

        private void step(InMemoryRegistry registry) {
            String name = "instance-" + random.nextInt(6);
            Endpoint endpoint = random.nextBoolean() ? HERE : ELSEWHERE;
            try {
                switch (random.nextInt(10)) {
                    case 0, 1, 2 -> registry.announce(new Announcement(name, "myapp", endpoint));
                    case 3, 4 -> registry.withdraw(new Announcement(name, "myapp", endpoint));
                    case 5 -> registry.expire(name);
                    case 6 -> registry.put(name, random.nextBoolean() ? endpoint.toString() : "no endpoint");
                    case 7 -> registry.delete(name);
                    case 8 -> time.advance(Duration.ofMillis(random.nextInt((int) TTL.toMillis())));
                    default -> wipeAtTimes(registry);
                }
            } catch (NameTakenException e) {
                // Another stands there, as may happen.
            } catch (RegistryException e) {
                // A fault, as was asked for.
            }
        }

        private void wipeAtTimes(InMemoryRegistry registry) {
            if (random.nextInt(5) == 0) {
                registry.wipe();
            }
        }
    }
}
