package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.Endpoint;
import io.forrest.NameTakenException;
import io.forrest.PullPolicy;
import io.forrest.spi.Container;
import io.forrest.spi.Container.Status;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.ContainerSpec;
import io.forrest.spi.ImageReference;
import io.forrest.spi.PublishedPort;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ContainerRuntime} does, as tests. Extend it and give it runtimes of one engine and an image; that is all.
 * Its containers carry a label of the test's own: after each test it removes them, and fails if one is left. Not
 * thread-safe; confine it to one thread.
 */
public abstract class ContainerRuntimeContract extends ContainerWatchContract {

    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final String NOBODY = "0".repeat(64);

    /** An address for documentation, which no host has (RFC 5737). */
    private static final String FOREIGN_ADDRESS = "192.0.2.1";

    /** For implementations to extend. */
    protected ContainerRuntimeContract() {}

    /**
     * Returns a new runtime, of the same engine each time. The contract closes it.
     *
     * @return the runtime
     */
    @Override
    protected abstract ContainerRuntime newRuntime();

    /**
     * Returns the image to start: present, it exposes the TCP port 8080 alone and listens on it, has {@code sh} with
     * {@code echo} and {@code exit}, and ends within a second of being asked to.
     *
     * @return the image's name
     */
    @Override
    protected abstract String image();

    /**
     * Returns an image like that, with a HEALTHCHECK that passes.
     *
     * @return the image's name
     */
    @Override
    protected abstract String healthcheckImage();

    @Test
    void prepare_presentImage_saysWhatItExposes() {
        for (PullPolicy policy : List.of(PullPolicy.IF_MISSING, PullPolicy.NEVER)) {
            assertThat(runtime()
                            .prepare(ImageReference.parse(image()), policy, progress -> {})
                            .exposedPorts())
                    .as(policy.toString())
                    .containsExactly(PORT);
        }
    }

    @Test
    void prepare_missingImageThatIsNotToBePulled_saysSo() {
        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(
                        () -> runtime().prepare(ImageReference.parse(MISSING_IMAGE), PullPolicy.NEVER, progress -> {}))
                .returns(Reason.IMAGE_MISSING, ContainerRuntimeException::reason);
    }

    @Test
    void start_newName_runsAndIsReachable() {
        ContainerSpec spec = spec("a");
        Container container = runtime().start(spec);

        assertThat(container.status()).isEqualTo(Status.RUNNING);
        assertThat(container.id()).isNotBlank();
        assertThat(container.name()).isEqualTo(spec.name());
        assertThat(container.image()).isEqualTo(image());
        assertThat(container.labels()).containsAllEntriesOf(spec.labels());
        assertThat(container.exitCode()).isNull();
        assertThat(container.ports()).hasSize(1);
        PublishedPort port = container.ports().get(0);
        assertThat(port.containerPort()).isEqualTo(PORT);
        assertThat(port.hostAddress()).isEqualTo(spec.bindAddress());
        assertThat(port.hostPort()).isBetween(1, 65_535);
        assertAccepts(port);
    }

    @Test
    void start_withoutBindAddress_publishesThePortSomewhere() {
        Container container = runtime().start(boundTo(spec("a"), null));

        assertThat(container.ports()).isNotEmpty().allSatisfy(port -> {
            assertThat(port.containerPort()).isEqualTo(PORT);
            assertThat(port.hostPort()).isPositive();
        });
    }

    @Test
    void start_sameSpecAgain_isTheSameContainer() {
        Container first = runtime().start(spec("a"));
        Container again = runtime().start(spec("a"));
        Container byAnother = another().start(spec("a"));

        assertThat(again.id()).isEqualTo(first.id());
        assertThat(byAnother.id()).isEqualTo(first.id());
        assertThat(again.ports()).isEqualTo(first.ports());
        assertThat(runtime().list(labels())).hasSize(1);
    }

    @Test
    void start_nameOfAnotherLaunch_isRefusedAndLeavesThatAlone() {
        Container first = runtime().start(spec("a"));

        assertThatExceptionOfType(NameTakenException.class)
                .isThrownBy(() -> runtime().start(labelled(spec("a"), "launch", "other")));

        assertThat(runtime().find(first.id())).contains(first);
        assertThat(runtime().list(labels())).hasSize(1);
    }

    @Test
    void start_severalSideBySide_haveTheirOwnPorts() {
        ContainerRuntime runtime = runtime();
        List<Callable<Container>> starts = IntStream.range(0, 4)
                .<Callable<Container>>mapToObj(i -> () -> runtime.start(spec("side-" + i)))
                .toList();

        List<Container> containers = SideBySide.run(starts);

        assertThat(containers).extracting(Container::id).doesNotHaveDuplicates();
        assertThat(containers)
                .extracting(container -> container.ports().get(0).hostPort())
                .doesNotHaveDuplicates();
    }

    @Test
    void start_sameSpecSideBySide_isOneContainer() {
        ContainerRuntime left = runtime();
        ContainerRuntime right = another();

        List<Container> containers =
                SideBySide.run(List.<Callable<Container>>of(() -> left.start(spec("a")), () -> right.start(spec("a"))));

        assertThat(containers)
                .extracting(Container::id)
                .containsOnly(containers.get(0).id());
        assertThat(left.list(labels())).hasSize(1);
    }

    @Test
    void start_missingImage_saysSoAndLeavesNothing() {
        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> runtime().start(ofImage(spec("a"), MISSING_IMAGE)))
                .returns(Reason.IMAGE_MISSING, ContainerRuntimeException::reason);

        assertNothingIsLeft();
    }

    @Test
    void start_addressOfAnotherHost_isRefusedAndLeavesNothing() {
        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> runtime().start(boundTo(spec("a"), Endpoint.address(FOREIGN_ADDRESS))))
                .returns(List.of(), ContainerRuntimeException::leftBehind);

        assertNothingIsLeft();
    }

    /** It depends on the init process: one that starts the program itself dies of it, and else the engine refuses. */
    @Test
    void start_programThatIsNotThere_isRefusedOrExits() {
        Container started;
        try {
            started = runtime().start(running(spec("a"), "/no/such/program"));
        } catch (ContainerRuntimeException e) {
            assertThat(e.reason()).isEqualTo(Reason.REFUSED);
            assertThat(e.leftBehind()).isEmpty();
            assertNothingIsLeft();
            return;
        }
        assertThat(awaitExit(started.id()).exitCode()).isNotZero();
    }

    @Test
    void start_programThatEndsAtOnce_isSeenAsExitedWithItsCode() {
        Container started = runtime().start(running(spec("a"), "sh", "-c", "echo bye; exit 3"));

        Container ended = awaitExit(started.id());
        assertThat(ended.exitCode()).isEqualTo(3);
        assertThat(ended.ports()).isEmpty();
        assertThat(runtime().logs(started.id(), 10)).containsExactly("bye");
    }

    @Test
    void start_environmentAndCommand_reachTheProgram() {
        ContainerSpec spec = running(spec("a"), "sh", "-c", "echo \"$GREETING\" \"$ODD\"; exit 0");
        Container started = runtime().start(withEnvironment(spec, Map.of("GREETING", "two words", "ODD", "a=b;'c")));

        assertThat(awaitExit(started.id()).exitCode()).isZero();
        assertThat(runtime().logs(started.id(), 10)).containsExactly("two words a=b;'c");
    }

    @Test
    void find_wholeNameOrId_isTheContainer() {
        Container started = runtime().start(spec("a"));

        assertThat(runtime().find(started.id())).contains(started);
        assertThat(another().find(started.name())).contains(started);
    }

    @Test
    void find_partsAndUnknown_isEmpty() {
        Container started = runtime().start(spec("a"));
        String name = started.name();

        for (String other : List.of(
                name.substring(0, name.length() - 1),
                name.substring(1),
                name + "a",
                started.id().substring(0, 12),
                NOBODY)) {
            assertThat(runtime().find(other)).as(other).isEmpty();
        }
    }

    @Test
    void list_someLabels_hasThoseThatCarryAllOfThem() {
        Container first = runtime().start(labelled(spec("a"), "kind", "x"));
        Container second = runtime().start(labelled(spec("b"), "kind", "y"));
        runtime().stop(second.id(), GRACE);

        assertThat(runtime().list(labels()))
                .extracting(Container::id)
                .containsExactlyInAnyOrder(first.id(), second.id());
        assertThat(runtime().list(labels("kind", "x")))
                .extracting(Container::id)
                .containsExactly(first.id());
        assertThat(runtime().list(labels("kind", "y"))).singleElement().satisfies(seen -> {
            assertThat(seen.name()).isEqualTo(second.name());
            assertThat(seen.status()).isEqualTo(Status.EXITED);
            assertThat(seen.labels()).containsAllEntriesOf(labels("kind", "y"));
        });
        assertThat(runtime().list(labels("kind", "z"))).isEmpty();
        assertThat(runtime().list(labels("kind", ""))).isEmpty();
    }

    @Test
    void list_runningContainer_hasItsPorts() {
        Container started = runtime().start(spec("a"));

        assertThat(runtime().list(labels()))
                .singleElement()
                .returns(started.ports(), Container::ports)
                .returns(Status.RUNNING, Container::status)
                .returns(started.image(), Container::image);
    }

    @Test
    void stop_thrice_hasExited() {
        Container started = runtime().start(spec("a"));
        for (int i = 0; i < 3; i++) {
            runtime().stop(started.id(), GRACE);
        }

        assertThat(runtime().find(started.id())).hasValueSatisfying(stopped -> {
            assertThat(stopped.status()).isEqualTo(Status.EXITED);
            assertThat(stopped.exitCode()).isNotNull();
            assertThat(stopped.ports()).isEmpty();
        });
    }

    @Test
    void stopAndRemove_unknownContainer_areDone() {
        assertThatCode(() -> runtime().stop(NOBODY, GRACE)).doesNotThrowAnyException();
        assertThatCode(() -> runtime().remove(NOBODY)).doesNotThrowAnyException();
    }

    @Test
    void remove_runningThrice_isGone() {
        Container started = runtime().start(spec("a"));
        for (int i = 0; i < 3; i++) {
            runtime().remove(started.id());
        }

        assertThat(runtime().find(started.id())).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void remove_thenStart_makesAnotherContainer() {
        Container first = runtime().start(spec("a"));
        runtime().remove(first.id());

        assertThat(runtime().start(spec("a")).id()).isNotEqualTo(first.id());
    }

    @Test
    void logs_ofSeveralLines_areTheLastInTheirOrder() {
        Container started =
                runtime().start(running(spec("a"), "sh", "-c", "echo one; echo two; echo three; echo four; exit 0"));
        awaitExit(started.id());

        assertThat(runtime().logs(started.id(), 3)).containsExactly("two", "three", "four");
        assertThat(runtime().logs(started.id(), 100)).containsExactly("one", "two", "three", "four");
    }

    @Test
    void logs_ofGoneContainer_areEmpty() {
        Container started = runtime().start(spec("a"));
        runtime().remove(started.id());

        assertThat(runtime().logs(started.id(), 10)).isEmpty();
    }

    @Test
    void engine_askedAgain_isTheSame() {
        assertThat(runtime().engine().id())
                .isNotBlank()
                .isEqualTo(runtime().engine().id())
                .isEqualTo(another().engine().id());
    }

    /** What others began is judged by the engine's clock, whatever clock the judge has. An engine need not tell the time. */
    @Test
    void engine_time_isThatOfItsContainers() {
        Optional<Instant> before = runtime().engine().time();
        Instant created = runtime().start(spec("a")).created();
        Optional<Instant> after = runtime().engine().time();

        before.ifPresent(time -> assertThat(created).isAfterOrEqualTo(time.minusSeconds(1)));
        after.ifPresent(time -> assertThat(created).isBeforeOrEqualTo(time.plusSeconds(1)));
    }

    @Test
    void anyCall_interruptedBefore_throwsSoonAndKeepsTheStatus() {
        ContainerRuntime runtime = runtime();
        Container started = runtime.start(spec("a"));

        assertEndsWhenInterrupted(
                () -> runtime.prepare(ImageReference.parse(image()), PullPolicy.NEVER, progress -> {}));
        assertEndsWhenInterrupted(() -> runtime.start(spec("b")));
        assertEndsWhenInterrupted(() -> runtime.find(started.id()));
        assertEndsWhenInterrupted(() -> runtime.list(labels()));
        assertEndsWhenInterrupted(() -> runtime.stop(started.id(), GRACE));
        assertEndsWhenInterrupted(() -> runtime.remove(started.id()));
        assertEndsWhenInterrupted(() -> runtime.logs(started.id(), 10));

        assertThat(runtime.find(spec("b").name())).isEmpty();
        assertThat(runtime.find(started.id())).contains(started);
    }

    @Test
    void start_interruptedAtAnyMoment_returnsTheContainerOrLeavesNothing() throws Exception {
        for (int millis : List.of(1, 10, 50, 150, 300)) {
            assertReturnsOrLeavesNothing(spec("after-" + millis), Duration.ofMillis(millis));
        }
    }

    @Test
    void close_thrice_leavesContainersRunning() {
        ContainerRuntime closed = another();
        Container started = closed.start(spec("a"));
        for (int i = 0; i < 3; i++) {
            assertThatCode(closed::close).doesNotThrowAnyException();
        }

        assertThat(runtime().find(started.id())).contains(started);
    }

    @Test
    void anyCall_afterClose_isAnIllegalState() {
        ContainerRuntime closed = another();
        closed.close();

        List<ThrowingCallable> calls = List.of(
                () -> closed.prepare(ImageReference.parse(image()), PullPolicy.NEVER, progress -> {}),
                () -> closed.start(spec("a")),
                () -> closed.find(NOBODY),
                () -> closed.list(labels()),
                () -> closed.stop(NOBODY, GRACE),
                () -> closed.remove(NOBODY),
                () -> closed.logs(NOBODY, 10),
                closed::engine);
        calls.forEach(call -> assertThatIllegalStateException().isThrownBy(call));
    }
}
