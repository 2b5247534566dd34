package io.forrest.testkit;

import io.forrest.RegistryException;
import io.forrest.RegistryException.Reason;
import io.forrest.Subscription;
import io.forrest.spi.RegistryListener;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each of these registries is wrong in one way about how watches end, throw and are interrupted, and is found out. */
class WatchClosingContractTest {

    @TestFactory
    Stream<DynamicTest> everyWrongWatch_isFoundOut() {
        return Verdicts.onWrong(Map.ofEntries(
                Map.entry(LosesWhatItThrewOn.class, "watch_listenerThatThrows_hearsASnapshotNextAndLosesNothing"),
                Map.entry(EndsWhenItThrew.class, "watch_listenerThatThrows_hearsASnapshotNextAndLosesNothing"),
                Map.entry(TellsWhenClosed.class, "watch_closed_tellsNothingMore"),
                Map.entry(ClosesOnce.class, "watch_closed_tellsNothingMore"),
                Map.entry(CannotBeClosedFromWithin.class, "watch_closedByItsListener_tellsNothingMore"),
                Map.entry(OutlivesItsRegistry.class, "watch_ofClosedRegistry_tellsNothingMore"),
                Map.entry(
                        InterruptsTheListener.class, "watch_closedWhileItsListenerIsCalled_doesNotWaitNorInterruptIt"),
                Map.entry(WaitsForTheListener.class, "watch_closedWhileItsListenerIsCalled_doesNotWaitNorInterruptIt"),
                Map.entry(WatchesWhenClosed.class, "watch_onClosedRegistry_isAnIllegalState"),
                Map.entry(IsStoppedByInterrupts.class, "watch_byAnInterruptedCaller_watchesAndKeepsTheStatus"),
                Map.entry(ForgetsInterrupts.class, "watch_byAnInterruptedCaller_watchesAndKeepsTheStatus")));
    }

    static class LosesWhatItThrewOn extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            return right.watch(new ForwardingListener(listener) {
                @Override
                void call(Runnable call) {
                    try {
                        call.run();
                    } catch (RuntimeException e) {
                        // As if it had heard.
                    }
                }
            });
        }
    }

    static class EndsWhenItThrew extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            AtomicInteger thrown = new AtomicInteger();
            return right.watch(new ForwardingListener(listener) {
                @Override
                void call(Runnable call) {
                    if (thrown.get() == 0) {
                        try {
                            call.run();
                        } catch (RuntimeException e) {
                            thrown.incrementAndGet();
                        }
                    }
                }
            });
        }
    }

    static class TellsWhenClosed extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            Subscription unused = right.watch(listener);
            return () -> {};
        }
    }

    static class ClosesOnce extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            Subscription subscription = right.watch(listener);
            AtomicInteger closes = new AtomicInteger();
            return () -> {
                if (closes.incrementAndGet() > 1) {
                    throw new IllegalStateException("closed already");
                }
                subscription.close();
            };
        }
    }

    static class CannotBeClosedFromWithin extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            ThreadLocal<Boolean> within = ThreadLocal.withInitial(() -> false);
            Subscription subscription = right.watch(new ForwardingListener(listener) {
                @Override
                void call(Runnable call) {
                    within.set(true);
                    call.run();
                }
            });
            return () -> {
                if (!within.get()) {
                    subscription.close();
                }
            };
        }
    }

    static class OutlivesItsRegistry extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            return new InMemoryRegistry(store, right.prefix(), new Faults()).watch(listener);
        }
    }

    static class InterruptsTheListener extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            Set<Thread> threads = ConcurrentHashMap.newKeySet();
            Subscription subscription = right.watch(new ForwardingListener(listener) {
                @Override
                void call(Runnable call) {
                    threads.add(Thread.currentThread());
                    call.run();
                }
            });
            return () -> {
                threads.forEach(Thread::interrupt);
                subscription.close();
            };
        }
    }

    static class WaitsForTheListener extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            Object lock = new Object();
            Subscription subscription = right.watch(new ForwardingListener(listener) {
                @Override
                void call(Runnable call) {
                    synchronized (lock) {
                        call.run();
                    }
                }
            });
            return () -> {
                synchronized (lock) {
                    subscription.close();
                }
            };
        }
    }

    static class WatchesWhenClosed extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            try {
                return right.watch(listener);
            } catch (IllegalStateException e) {
                return () -> {};
            }
        }
    }

    static class IsStoppedByInterrupts extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            if (Thread.currentThread().isInterrupted()) {
                throw new RegistryException(Reason.UNKNOWN_OUTCOME, "interrupted", null);
            }
            return right.watch(listener);
        }
    }

    static class ForgetsInterrupts extends WrongWatchContract {
        @Override
        Subscription wrong(InMemoryRegistry right, RegistryListener listener) {
            boolean unused = Thread.interrupted();
            return right.watch(listener);
        }
    }
}
