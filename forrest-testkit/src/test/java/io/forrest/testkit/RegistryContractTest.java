package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import io.forrest.spi.Registry;
import java.net.InetAddress;
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
        return Stream.of(
                wrong(Overwrites.class, "announce_anothersName_isRefusedAndLeavesTheValue"),
                wrong(RefusesItsOwn.class, "announce_sameAgain_isDone"),
                wrong(DeletesAnybodys.class, "withdraw_anothersValue_isFalseAndLeavesIt"),
                wrong(SaysAlwaysWithdrawn.class, "withdraw_thrice_isDoneOnce"),
                wrong(ForgetsSome.class, "announce_twoHundred_areAllListed"),
                wrong(IgnoresPrefix.class, "announcements_ofOtherPrefixesAndRecords_areNotSeen"),
                wrong(IgnoresExpected.class, "compareAndSet_expectingAnother_leavesWhatStands"),
                wrong(CreatesTwice.class, "compareAndSet_expectingNone_createsOnce"),
                wrong(StripsValues.class, "anyText_writtenReadReplacedAndDeleted_comesBackAsItWas"),
                wrong(DoesNotKnowGoneRecords.class, "delete_thrice_isDoneEachTime"),
                wrong(IgnoresInterrupts.class, "announcing_interruptedBefore_throwsSoonAndKeepsTheStatus"),
                wrong(ForgetsInterrupts.class, "records_interruptedBefore_throwSoonAndKeepTheStatus"),
                wrong(NeverCloses.class, "anyCall_afterClose_isAnIllegalState"));
    }

    private static DynamicTest wrong(Class<? extends RegistryContract> contract, String finder) {
        return DynamicTest.dynamicTest(
                contract.getSimpleName(),
                () -> assertThat(Verdicts.failing(contract)).contains(finder));
    }

    /** A registry and its records in one, so that a wrong one has a single method to get wrong. */
    private static class Delegating implements Registry, Records {

        final InMemoryRegistry right;

        Delegating(InMemoryRegistry right) {
            this.right = right;
        }

        @Override
        public void announce(Announcement announcement) {
            right.announce(announcement);
        }

        @Override
        @CanIgnoreReturnValue
        public boolean withdraw(Announcement announcement) {
            return right.withdraw(announcement);
        }

        @Override
        public List<Announcement> announcements() {
            return right.announcements();
        }

        @Override
        public Records records() {
            Records unused = right.records();
            return this;
        }

        @Override
        public InetAddress localAddress() {
            return right.localAddress();
        }

        @Override
        public String prefix() {
            return right.prefix();
        }

        @Override
        public void close() {
            right.close();
        }

        @Override
        public Optional<String> get(RecordKey key) {
            return right.records().get(key);
        }

        @Override
        public Map<String, String> list(String folder) {
            return right.records().list(folder);
        }

        @Override
        public boolean compareAndSet(RecordKey key, @Nullable String expected, String value) {
            return right.records().compareAndSet(key, expected, value);
        }

        @Override
        @CanIgnoreReturnValue
        public boolean delete(RecordKey key, String expected) {
            return right.records().delete(key, expected);
        }
    }

    private abstract static class Wrong extends RegistryContract {

        private final InMemoryRegistry.Store store = new InMemoryRegistry.Store();

        @Override
        protected Registry newRegistry(String prefix) {
            return wrong(new InMemoryRegistry(store, prefix, new Faults()));
        }

        abstract Registry wrong(InMemoryRegistry right);
    }

    static class Overwrites extends Wrong {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new Delegating(right) {
                @Override
                public void announce(Announcement announcement) {
                    right.put(announcement.name(), announcement.endpoint().toString());
                }
            };
        }
    }

    static class RefusesItsOwn extends Wrong {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new Delegating(right) {
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

    static class DeletesAnybodys extends Wrong {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new Delegating(right) {
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

    static class SaysAlwaysWithdrawn extends Wrong {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new Delegating(right) {
                @Override
                @CanIgnoreReturnValue
                public boolean withdraw(Announcement announcement) {
                    right.withdraw(announcement);
                    return true;
                }
            };
        }
    }

    static class ForgetsSome extends Wrong {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new Delegating(right) {
                @Override
                public List<Announcement> announcements() {
                    return right.announcements().stream().limit(100).toList();
                }
            };
        }
    }

    static class IgnoresPrefix extends Wrong {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new Delegating(right);
        }

        @Override
        protected Registry newRegistry(String prefix) {
            return super.newRegistry("/everybody");
        }
    }

    static class IgnoresExpected extends Wrong {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new Delegating(right) {
                @Override
                public boolean compareAndSet(RecordKey key, @Nullable String expected, String value) {
                    Records records = right.records();
                    return records.compareAndSet(key, records.get(key).orElse(null), value);
                }
            };
        }
    }

    static class CreatesTwice extends Wrong {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new Delegating(right) {
                @Override
                public boolean compareAndSet(RecordKey key, @Nullable String expected, String value) {
                    Records records = right.records();
                    return records.compareAndSet(
                            key, expected == null ? records.get(key).orElse(null) : expected, value);
                }
            };
        }
    }

    static class StripsValues extends Wrong {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new Delegating(right) {
                @Override
                public Optional<String> get(RecordKey key) {
                    return right.records().get(key).map(String::strip);
                }
            };
        }
    }

    static class DoesNotKnowGoneRecords extends Wrong {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new Delegating(right) {
                @Override
                @CanIgnoreReturnValue
                public boolean delete(RecordKey key, String expected) {
                    return right.records().get(key).isPresent()
                            && right.records().delete(key, expected);
                }
            };
        }
    }

    static class IgnoresInterrupts extends Wrong {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new Delegating(right) {
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

    static class ForgetsInterrupts extends Wrong {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new Delegating(right) {
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

    static class NeverCloses extends Wrong {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new Delegating(right) {
                @Override
                public void close() {}
            };
        }
    }
}
