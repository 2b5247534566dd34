package io.forrest.testkit;

import io.forrest.Subscription;
import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import io.forrest.spi.Registry;
import io.forrest.spi.RegistryListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each of these registries is wrong in one way about what runs out, and is found out. */
class LeaseContractTest {

    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);

    @TestFactory
    Stream<DynamicTest> everyWrongLease_isFoundOut() {
        return Verdicts.onWrong(Map.ofEntries(
                Map.entry(IgnoresTtl.class, "announce_withTtlAndClosed_runsOutAlone"),
                Map.entry(RenewsWhenClosed.class, "announce_withTtlAndClosed_runsOutAlone"),
                Map.entry(WithdrawsWhenClosed.class, "announce_withTtlAndClosed_runsOutAlone"),
                Map.entry(NeverRenews.class, "announce_withTtl_standsInSilenceForAsLongAsItsRegistryIsOpen"),
                Map.entry(TellsRenewals.class, "announce_withTtl_standsInSilenceForAsLongAsItsRegistryIsOpen"),
                Map.entry(GivesEverythingATtl.class, "announce_withoutTtlAndClosed_standsForEver"),
                Map.entry(RenewsWhatItWithdrew.class, "withdraw_withTtl_doesNotComeBack"),
                Map.entry(TakesBackWhatItWithdrew.class, "withdraw_withTtl_leavesTheNameToOthers"),
                Map.entry(RestoresWhatOthersWithdrew.class, "withdraw_ofAnothersWithTtl_isNotRestored"),
                Map.entry(Overwrites.class, "announce_overAnothersWithTtlThatWasWithdrawn_isLeft"),
                Map.entry(StopsRenewingByName.class, "announce_withTtl_standsInSilenceForAsLongAsItsRegistryIsOpen"),
                Map.entry(KeepsRecords.class, "compareAndSet_withTtl_runsOutForEveryRegistry"),
                Map.entry(EndsRecordsEarly.class, "compareAndSet_withTtl_doesNotRunOutBefore"),
                Map.entry(DoesNotRewriteTheSame.class, "compareAndSet_withTtlAgainAndAgain_stands"),
                Map.entry(LeavesTheTtl.class, "compareAndSet_withoutTtlOverOneWithTtl_standsForEver"),
                Map.entry(LeavesTheLongerTtl.class, "compareAndSet_withShorterTtl_runsOutByThat"),
                Map.entry(RenewsInVain.class, "compareAndSet_expectingAnother_doesNotRenew"),
                Map.entry(LetsHoldersComeBack.class, "compareAndSet_ofAHolderWhoseTimeRanOut_failsAgainstTheNext"),
                Map.entry(RoundsTtls.class, "compareAndSet_withTtlOutOfRange_isRefused"),
                Map.entry(DoesNotNameTheTtl.class, "compareAndSet_withTtlOutOfRange_isRefused")));
    }

    /** Those without a ttl are right. */
    private abstract static class WrongLease extends WrongRegistryContract {

        final Faults faults = new Faults();
        final List<InMemoryRegistry> leased = new CopyOnWriteArrayList<>();

        @Override
        protected Registry newRegistry(String prefix, Duration ttl) {
            InMemoryRegistry right = new InMemoryRegistry(store, prefix, faults, ttl);
            leased.add(right);
            return wrongLeased(right);
        }

        @Override
        Registry wrong(InMemoryRegistry right) {
            return right;
        }

        Registry wrongLeased(InMemoryRegistry right) {
            return right;
        }

        @AfterEach
        void closeRightOnes() {
            leased.forEach(InMemoryRegistry::close);
        }
    }

    static class IgnoresTtl extends WrongLease {
        @Override
        protected Registry newRegistry(String prefix, Duration ttl) {
            return newRegistry(prefix);
        }
    }

    static class RenewsWhenClosed extends WrongLease {
        @Override
        Registry wrongLeased(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public void close() {}
            };
        }
    }

    static class WithdrawsWhenClosed extends WrongLease {
        @Override
        Registry wrongLeased(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public void close() {
                    right.delete("brave-fox");
                    right.close();
                }
            };
        }
    }

    static class NeverRenews extends WrongLease {
        @Override
        Registry wrongLeased(InMemoryRegistry right) {
            faults.on(Operation.RENEW).fail();
            return right;
        }
    }

    static class TellsRenewals extends WrongLease {

        private final List<Announcement> announced = new CopyOnWriteArrayList<>();

        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public Subscription watch(RegistryListener listener) {
                    faults.on(Operation.RENEW).after(() -> announced.forEach(listener::announced));
                    return right.watch(listener);
                }
            };
        }

        @Override
        Registry wrongLeased(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public void announce(Announcement announcement) {
                    announced.add(announcement);
                    right.announce(announcement);
                }
            };
        }
    }

    static class GivesEverythingATtl extends WrongLease {
        @Override
        protected Registry newRegistry(String prefix) {
            return newRegistry(prefix, SHORT);
        }
    }

    static class RenewsWhatItWithdrew extends WrongLease {
        @Override
        Registry wrongLeased(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                @CanIgnoreReturnValue
                public boolean withdraw(Announcement announcement) {
                    right.expire(announcement.name());
                    return true;
                }
            };
        }
    }

    static class TakesBackWhatItWithdrew extends WrongLease {
        @Override
        Registry wrongLeased(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                @CanIgnoreReturnValue
                public boolean withdraw(Announcement announcement) {
                    faults.on(Operation.RENEW).before(() -> put(right, announcement));
                    right.delete(announcement.name());
                    return true;
                }
            };
        }
    }

    static class RestoresWhatOthersWithdrew extends WrongLease {
        @Override
        Registry wrongLeased(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public void announce(Announcement announcement) {
                    right.announce(announcement);
                    faults.on(Operation.RENEW).before(() -> {
                        if (right.values().isEmpty()) {
                            put(right, announcement);
                        }
                    });
                }
            };
        }
    }

    static class Overwrites extends WrongLease {
        @Override
        Registry wrongLeased(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public void announce(Announcement announcement) {
                    right.announce(announcement);
                    faults.on(Operation.RENEW).before(() -> put(right, announcement));
                }
            };
        }
    }

    private static void put(InMemoryRegistry registry, Announcement announcement) {
        registry.put(announcement.name(), announcement.endpoint().toString());
    }

    static class StopsRenewingByName extends WrongLease {
        @Override
        Registry wrongLeased(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                @CanIgnoreReturnValue
                public boolean withdraw(Announcement announcement) {
                    faults.on(Operation.RENEW).about(announcement.name()).fail();
                    return right.withdraw(announcement);
                }
            };
        }
    }

    /** Those whose records are wrong. */
    private abstract static class WrongRecords extends WrongLease {

        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public boolean compareAndSet(
                        RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl) {
                    return set(right.records(), key, expected, value, ttl);
                }
            };
        }

        abstract boolean set(
                Records right, RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl);
    }

    static class KeepsRecords extends WrongRecords {
        @Override
        boolean set(Records right, RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl) {
            return right.compareAndSet(key, expected, value);
        }
    }

    static class EndsRecordsEarly extends WrongRecords {
        @Override
        boolean set(Records right, RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl) {
            return right.compareAndSet(key, expected, value, ttl == null ? null : SHORT);
        }
    }

    static class DoesNotRewriteTheSame extends WrongRecords {
        @Override
        boolean set(Records right, RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl) {
            return value.equals(expected)
                    ? right.get(key).filter(value::equals).isPresent()
                    : right.compareAndSet(key, expected, value, ttl);
        }
    }

    static class LeavesTheTtl extends WrongRecords {
        @Override
        boolean set(Records right, RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl) {
            return right.compareAndSet(key, expected, value, ttl == null && expected != null ? SHORT : ttl);
        }
    }

    static class LeavesTheLongerTtl extends WrongRecords {
        @Override
        boolean set(Records right, RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl) {
            return right.compareAndSet(key, expected, value, expected == null ? ttl : LONG);
        }
    }

    static class RenewsInVain extends WrongRecords {
        @Override
        boolean set(Records right, RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl) {
            String standing = right.get(key).orElse(null);
            boolean done = right.compareAndSet(key, expected, value, ttl);
            return done || (standing != null && !right.compareAndSet(key, standing, standing, ttl));
        }
    }

    static class LetsHoldersComeBack extends WrongRecords {
        @Override
        boolean set(Records right, RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl) {
            String held = Objects.equals(expected, value) ? right.get(key).orElse(null) : expected;
            return right.compareAndSet(key, held, value, ttl);
        }
    }

    static class RoundsTtls extends WrongRecords {
        @Override
        boolean set(Records right, RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl) {
            return right.compareAndSet(
                    key, expected, value, ttl == null ? null : Duration.ofSeconds(Math.max(1, ttl.toSeconds())));
        }
    }

    static class DoesNotNameTheTtl extends WrongRecords {
        @Override
        boolean set(Records right, RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl) {
            try {
                return right.compareAndSet(key, expected, value, ttl);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("no good", e);
            }
        }
    }
}
