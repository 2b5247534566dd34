package io.forrest.testkit;

import io.forrest.ContainerRuntimeException;
import io.forrest.Endpoint;
import io.forrest.NameTakenException;
import io.forrest.PullPolicy;
import io.forrest.spi.Container;
import io.forrest.spi.Container.Status;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.ContainerSpec;
import io.forrest.spi.EngineInfo;
import io.forrest.spi.ImageInfo;
import io.forrest.spi.ImageReference;
import io.forrest.spi.PullProgress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A contract is worth what it finds: each of these runtimes is wrong in one way, and is found out. */
class ContainerRuntimeContractTest {

    @TestFactory
    Stream<DynamicTest> everyWrongRuntime_isFoundOut() {
        return Verdicts.onWrong(Map.ofEntries(
                Map.entry(LeavesWhatFailed.class, "start_addressOfAnotherHost_isRefusedAndLeavesNothing"),
                Map.entry(WidensAddresses.class, "start_newName_runsAndIsReachable"),
                Map.entry(TakesOverNames.class, "start_nameOfAnotherLaunch_isRefusedAndLeavesThatAlone"),
                Map.entry(FindsByPrefix.class, "find_partsAndUnknown_isEmpty"),
                Map.entry(HidesExited.class, "list_someLabels_hasThoseThatCarryAllOfThem"),
                Map.entry(ListsByAnyLabel.class, "list_someLabels_hasThoseThatCarryAllOfThem"),
                Map.entry(TurnsLogsRound.class, "logs_ofSeveralLines_areTheLastInTheirOrder"),
                Map.entry(KnowsNoSecondRemove.class, "remove_runningThrice_isGone"),
                Map.entry(PullsAlways.class, "prepare_missingImageThatIsNotToBePulled_saysSo"),
                Map.entry(IgnoresInterrupts.class, "anyCall_interruptedBefore_throwsSoonAndKeepsTheStatus"),
                Map.entry(StopsAllOnClose.class, "close_thrice_leavesContainersRunning"),
                Map.entry(TellsItsOwnTime.class, "engine_time_isThatOfItsContainers"),
                Map.entry(NeverCloses.class, "anyCall_afterClose_isAnIllegalState")));
    }

    static class LeavesWhatFailed extends WrongRuntimeContract {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new DelegatingRuntime(right) {
                @Override
                public Container start(ContainerSpec spec) {
                    try {
                        return right.start(spec);
                    } catch (ContainerRuntimeException e) {
                        Container unused = engine.held().create(spec);
                        throw e;
                    }
                }
            };
        }
    }

    static class WidensAddresses extends WrongRuntimeContract {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new DelegatingRuntime(right) {
                @Override
                public Container start(ContainerSpec spec) {
                    return right.start(ContainerRuntimeFixture.boundTo(spec, Endpoint.address("0.0.0.0")));
                }
            };
        }
    }

    static class TakesOverNames extends WrongRuntimeContract {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new DelegatingRuntime(right) {
                @Override
                public Container start(ContainerSpec spec) {
                    try {
                        return right.start(spec);
                    } catch (NameTakenException e) {
                        return right.find(spec.name()).orElseThrow();
                    }
                }
            };
        }
    }

    static class FindsByPrefix extends WrongRuntimeContract {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new DelegatingRuntime(right) {
                @Override
                public Optional<Container> find(String nameOrId) {
                    return right.list(Map.of()).stream()
                            .filter(container -> container.id().startsWith(nameOrId)
                                    || container.name().startsWith(nameOrId))
                            .findFirst()
                            .flatMap(container -> right.find(container.id()));
                }
            };
        }
    }

    static class HidesExited extends WrongRuntimeContract {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new DelegatingRuntime(right) {
                @Override
                public List<Container> list(Map<String, String> labels) {
                    return right.list(labels).stream()
                            .filter(container -> container.status() != Status.EXITED)
                            .toList();
                }
            };
        }
    }

    static class ListsByAnyLabel extends WrongRuntimeContract {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new DelegatingRuntime(right) {
                @Override
                public List<Container> list(Map<String, String> labels) {
                    return right.list(Map.of()).stream()
                            .filter(container ->
                                    !Collections.disjoint(container.labels().entrySet(), labels.entrySet()))
                            .toList();
                }
            };
        }
    }

    static class TurnsLogsRound extends WrongRuntimeContract {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new DelegatingRuntime(right) {
                @Override
                public List<String> logs(String id, int lines) {
                    List<String> turned = new ArrayList<>(right.logs(id, lines));
                    Collections.reverse(turned);
                    return turned;
                }
            };
        }
    }

    static class KnowsNoSecondRemove extends WrongRuntimeContract {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new DelegatingRuntime(right) {
                @Override
                public void remove(String id) {
                    right.remove(right.find(id).orElseThrow().id());
                }
            };
        }
    }

    static class PullsAlways extends WrongRuntimeContract {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new DelegatingRuntime(right) {
                @Override
                public ImageInfo prepare(
                        ImageReference image, PullPolicy policy, Consumer<? super PullProgress> progress) {
                    engine.addImage(image.toString(), FakeImage.exposing(8080));
                    return right.prepare(image, policy, progress);
                }
            };
        }
    }

    static class IgnoresInterrupts extends WrongRuntimeContract {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new DelegatingRuntime(right) {
                @Override
                public Container start(ContainerSpec spec) {
                    boolean interrupted = Thread.interrupted();
                    Container started = right.start(spec);
                    if (interrupted) {
                        Thread.currentThread().interrupt();
                    }
                    return started;
                }
            };
        }
    }

    static class StopsAllOnClose extends WrongRuntimeContract {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new DelegatingRuntime(right) {
                @Override
                public void close() {
                    engine.containers().forEach(container -> engine.kill(container.id(), 137));
                    right.close();
                }
            };
        }
    }

    static class TellsItsOwnTime extends WrongRuntimeContract {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new DelegatingRuntime(right) {
                @Override
                public EngineInfo engine() {
                    EngineInfo info = right.engine();
                    return new EngineInfo(
                            info.id(),
                            info.hostName(),
                            info.version(),
                            null,
                            info.time().orElseThrow().plusSeconds(3600));
                }
            };
        }
    }

    static class NeverCloses extends WrongRuntimeContract {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new DelegatingRuntime(right) {
                @Override
                public void close() {}
            };
        }
    }
}
