package io.forrest.testkit;

import io.forrest.Endpoint;
import io.forrest.Subscription;
import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Registry;
import io.forrest.spi.RegistryListener;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each of these registries is wrong in one way about what it tells, and is found out. */
class WatchContractTest {

    @TestFactory
    Stream<DynamicTest> everyWrongWatch_isFoundOut() {
        return Verdicts.onWrong(Map.ofEntries(
                Map.entry(TellsNoSnapshot.class, "watch_ofNewPrefix_tellsAnEmptySnapshot"),
                Map.entry(TellsTheSnapshotAtOnce.class, "watch_ofNewPrefix_tellsAnEmptySnapshot"),
                Map.entry(BeginsWithNothing.class, "watch_ofWhatStands_tellsItAsTheSnapshot"),
                Map.entry(TellsNamesTwice.class, "watch_ofWhatStands_tellsItAsTheSnapshot"),
                Map.entry(TellsTheFirstAlone.class, "watch_announcedByAnybody_isTold"),
                Map.entry(IsDeafToOthers.class, "watch_announcedByAnybody_isTold"),
                Map.entry(NeverTellsWithdrawn.class, "watch_withdrawnByAnybody_isTold"),
                Map.entry(WithdrawsAnotherEndpoint.class, "watch_withdrawnByAnybody_isTold"),
                Map.entry(TellsEachNameOnce.class, "watch_endpointReplaced_endsWithTheOther"),
                Map.entry(TellsAHundred.class, "watch_ofTwoHundredChanges_tellsAll"),
                Map.entry(TellsNothingOfOneName.class, "watch_ofRandomChanges_endsWithWhatStands"),
                Map.entry(TellsTheLastListenerAlone.class, "watch_twiceOnOneRegistry_tellsEachListenerEverything"),
                Map.entry(HasOneLockForAll.class, "watch_listenerThatBlocks_hearsTheTruthInTheEndAndHarmsNoOther"),
                Map.entry(CallsWhileItCalls.class, "watch_listenerThatBlocks_hearsTheTruthInTheEndAndHarmsNoOther"),
                Map.entry(ConflatesNothing.class, "watch_listenerThatBlocks_hearsTheTruthInTheEndAndHarmsNoOther"),
                Map.entry(TellsOthersPrefixes.class, "watch_ofOtherPrefixesAndRecords_tellsNothing"),
                Map.entry(TellsRecords.class, "watch_ofOtherPrefixesAndRecords_tellsNothing")));
    }

    static class TellsNoSnapshot extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            return right.watch(new ForwardingListener(listener) {
                @Override
                public void snapshot(List<Announcement> announcements) {
                    announcements.forEach(listener::announced);
                }
            });
        }
    }

    static class TellsTheSnapshotAtOnce extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            listener.snapshot(right.announcements());
            return right.watch(new ForwardingListener(listener) {
                @Override
                public void snapshot(List<Announcement> announcements) {
                    announcements.forEach(listener::announced);
                }
            });
        }
    }

    static class BeginsWithNothing extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            return right.watch(new ForwardingListener(listener) {
                @Override
                public void snapshot(List<Announcement> announcements) {
                    listener.snapshot(List.of());
                    announcements.forEach(listener::announced);
                }
            });
        }
    }

    static class TellsNamesTwice extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            return right.watch(new ForwardingListener(listener) {
                @Override
                public void snapshot(List<Announcement> announcements) {
                    listener.snapshot(announcements.stream()
                            .flatMap(announcement -> Collections.nCopies(2, announcement).stream())
                            .toList());
                }
            });
        }
    }

    static class TellsTheFirstAlone extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            return right.watch(new ForwardingListener(listener) {
                @Override
                public void announced(Announcement announcement) {}

                @Override
                public void withdrawn(Announcement announcement) {}
            });
        }
    }

    static class IsDeafToOthers extends WrongRegistryContract {
        @Override
        Registry wrong(InMemoryRegistry right) {
            Set<String> own = ConcurrentHashMap.newKeySet();
            return new DelegatingRegistry(right) {
                @Override
                public void announce(Announcement announcement) {
                    own.add(announcement.name());
                    right.announce(announcement);
                }

                @Override
                public Subscription watch(RegistryListener listener) {
                    return right.watch(new ForwardingListener(listener) {
                        @Override
                        public void announced(Announcement announcement) {
                            if (own.contains(announcement.name())) {
                                listener.announced(announcement);
                            }
                        }
                    });
                }
            };
        }
    }

    static class NeverTellsWithdrawn extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            return right.watch(new ForwardingListener(listener) {
                @Override
                public void withdrawn(Announcement announcement) {}
            });
        }
    }

    static class WithdrawsAnotherEndpoint extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            return right.watch(new ForwardingListener(listener) {
                @Override
                public void withdrawn(Announcement announcement) {
                    listener.withdrawn(new Announcement(announcement.name(), "", Endpoint.of("10.0.0.7", 1)));
                }
            });
        }
    }

    static class TellsEachNameOnce extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            Set<String> told = ConcurrentHashMap.newKeySet();
            return right.watch(new ForwardingListener(listener) {
                @Override
                public void snapshot(List<Announcement> announcements) {
                    announcements.forEach(announcement -> told.add(announcement.name()));
                    listener.snapshot(announcements);
                }

                @Override
                public void announced(Announcement announcement) {
                    if (told.add(announcement.name())) {
                        listener.announced(announcement);
                    }
                }
            });
        }
    }

    static class TellsAHundred extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            AtomicInteger count = new AtomicInteger();
            return right.watch(new ForwardingListener(listener) {
                @Override
                void call(Runnable call) {
                    if (count.incrementAndGet() <= 100) {
                        call.run();
                    }
                }
            });
        }
    }

    static class TellsNothingOfOneName extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            return right.watch(new ForwardingListener(listener) {
                @Override
                public void announced(Announcement announcement) {
                    if (!announcement.name().endsWith("-3")) {
                        listener.announced(announcement);
                    }
                }
            });
        }
    }

    static class TellsTheLastListenerAlone extends WrongRegistryContract {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {

                private @Nullable Subscription last;

                @Override
                public synchronized Subscription watch(RegistryListener listener) {
                    if (last != null) {
                        last.close();
                    }
                    Subscription next = right.watch(listener);
                    last = next;
                    return next;
                }
            };
        }
    }

    static class HasOneLockForAll extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            return right.watch(new ForwardingListener(listener) {
                @Override
                void call(Runnable call) {
                    synchronized (right) {
                        call.run();
                    }
                }
            });
        }
    }

    static class CallsWhileItCalls extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            return right.watch(new ForwardingListener(listener) {
                @Override
                void call(Runnable call) {
                    start(call);
                }
            });
        }
    }

    @CanIgnoreReturnValue
    private static Thread start(Runnable work) {
        Thread thread = new Thread(work, "wrong-watch");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    static class ConflatesNothing extends WrongRegistryContract {

        private final List<Consumer<Announcement>> queues = new CopyOnWriteArrayList<>();

        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public void announce(Announcement announcement) {
                    right.announce(announcement);
                    queues.forEach(queue -> queue.accept(announcement));
                }

                @Override
                public Subscription watch(RegistryListener listener) {
                    List<Announcement> waiting = new CopyOnWriteArrayList<>();
                    queues.add(waiting::add);
                    return right.watch(new ForwardingListener(listener) {
                        @Override
                        public void announced(Announcement last) {
                            waiting.forEach(listener::announced);
                            waiting.clear();
                        }
                    });
                }
            };
        }
    }

    static class TellsOthersPrefixes extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            CountDownLatch toldOfOthers = new CountDownLatch(1);
            Subscription own = right.watch(new ForwardingListener(listener) {
                @Override
                public void announced(Announcement announcement) {
                    // Each watch has a thread of its own: what is wrong shall come first, however slow that thread is.
                    awaitUninterruptibly(toldOfOthers);
                    listener.announced(announcement);
                }
            });
            Subscription others = new InMemoryRegistry(store, right.prefix() + "-2", new Faults())
                    .watch(new ForwardingListener(listener) {
                        @Override
                        public void snapshot(List<Announcement> announcements) {
                            announcements.forEach(this::announced);
                        }

                        @Override
                        public void announced(Announcement announcement) {
                            listener.announced(announcement);
                            toldOfOthers.countDown();
                        }
                    });
            return () -> {
                own.close();
                others.close();
            };
        }

        private static void awaitUninterruptibly(CountDownLatch latch) {
            try {
                boolean unused = latch.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static class TellsRecords extends WrongRegistryContract {
        @Override
        Registry wrong(InMemoryRegistry right) {
            return new DelegatingRegistry(right) {
                @Override
                public boolean compareAndSet(
                        RecordKey key, @Nullable String expected, String value, @Nullable Duration ttl) {
                    right.put(key.name(), value);
                    return right.records().compareAndSet(key, expected, value, ttl);
                }
            };
        }
    }
}
