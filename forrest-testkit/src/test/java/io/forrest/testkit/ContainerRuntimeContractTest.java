package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A contract is worth what it finds: each of these runtimes is wrong in one way, and is found out. */
class ContainerRuntimeContractTest {

    @TestFactory
    Stream<DynamicTest> everyWrongRuntime_isFoundOut() {
        return Stream.of(
                wrong(LeavesWhatFailed.class, "start_addressOfAnotherHost_isRefusedAndLeavesNothing"),
                wrong(WidensAddresses.class, "start_newName_runsAndIsReachable"),
                wrong(TakesOverNames.class, "start_nameOfAnotherLaunch_isRefusedAndLeavesThatAlone"),
                wrong(FindsByPrefix.class, "find_partsAndUnknown_isEmpty"),
                wrong(HidesExited.class, "list_someLabels_hasThoseThatCarryAllOfThem"),
                wrong(ListsByAnyLabel.class, "list_someLabels_hasThoseThatCarryAllOfThem"),
                wrong(TurnsLogsRound.class, "logs_ofSeveralLines_areTheLastInTheirOrder"),
                wrong(KnowsNoSecondRemove.class, "remove_runningThrice_isGone"),
                wrong(PullsAlways.class, "prepare_missingImageThatIsNotToBePulled_saysSo"),
                wrong(IgnoresInterrupts.class, "anyCall_interruptedBefore_throwsSoonAndKeepsTheStatus"),
                wrong(StopsAllOnClose.class, "close_thrice_leavesContainersRunning"),
                wrong(NeverCloses.class, "anyCall_afterClose_isAnIllegalState"));
    }

    private static DynamicTest wrong(Class<? extends ContainerRuntimeContract> contract, String finder) {
        return DynamicTest.dynamicTest(
                contract.getSimpleName(),
                () -> assertThat(Verdicts.failing(contract)).contains(finder));
    }

    private static class Delegating implements ContainerRuntime {

        final FakeContainerRuntime right;

        Delegating(FakeContainerRuntime right) {
            this.right = right;
        }

        @Override
        public ImageInfo prepare(ImageReference image, PullPolicy policy, Consumer<? super PullProgress> progress) {
            return right.prepare(image, policy, progress);
        }

        @Override
        public Container start(ContainerSpec spec) {
            return right.start(spec);
        }

        @Override
        public Optional<Container> find(String nameOrId) {
            return right.find(nameOrId);
        }

        @Override
        public List<Container> list(Map<String, String> labels) {
            return right.list(labels);
        }

        @Override
        public void stop(String id, Duration grace) {
            right.stop(id, grace);
        }

        @Override
        public void remove(String id) {
            right.remove(id);
        }

        @Override
        public List<String> logs(String id, int lines) {
            return right.logs(id, lines);
        }

        @Override
        public EngineInfo engine() {
            return right.engine();
        }

        @Override
        public void close() {
            right.close();
        }
    }

    private abstract static class Wrong extends ContainerRuntimeContract {

        final FakeEngine engine = new FakeEngine().addImage("demo/myapp", FakeImage.exposing(8080));

        @Override
        protected ContainerRuntime newRuntime() {
            return wrong(new FakeContainerRuntime(engine));
        }

        @Override
        protected String image() {
            return "demo/myapp";
        }

        @AfterEach
        void closeEngine() {
            engine.close();
        }

        abstract ContainerRuntime wrong(FakeContainerRuntime right);
    }

    static class LeavesWhatFailed extends Wrong {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new Delegating(right) {
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

    static class WidensAddresses extends Wrong {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new Delegating(right) {
                @Override
                public Container start(ContainerSpec spec) {
                    return right.start(ContainerRuntimeFixture.boundTo(spec, Endpoint.address("0.0.0.0")));
                }
            };
        }
    }

    static class TakesOverNames extends Wrong {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new Delegating(right) {
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

    static class FindsByPrefix extends Wrong {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new Delegating(right) {
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

    static class HidesExited extends Wrong {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new Delegating(right) {
                @Override
                public List<Container> list(Map<String, String> labels) {
                    return right.list(labels).stream()
                            .filter(container -> container.status() != Status.EXITED)
                            .toList();
                }
            };
        }
    }

    static class ListsByAnyLabel extends Wrong {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new Delegating(right) {
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

    static class TurnsLogsRound extends Wrong {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new Delegating(right) {
                @Override
                public List<String> logs(String id, int lines) {
                    List<String> turned = new ArrayList<>(right.logs(id, lines));
                    Collections.reverse(turned);
                    return turned;
                }
            };
        }
    }

    static class KnowsNoSecondRemove extends Wrong {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new Delegating(right) {
                @Override
                public void remove(String id) {
                    right.remove(right.find(id).orElseThrow().id());
                }
            };
        }
    }

    static class PullsAlways extends Wrong {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new Delegating(right) {
                @Override
                public ImageInfo prepare(
                        ImageReference image, PullPolicy policy, Consumer<? super PullProgress> progress) {
                    engine.addImage(image.toString(), FakeImage.exposing(8080));
                    return right.prepare(image, policy, progress);
                }
            };
        }
    }

    static class IgnoresInterrupts extends Wrong {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new Delegating(right) {
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

    static class StopsAllOnClose extends Wrong {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new Delegating(right) {
                @Override
                public void close() {
                    engine.containers().forEach(container -> engine.kill(container.id(), 137));
                    right.close();
                }
            };
        }
    }

    static class NeverCloses extends Wrong {
        @Override
        ContainerRuntime wrong(FakeContainerRuntime right) {
            return new Delegating(right) {
                @Override
                public void close() {}
            };
        }
    }
}
