package io.forrest.testkit;

import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import io.forrest.spi.Registry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A contract is worth what it finds: each of these registries is wrong in one way, and is found out. */
class RegistryContractTest {

    @TestFactory
    Stream<DynamicTest> everyWrongRegistry_isFoundOut() {
        return Verdicts.onWrong(Map.ofEntries(
                Map.entry(Overwrites.class, "announce_anothersName_isRefusedAndLeavesTheValue"),
                Map.entry(RefusesItsOwn.class, "announce_sameAgain_isDone"),
                Map.entry(DeletesAnybodys.class, "withdraw_anothersValue_isFalseAndLeavesIt"),
                Map.entry(SaysAlwaysWithdrawn.class, "withdraw_thrice_isDoneOnce"),
                Map.entry(ForgetsSome.class, "announce_twoHundred_areAllListed"),
                Map.entry(IgnoresPrefix.class, "announcements_ofOtherPrefixesAndRecords_areNotSeen"),
                Map.entry(IgnoresExpected.class, "compareAndSet_expectingAnother_leavesWhatStands"),
                Map.entry(CreatesTwice.class, "compareAndSet_expectingNone_createsOnce"),
                Map.entry(StripsValues.class, "anyText_writtenReadReplacedAndDeleted_comesBackAsItWas"),
                Map.entry(DoesNotKnowGoneRecords.class, "delete_thrice_isDoneEachTime"),
                Map.entry(IgnoresInterrupts.class, "announcing_interruptedBefore_throwsSoonAndKeepsTheStatus"),
                Map.entry(ForgetsInterrupts.class, "records_interruptedBefore_throwSoonAndKeepTheStatus"),
                Map.entry(NeverCloses.class, "anyCall_afterClose_isAnIllegalState")));
    }

    static class Overwrites extends WrongRegistryContract {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public void announce(Announcement announcement) {
                    right.put(announcement.name(), announcement.endpoint().toString());
                }
            };
        }
    }

    static class RefusesItsOwn extends WrongRegistryContract {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public void announce(Announcement announcement) {
                    if (right.values().containsKey(announcement.name())) {
                        throw new IllegalArgumentException("stands there already");
                    }
                    right.announce(announcement);
                }
            };
        }
    }

    static class DeletesAnybodys extends WrongRegistryContract {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                @CanIgnoreReturnValue
                public boolean withdraw(Announcement announcement) {
                    boolean stood = right.values().containsKey(announcement.name());
                    right.delete(announcement.name());
                    return stood;
                }
            };
        }
    }

    static class SaysAlwaysWithdrawn extends WrongRegistryContract {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                @CanIgnoreReturnValue
                public boolean withdraw(Announcement announcement) {
                    right.withdraw(announcement);
                    return true;
                }
            };
        }
    }

    static class ForgetsSome extends WrongRegistryContract {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public List<Announcement> announcements() {
                    return right.announcements().stream().limit(100).toList();
                }
            };
        }
    }

    static class IgnoresPrefix extends WrongRegistryContract {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right);
        }

        @Override
        protected Registry newRegistry(String prefix) {
            return super.newRegistry("/everybody");
        }
    }

    static class IgnoresExpected extends WrongRegistryContract {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public boolean compareAndSet(
                        RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl) {
                    Records records = right.records();
                    return records.compareAndSet(key, records.get(key).orElse(null), value, ttl);
                }
            };
        }
    }

    static class CreatesTwice extends WrongRegistryContract {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public boolean compareAndSet(
                        RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl) {
                    Records records = right.records();
                    return records.compareAndSet(
                            key, expected == null ? records.get(key).orElse(null) : expected, value, ttl);
                }
            };
        }
    }

    static class StripsValues extends WrongRegistryContract {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public Optional<String> get(RecordKey key) {
                    return right.records().get(key).map(String::strip);
                }
            };
        }
    }

    static class DoesNotKnowGoneRecords extends WrongRegistryContract {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                @CanIgnoreReturnValue
                public boolean delete(RecordKey key, String expected) {
                    return right.records().get(key).isPresent()
                            && right.records().delete(key, expected);
                }
            };
        }
    }

    static class IgnoresInterrupts extends WrongRegistryContract {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public void announce(Announcement announcement) {
                    boolean interrupted = Thread.interrupted();
                    right.announce(announcement);
                    if (interrupted) {
                        Thread.currentThread().interrupt();
                    }
                }
            };
        }
    }

    static class ForgetsInterrupts extends WrongRegistryContract {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public Optional<String> get(RecordKey key) {
                    try {
                        return right.records().get(key);
                    } finally {
                        boolean unused = Thread.interrupted();
                    }
                }
            };
        }
    }

    static class NeverCloses extends WrongRegistryContract {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public void close() {}
            };
        }
    }
}
