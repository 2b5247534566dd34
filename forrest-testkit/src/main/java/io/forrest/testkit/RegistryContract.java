package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.forrest.Endpoint;
import io.forrest.NameTakenException;
import io.forrest.Subscription;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import io.forrest.spi.Registry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Registry} does, as tests. Extend it and give it registries; that is all. After each test it takes
 * back what it announced and recorded, and fails if anything is left. It takes a minute and a half, for what runs out does so in
 * the system's time. Not thread-safe; confine it to one thread.
 */
public abstract class RegistryContract extends WatchContract {

    private static final int MANY = 200;
    private static final int ROUNDS = 25;

    /** For implementations to extend. */
    protected RegistryContract() {}

    /**
     * Returns a new registry. Those of one prefix see the same store, and those of different ones nothing of each other. The
     * contract closes it.
     *
     * @param prefix what separates its announcements from others in the same store: begins with a slash, and has 48
     *     characters at most
     * @return the registry, without a ttl
     */
    @Override
    protected abstract Registry newRegistry(String prefix);

    /**
     * Returns a new registry whose announcements stand for a time only, unless it renews them. Apart from that it is as those
     * of {@link #newRegistry(String)}, and sees the same store.
     *
     * @param prefix as above
     * @param ttl the time, of whole seconds
     * @return the registry
     */
    @Override
    protected abstract Registry newRegistry(String prefix, Duration ttl);

    @Test
    void announcements_ofNewPrefix_areNone() {
        assertThat(registry().announcements()).isEmpty();
    }

    @Test
    void announce_freeName_isListedByEveryRegistry() {
        registry().announce(announcement("brave-fox", HERE));

        assertThat(announced(registry())).containsOnly(Map.entry("brave-fox", HERE));
        assertThat(announced(another())).containsOnly(Map.entry("brave-fox", HERE));
    }

    @Test
    void announce_sameAgain_isDone() {
        registry().announce(announcement("brave-fox", HERE));
        registry().announce(announcement("brave-fox", HERE));
        another().announce(announcement("brave-fox", HERE));

        assertThat(announced(registry())).containsOnly(Map.entry("brave-fox", HERE));
    }

    @Test
    void announce_anothersName_isRefusedAndLeavesTheValue() {
        another().announce(announcement("brave-fox", ELSEWHERE));

        assertThatExceptionOfType(NameTakenException.class)
                .isThrownBy(() -> registry().announce(announcement("brave-fox", HERE)));

        assertThat(announced(registry())).containsOnly(Map.entry("brave-fox", ELSEWHERE));
    }

    @Test
    void announce_longestAndOddestNames_areListed() {
        String longest = "a".repeat(64);
        List<String> names = List.of(longest, "a-b_c.d", "0x", "Upper.Case", "a..", "z9-");
        names.forEach(name -> registry().announce(announcement(name, HERE)));

        assertThat(announced(registry()).keySet()).containsExactlyInAnyOrderElementsOf(names);
        names.forEach(name -> assertThat(registry().withdraw(announcement(name, HERE)))
                .as(name)
                .isTrue());
    }

    @Test
    void announce_ipv6Endpoint_comesBackAsItWas() {
        Endpoint endpoint = Endpoint.of("fd00::5", 32768);
        registry().announce(announcement("brave-fox", endpoint));
        registry().announce(announcement("brave-fox", endpoint));

        assertThat(announced(registry())).containsOnly(Map.entry("brave-fox", endpoint));
        assertThat(registry().withdraw(announcement("brave-fox", endpoint))).isTrue();
    }

    @Test
    void announce_twoHundred_areAllListed() {
        List<Announcement> all = IntStream.range(0, MANY)
                .mapToObj(i -> announcement("instance-" + i, Endpoint.of("10.0.0.5", 32768 + i)))
                .toList();
        all.forEach(registry()::announce);

        Map<String, Endpoint> expected = new TreeMap<>();
        all.forEach(announcement -> expected.put(announcement.name(), announcement.endpoint()));
        assertThat(announced(another())).isEqualTo(expected);
    }

    @Test
    void announce_twoRegistriesRacing_exactlyOneWins() {
        Registry left = registry();
        Registry right = another();
        for (int round = 0; round < ROUNDS; round++) {
            String name = "round-" + round;
            List<Boolean> won = SideBySide.run(List.<Callable<Boolean>>of(
                    () -> wins(left, announcement(name, HERE)), () -> wins(right, announcement(name, ELSEWHERE))));

            assertThat(won).as(name).containsExactlyInAnyOrder(true, false);
            assertThat(announced(left)).as(name).containsEntry(name, won.get(0) ? HERE : ELSEWHERE);
        }
    }

    private static boolean wins(Registry registry, Announcement announcement) {
        try {
            registry.announce(announcement);
            return true;
        } catch (NameTakenException e) {
            return false;
        }
    }

    @Test
    void withdraw_own_isGoneForEveryRegistry() {
        registry().announce(announcement("brave-fox", HERE));
        registry().announce(announcement("calm-owl", HERE));

        assertThat(registry().withdraw(announcement("brave-fox", HERE))).isTrue();

        assertThat(announced(registry())).containsOnlyKeys("calm-owl");
        assertThat(announced(another())).containsOnlyKeys("calm-owl");
    }

    @Test
    void withdraw_thrice_isDoneOnce() {
        registry().announce(announcement("brave-fox", HERE));
        List<Boolean> answers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            answers.add(registry().withdraw(announcement("brave-fox", HERE)));
        }

        assertThat(answers).containsExactly(true, false, false);
    }

    @Test
    void withdraw_neverAnnounced_isFalse() {
        assertThat(registry().withdraw(announcement("brave-fox", HERE))).isFalse();
    }

    @Test
    void withdraw_anothersValue_isFalseAndLeavesIt() {
        another().announce(announcement("brave-fox", ELSEWHERE));

        assertThat(registry().withdraw(announcement("brave-fox", HERE))).isFalse();

        assertThat(announced(registry())).containsOnly(Map.entry("brave-fox", ELSEWHERE));
    }

    @Test
    void withdraw_bySeveralAtOnce_isDoneByExactlyOne() {
        Registry left = registry();
        Registry right = another();
        for (int round = 0; round < ROUNDS; round++) {
            Announcement announcement = announcement("round-" + round, HERE);
            left.announce(announcement);

            assertThat(SideBySide.run(List.<Callable<Boolean>>of(
                            () -> left.withdraw(announcement), () -> right.withdraw(announcement))))
                    .containsExactlyInAnyOrder(true, false);
        }
    }

    @Test
    void announce_afterWithdrawal_canHaveAnotherEndpoint() {
        registry().announce(announcement("brave-fox", HERE));
        registry().withdraw(announcement("brave-fox", HERE));
        registry().announce(announcement("brave-fox", ELSEWHERE));

        assertThat(announced(registry())).containsOnly(Map.entry("brave-fox", ELSEWHERE));
    }

    @Test
    void announcements_ofOtherPrefixesAndRecords_areNotSeen() {
        Registry other = under(prefix() + "-2");
        other.announce(announcement("calm-owl", ELSEWHERE));
        other.announce(announcement("brave-fox", ELSEWHERE));
        assertThat(registry().records().compareAndSet(new RecordKey(FOLDER, "calm-owl"), null, "{}"))
                .isTrue();
        registry().announce(announcement("brave-fox", HERE));

        assertThat(announced(registry())).containsOnly(Map.entry("brave-fox", HERE));
        assertThat(announced(other)).containsOnlyKeys("calm-owl", "brave-fox");
    }

    @Test
    void announcements_withRecordsAlone_areNone() {
        assertThat(registry().records().compareAndSet(new RecordKey(FOLDER, "calm-owl"), null, "{}"))
                .isTrue();

        assertThat(registry().announcements()).isEmpty();
    }

    @Test
    void prefix_ofRegistriesThatSeeTheSame_isTheSame() {
        assertThat(registry().prefix()).isNotBlank().isEqualTo(another().prefix());
        assertThat(under(prefix() + "-2").prefix()).isNotEqualTo(registry().prefix());
    }

    @Test
    void localAddress_isOneOfThisHost() {
        assertThat(registry().localAddress())
                .isNotNull()
                .satisfies(address -> assertThat(address.isAnyLocalAddress()).isFalse());
    }

    @Test
    void announcing_interruptedBefore_throwsSoonAndKeepsTheStatus() {
        Registry registry = registry();
        Announcement announcement = announcement("brave-fox", HERE);

        assertEndsWhenInterrupted(() -> registry.announce(announcement));
        assertEndsWhenInterrupted(() -> registry.withdraw(announcement));
        assertEndsWhenInterrupted(registry::announcements);
    }

    @Test
    void close_thrice_keepsWhatIsAnnounced() {
        Registry closed = another();
        closed.announce(announcement("brave-fox", HERE));
        for (int i = 0; i < 3; i++) {
            assertThatCode(closed::close).doesNotThrowAnyException();
        }

        assertThat(announced(registry())).containsOnly(Map.entry("brave-fox", HERE));
    }

    @Test
    void anyCall_afterClose_isAnIllegalState() {
        Registry closed = under("/contract-" + UUID.randomUUID());
        Records records = closed.records();
        closed.close();

        List<ThrowingCallable> calls = List.of(
                () -> closed.announce(announcement("brave-fox", HERE)),
                () -> closed.withdraw(announcement("brave-fox", HERE)),
                closed::announcements,
                closed::records,
                closed::localAddress,
                closed::prefix,
                () -> {
                    Subscription unused = closed.watch(new WatchRecorder());
                },
                () -> records.list(FOLDER));
        calls.forEach(call -> assertThatIllegalStateException().isThrownBy(call));
    }
}
