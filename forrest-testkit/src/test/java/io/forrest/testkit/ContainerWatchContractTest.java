package io.forrest.testkit;

import io.forrest.Subscription;
import io.forrest.spi.Container;
import io.forrest.spi.Container.Health;
import io.forrest.spi.ContainerListener;
import io.forrest.spi.ContainerRuntime;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each of these runtimes is wrong in one way about what it tells of containers, and is found out. */
class ContainerWatchContractTest {

    @TestFactory
    Stream<DynamicTest> everyWrongWatch_isFoundOut() {
        return Verdicts.onWrong(Map.ofEntries(
                Map.entry(TellsNoGap.class, "watch_begun_tellsAGapAndNothingOfBefore"),
                Map.entry(TellsTheGapAtOnce.class, "watch_begun_tellsAGapAndNothingOfBefore"),
                Map.entry(TellsOfBefore.class, "watch_begun_tellsAGapAndNothingOfBefore"),
                Map.entry(TellsNoCode.class, "watch_programThatEnds_isToldWithIdNameAndCode"),
                Map.entry(TellsTheNameAsId.class, "watch_programThatEnds_isToldWithIdNameAndCode"),
                Map.entry(TellsMemoryOfAll.class, "watch_programThatEnds_isToldWithIdNameAndCode"),
                Map.entry(TellsNoStart.class, "watch_programThatEnds_isToldWithIdNameAndCode"),
                Map.entry(TellsCrashesAlone.class, "watch_stoppedAndRemoved_areToldAsDied"),
                Map.entry(HeedsNoLabels.class, "watch_ofLabels_tellsOfThoseThatCarryAllOfThem"),
                Map.entry(TellsNoHealth.class, "watch_healthcheckThatPasses_isToldHealthy"),
                Map.entry(TurnsOrderRound.class, "watch_severalSideBySide_tellsOfEachInItsOrder"),
                Map.entry(TellsTheLastListenerAlone.class, "watch_twiceOnOneRuntime_tellsEachListenerEverything"),
                Map.entry(HasOneLockForAll.class, "watch_listenerThatBlocks_hearsItAllInTheEndAndHarmsNoOther"),
                Map.entry(CallsWhileItCalls.class, "watch_listenerThatBlocks_hearsItAllInTheEndAndHarmsNoOther"),
                Map.entry(KeepsTheFirstOnly.class, "watch_listenerThatBlocks_hearsItAllInTheEndAndHarmsNoOther")));
    }

    static class TellsNoGap extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            return right.watch(labels, new Forwarding(listener) {
                @Override
                public void gap() {}
            });
        }
    }

    static class TellsTheGapAtOnce extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            listener.gap();
            return right.watch(labels, new Forwarding(listener) {
                @Override
                public void gap() {}
            });
        }
    }

    static class TellsOfBefore extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            return right.watch(labels, new Forwarding(listener) {
                @Override
                public void gap() {
                    listener.gap();
                    for (Container container : right.list(labels)) {
                        listener.started(container.id(), container.name());
                    }
                }
            });
        }
    }

    static class TellsNoCode extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            return right.watch(labels, new Forwarding(listener) {
                @Override
                public void died(String id, String name, int exitCode, boolean outOfMemory) {
                    listener.died(id, name, UNKNOWN_EXIT_CODE, outOfMemory);
                }
            });
        }
    }

    static class TellsTheNameAsId extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            return right.watch(labels, new Forwarding(listener) {
                @Override
                public void died(String id, String name, int exitCode, boolean outOfMemory) {
                    listener.died(name, name, exitCode, outOfMemory);
                }
            });
        }
    }

    static class TellsMemoryOfAll extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            return right.watch(labels, new Forwarding(listener) {
                @Override
                public void died(String id, String name, int exitCode, boolean outOfMemory) {
                    listener.died(id, name, exitCode, true);
                }
            });
        }
    }

    static class TellsNoStart extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            return right.watch(labels, new Forwarding(listener) {
                @Override
                public void started(String id, String name) {}
            });
        }
    }

    static class TellsCrashesAlone extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            return right.watch(labels, new Forwarding(listener) {
                @Override
                public void died(String id, String name, int exitCode, boolean outOfMemory) {
                    if (exitCode < 128) {
                        listener.died(id, name, exitCode, outOfMemory);
                    }
                }
            });
        }
    }

    static class HeedsNoLabels extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            return right.watch(Map.of(), listener);
        }
    }

    static class TellsNoHealth extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            return right.watch(labels, new Forwarding(listener) {
                @Override
                public void health(String id, String name, Health health) {}
            });
        }
    }

    static class TurnsOrderRound extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            return right.watch(labels, new Forwarding(listener) {
                @Override
                public void started(String id, String name) {}

                @Override
                public void died(String id, String name, int exitCode, boolean outOfMemory) {
                    listener.died(id, name, exitCode, outOfMemory);
                    listener.started(id, name);
                }
            });
        }
    }

    static class TellsTheLastListenerAlone extends WrongContainerWatchContract {

        private final AtomicReference<ContainerListener> last = new AtomicReference<>();

        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            last.set(listener);
            return right.watch(labels, new Forwarding(listener) {
                @Override
                void call(Runnable call) {
                    if (last.get() == listener) {
                        call.run();
                    }
                }
            });
        }
    }

    static class HasOneLockForAll extends WrongContainerWatchContract {

        private final ReentrantLock lock = new ReentrantLock();

        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            return right.watch(labels, new Forwarding(listener) {
                @Override
                void call(Runnable call) {
                    lock.lock();
                    try {
                        call.run();
                    } finally {
                        lock.unlock();
                    }
                }
            });
        }
    }

    static class CallsWhileItCalls extends WrongContainerWatchContract {

        private final ExecutorService executor = Executors.newCachedThreadPool();

        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            ContainerRuntime wrong = super.wrong(right);
            return new DelegatingRuntime(right) {
                @Override
                public Subscription watch(Map<String, String> labels, ContainerListener listener) {
                    return wrong.watch(labels, listener);
                }

                @Override
                public void close() {
                    executor.shutdown();
                    right.close();
                }
            };
        }

        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            return right.watch(labels, new Forwarding(listener) {
                @Override
                void call(Runnable call) {
                    executor.execute(call);
                }
            });
        }
    }

    static class KeepsTheFirstOnly extends WrongContainerWatchContract {
        @Override
        Subscription wrong(FakeContainerRuntime right, Map<String, String> labels, ContainerListener listener) {
            AtomicInteger told = new AtomicInteger();
            return right.watch(labels, new Forwarding(listener) {
                @Override
                void call(Runnable call) {
                    if (told.incrementAndGet() <= 3) {
                        call.run();
                    }
                }
            });
        }
    }
}
