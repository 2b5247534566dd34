package io.forrest.testkit;

import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.Subscription;
import io.forrest.spi.ContainerListener;
import io.forrest.spi.ContainerRuntime;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each of these runtimes is wrong in one way about how watches end, throw and are interrupted, and is found out. */
class ContainerWatchClosingContractTest {

    @TestFactory
    Stream<DynamicTest> everyWrongWatch_isFoundOut() {
        return Verdicts.onWrong(Map.ofEntries(
                Map.entry(ForgetsTheGap.class, "watch_listenerThatThrows_hearsAGapNextAndGoesOn"),
                Map.entry(EndsWhenItThrew.class, "watch_listenerThatThrows_hearsAGapNextAndGoesOn"),
                Map.entry(HandsInterruptsOn.class, "watch_listenerThatInterruptsItself_hearsTheNextAllTheSame"),
                Map.entry(TellsWhenClosed.class, "watch_closed_tellsNothingMore"),
                Map.entry(ClosesOnce.class, "watch_closed_tellsNothingMore"),
                Map.entry(CannotBeClosedFromWithin.class, "watch_closedByItsListener_tellsNothingMore"),
                Map.entry(OutlivesItsRuntime.class, "watch_ofClosedRuntime_tellsNothingMore"),
                Map.entry(
                        InterruptsTheListener.class, "watch_closedWhileItsListenerIsCalled_doesNotWaitNorInterruptIt"),
                Map.entry(WaitsForTheListener.class, "watch_closedWhileItsListenerIsCalled_doesNotWaitNorInterruptIt"),
                Map.entry(WatchesWhenClosed.class, "watch_onClosedRuntime_isAnIllegalState"),
                Map.entry(IsStoppedByInterrupts.class, "watch_byAnInterruptedCaller_watchesAndKeepsTheStatus"),
                Map.entry(ForgetsInterrupts.class, "watch_byAnInterruptedCaller_watchesAndKeepsTheStatus")));
    }

    static class ForgetsTheGap extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            return right.watch(labels, new Forwarding(listener) {
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

    static class EndsWhenItThrew extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            AtomicInteger thrown = new AtomicInteger();
            return right.watch(labels, new Forwarding(listener) {
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

    static class HandsInterruptsOn extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            Set<Thread> interrupted = ConcurrentHashMap.newKeySet();
            return right.watch(labels, new Forwarding(listener) {
                @Override
                void call(Runnable call) {
                    if (!interrupted.contains(Thread.currentThread())) {
                        call.run();
                        if (Thread.interrupted()) {
                            interrupted.add(Thread.currentThread());
                        }
                    }
                }
            });
        }
    }

    static class TellsWhenClosed extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            Subscription unused = right.watch(labels, listener);
            return () -> {};
        }
    }

    static class ClosesOnce extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            Subscription subscription = right.watch(labels, listener);
            AtomicInteger closes = new AtomicInteger();
            return () -> {
                if (closes.incrementAndGet() > 1) {
                    throw new IllegalStateException("closed already");
                }
                subscription.close();
            };
        }
    }

    static class CannotBeClosedFromWithin extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            Set<Thread> inside = ConcurrentHashMap.newKeySet();
            Subscription subscription = right.watch(labels, new Forwarding(listener) {
                @Override
                void call(Runnable call) {
                    inside.add(Thread.currentThread());
                    try {
                        call.run();
                    } finally {
                        inside.remove(Thread.currentThread());
                    }
                }
            });
            return () -> {
                if (!inside.contains(Thread.currentThread())) {
                    subscription.close();
                }
            };
        }
    }

    static class OutlivesItsRuntime extends WrongContainerWatchContract {

        private final FakeContainerRuntime immortal = new FakeContainerRuntime(engine);

        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            return immortal.watch(labels, listener);
        }

        @AfterEach
        void closeImmortal() {
            immortal.close();
        }
    }

    static class InterruptsTheListener extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            Set<Thread> inside = ConcurrentHashMap.newKeySet();
            Subscription subscription = right.watch(labels, new Forwarding(listener) {
                @Override
                void call(Runnable call) {
                    inside.add(Thread.currentThread());
                    try {
                        call.run();
                    } finally {
                        inside.remove(Thread.currentThread());
                    }
                }
            });
            return () -> {
                subscription.close();
                inside.forEach(Thread::interrupt);
            };
        }
    }

    static class WaitsForTheListener extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            Object lock = new Object();
            Subscription subscription = right.watch(labels, new Forwarding(listener) {
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

    static class WatchesWhenClosed extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            try {
                return right.watch(labels, listener);
            } catch (IllegalStateException e) {
                return () -> {};
            }
        }
    }

    static class IsStoppedByInterrupts extends WrongRuntimeContract {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new DelegatingRuntime(right) {
                @Override
                public Subscription watch(Map<String, String> labels, ContainerListener listener) {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new ContainerRuntimeException(Reason.UNAVAILABLE, "interrupted", null);
                    }
                    return right.watch(labels, listener);
                }
            };
        }
    }

    static class ForgetsInterrupts extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            boolean unused = Thread.interrupted();
            return right.watch(labels, listener);
        }
    }
}
