package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forrest.Endpoint;
import io.forrest.NameTakenException;
import io.forrest.RegistryException;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

class InMemoryRegistryLeaseTest {

    private static final Duration TTL = Duration.ofSeconds(9);
    private static final Duration THIRD = TTL.dividedBy(3);
    private static final Duration NEARLY_TTL = TTL.minusNanos(1);
    private static final Announcement FOX = new Announcement("brave-fox", "myapp", Endpoint.of("10.0.0.5", 32768));
    private static final String HERE = FOX.endpoint().toString();
    private static final String ELSEWHERE = "10.0.0.6:32769";
    private static final RecordKey KEY = new RecordKey("instances", "brave-fox");
    private static final int SEEDS = 200;
    private static final int STEPS = 100;

    private final FakeTime time = FakeTime.manual();
    private final Faults faults = new Faults(1, time);
    private final InMemoryRegistry.Store store = new InMemoryRegistry.Store(time);
    private final InMemoryRegistry other = new InMemoryRegistry(store, "/servers", faults);
    private final InMemoryRegistry leased = new InMemoryRegistry(store, "/servers", faults, TTL);

    @RegisterExtension
    final Leftovers leftovers = new Leftovers().closing(() -> leased);

    private long renewals() {
        return faults.calls().stream()
                .filter(call -> call.operation() == Operation.RENEW)
                .count();
    }

    @Test
    void renewal_whileOpen_happensEveryThirdAsTimePasses() {
        leased.announce(FOX);
        time.advance(TTL.multipliedBy(10));

        assertThat(renewals()).isEqualTo(30);
        assertThat(other.values()).containsExactly(Map.entry("brave-fox", HERE));
    }

    @Test
    void renewal_announcedAgain_happensNoMoreOften() {
        leased.announce(FOX);
        leased.announce(FOX);
        time.advance(TTL);

        assertThat(renewals()).isEqualTo(3);
    }

    @Test
    void renewal_closed_endsAndTheTtlRunsFromTheLast() {
        leased.announce(FOX);
        time.advance(THIRD);
        leased.close();
        time.advance(NEARLY_TTL);
        assertThat(other.values()).isNotEmpty();
        time.advance(Duration.ofNanos(1));

        assertThat(other.values()).isEmpty();
        assertThat(renewals()).isEqualTo(1);
    }

    @Test
    void renewal_hinderedForATtl_announcesAgainWhenItIsNot() {
        leased.announce(FOX);
        faults.on(Operation.RENEW).fail();
        time.advance(TTL);
        assertThat(other.values()).isEmpty();
        faults.heal();
        time.advance(THIRD);

        assertThat(other.values()).containsExactly(Map.entry("brave-fox", HERE));
    }

    @Test
    void renewal_answerLost_isDoneAndGoesOn() {
        leased.announce(FOX);
        faults.on(Operation.RENEW).loseAnswer();
        time.advance(TTL.multipliedBy(3));

        assertThat(other.values()).isNotEmpty();
        assertThat(renewals()).isEqualTo(9);
    }

    @Test
    void renewal_ofWhatRanOutAndAnotherTook_leavesIt() {
        leased.announce(FOX);
        leased.expire("brave-fox");
        other.put("brave-fox", ELSEWHERE);
        time.advance(TTL.multipliedBy(2));

        assertThat(other.values()).containsExactly(Map.entry("brave-fox", ELSEWHERE));
    }

    @Test
    void renewal_ofWhatWasWiped_restoresNothing() {
        leased.announce(FOX);
        leased.expire("brave-fox");
        other.wipe();
        time.advance(TTL);

        assertThat(other.values()).isEmpty();
        assertThat(renewals()).as("it is given up").isEqualTo(1);
    }

    @Test
    void withdraw_thatFailed_letsItRunOut() {
        leased.announce(FOX);
        faults.on(Operation.WITHDRAW).fail();
        assertThatExceptionOfType(RegistryException.class).isThrownBy(() -> leased.withdraw(FOX));
        assertThat(other.values()).isNotEmpty();
        time.advance(TTL);

        assertThat(other.values()).isEmpty();
    }

    @Test
    void withdraw_duringARenewal_isNotUndone() {
        leased.announce(FOX);
        faults.on(Operation.RENEW).once().before(() -> leased.withdraw(FOX));
        time.advance(TTL);

        assertThat(other.values()).isEmpty();
    }

    @Test
    void announce_answerLost_runsOutForItIsNotRenewed() {
        faults.on(Operation.ANNOUNCE).loseAnswer();
        assertThatExceptionOfType(RegistryException.class).isThrownBy(() -> leased.announce(FOX));
        assertThat(other.values()).isNotEmpty();
        time.advance(TTL);

        assertThat(other.values()).isEmpty();
    }

    @Test
    void expire_ofWhatHasNoTtl_takesItForGood() {
        other.announce(FOX);
        other.expire("brave-fox");
        other.expire("calm-owl");
        time.advance(TTL);

        assertThat(other.values()).isEmpty();
    }

    @Test
    void record_withTtl_runsOutByTheStoresTime() {
        assertThat(other.records().compareAndSet(KEY, null, "first", TTL)).isTrue();
        time.advance(NEARLY_TTL);
        assertThat(other.records().get(KEY)).contains("first");
        time.advance(Duration.ofNanos(1));

        assertThat(other.records().get(KEY)).isEmpty();
        assertThat(other.records().list("instances")).isEmpty();
    }

    @Test
    void ttl_outOfRange_isRefused() {
        for (Duration ttl : List.of(
                Duration.ZERO, Duration.ofMillis(1500), Duration.ofDays(1).plusSeconds(1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new InMemoryRegistry(store, "/servers", faults, ttl))
                    .withMessageContaining(ttl.toString());
        }
    }

    @TestFactory
    Stream<DynamicTest> randomFaults_leaveWhatWasAnnouncedAndNothingElse() {
        return LongStream.range(0, SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> new Chaos(seed).run()));
    }

    /** A registry with a ttl, its faults by a seed, and what is to stand once they are healed. */
    private static final class Chaos {

        private final Random random;
        private final FakeTime time = FakeTime.manual();
        private final Faults faults;
        private final InMemoryRegistry.Store store = new InMemoryRegistry.Store(time);
        private final InMemoryRegistry other = new InMemoryRegistry(store, "/servers", new Faults());
        private final InMemoryRegistry leased;

        /** What was acknowledged and nobody withdrew, or what another put. */
        private final Map<String, String> expected = new TreeMap<>();

        /** Of what it cannot be told whether it stands. */
        private final Set<String> uncertain = new TreeSet<>();

        Chaos(long seed) {
            this.random = new Random(seed);
            this.faults = new Faults(seed, time);
            this.leased = new InMemoryRegistry(store, "/servers", faults, TTL);
        }

        void run() {
            faults.on(Operation.ANNOUNCE).withProbability(0.1).loseAnswer();
            faults.on(Operation.ANNOUNCE, Operation.WITHDRAW)
                    .withProbability(0.1)
                    .loseRequest();
            faults.on(Operation.RENEW).withProbability(0.6).fail();
            faults.on(Operation.RENEW).withProbability(0.1).loseAnswer();
            try {
                for (int step = 0; step < STEPS; step++) {
                    step("instance-" + random.nextInt(6));
                }
                faults.heal();
                time.advance(TTL);
                Map<String, String> standing = new TreeMap<>(other.values());
                standing.keySet().removeAll(uncertain);
                expected.keySet().removeAll(uncertain);
                assertThat(standing).isEqualTo(expected);
            } finally {
                leased.close();
            }
            time.advance(TTL);
            assertThat(other.values().values()).doesNotContain(HERE);
        }

        private void step(String name) {
            switch (random.nextInt(8)) {
                case 0, 1 -> announce(new Announcement(name, "myapp", FOX.endpoint()));
                case 2 -> withdraw(new Announcement(name, "myapp", FOX.endpoint()));
                case 3 -> {
                    other.expire(name);
                    expected.remove(name, ELSEWHERE);
                }
                case 4 -> anotherPuts(name);
                case 5 -> anotherDeletes(name);
                default -> time.advance(Duration.ofMillis(random.nextInt((int) TTL.toMillis())));
            }
        }

        private void announce(Announcement announcement) {
            try {
                leased.announce(announcement);
                expected.put(announcement.name(), HERE);
                uncertain.remove(announcement.name());
            } catch (NameTakenException e) {
                assertThat(other.values()).containsEntry(announcement.name(), ELSEWHERE);
            } catch (RegistryException e) {
                if (!expected.containsKey(announcement.name())) {
                    uncertain.add(announcement.name());
                }
            }
        }

        private void withdraw(Announcement announcement) {
            try {
                leased.withdraw(announcement);
            } catch (RegistryException e) {
                // It runs out.
            }
            if (expected.remove(announcement.name(), HERE)) {
                uncertain.remove(announcement.name());
            }
        }

        private void anotherPuts(String name) {
            if (random.nextBoolean()) {
                other.put(name, ELSEWHERE);
                expected.put(name, ELSEWHERE);
                uncertain.remove(name);
            }
        }

        private void anotherDeletes(String name) {
            if (other.values().containsKey(name)) {
                other.delete(name);
                expected.remove(name);
                uncertain.remove(name);
            }
        }
    }
}
