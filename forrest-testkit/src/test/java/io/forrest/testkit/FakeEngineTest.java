package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.Endpoint;
import io.forrest.PullPolicy;
import io.forrest.spi.Container;
import io.forrest.spi.Container.Health;
import io.forrest.spi.Container.Status;
import io.forrest.spi.ContainerSpec;
import io.forrest.spi.ImageReference;
import io.forrest.spi.PublishedPort;
import io.forrest.spi.PullProgress;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakeEngineTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final FakeImage IMAGE = FakeImage.exposing(8080);

    private final FakeTime time = FakeTime.manual();
    private final Faults faults = new Faults(0, time);
    private final FakeEngine engine = new FakeEngine(time, 0);
    private final FakeContainerRuntime runtime = new FakeContainerRuntime(engine, faults);

    @AfterEach
    void closeEngine() {
        engine.close();
        assertThat(engine.containers()).isEmpty();
    }

    private Container start(FakeImage image) {
        engine.addImage("demo/myapp", image);
        return runtime.start(spec("brave-fox"));
    }

    private static ContainerSpec spec(String name) {
        return new ContainerSpec(
                name,
                "demo/myapp",
                8080,
                Endpoint.address("127.0.0.1"),
                Map.of(),
                List.of(),
                Map.of("launch", name),
                null,
                null,
                List.of(),
                null,
                null);
    }

    private Container inspect(Container container) {
        return runtime.find(container.id()).orElseThrow();
    }

    private enum Answer {
        REFUSED,
        CLOSED,
        HELD
    }

    /** Tries the port as a probe does: a connection that is closed at once is no answer. */
    private static Answer connect(Container container) throws IOException {
        return connect(container, 100);
    }

    /** Tries the port, and takes a connection for held that is not closed within so many milliseconds. */
    private static Answer connect(Container container, int holds) throws IOException {
        PublishedPort port = container.ports().get(0);
        try (Socket socket = new Socket()) {
            try {
                socket.connect(new InetSocketAddress(port.hostAddress(), port.hostPort()), 1000);
            } catch (IOException e) {
                return Answer.REFUSED;
            }
            socket.setSoTimeout(holds);
            try {
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
                return Answer.CLOSED;
            } catch (SocketTimeoutException e) {
                return Answer.HELD;
            } catch (IOException e) {
                return Answer.CLOSED;
            }
        }
    }

    @Test
    void start_ids_areAsDockers() {
        assertThat(start(IMAGE).id()).matches("[0-9a-f]{64}");
        assertThat(start(IMAGE).created()).isEqualTo(FakeTime.START);
        assertThat(runtime.engine().id())
                .isNotEqualTo(new FakeEngine(time, 1).info().id());
    }

    @Test
    void listening_atOnce_holdsConnections() throws IOException {
        Container container = start(IMAGE);

        assertThat(connect(container)).isEqualTo(Answer.HELD);
        runtime.remove(container.id());
        assertThat(connect(container)).isEqualTo(Answer.REFUSED);
    }

    @Test
    void listening_afterAWhile_refusesBefore() throws IOException {
        Container container = start(IMAGE.listensAfter(SECOND.multipliedBy(2)));

        time.advance(SECOND);
        assertThat(connect(container)).isEqualTo(Answer.REFUSED);
        time.advance(SECOND);
        assertThat(connect(container)).isEqualTo(Answer.HELD);
        assertThat(inspect(container)).isEqualTo(container);
    }

    @Test
    void listening_never_refuses() throws IOException {
        Container container = start(IMAGE.neverListens());
        time.advance(Duration.ofDays(1));

        assertThat(connect(container)).isEqualTo(Answer.REFUSED);
        assertThat(inspect(container).status()).isEqualTo(Status.RUNNING);
    }

    @Test
    void listening_onAnotherPort_refuses() throws IOException {
        assertThat(connect(start(FakeImage.exposing(9090)))).isEqualTo(Answer.REFUSED);
    }

    @Test
    void listening_behindProxy_acceptsAndClosesBefore() throws IOException {
        Container container = start(IMAGE.behindProxy().listensAfter(SECOND));

        assertThat(connect(container, 10_000)).isEqualTo(Answer.CLOSED);
        assertThat(connect(container, 10_000)).isEqualTo(Answer.CLOSED);
        time.advance(SECOND);
        assertThat(connect(container)).isEqualTo(Answer.HELD);
        assertThat(connect(container)).isEqualTo(Answer.HELD);
        runtime.remove(container.id());
        assertThat(connect(container)).isEqualTo(Answer.REFUSED);
    }

    @Test
    void listening_bySystemTime_comesByItself() {
        try (FakeEngine real = new FakeEngine(TimeSource.system(), 0)) {
            real.addImage("demo/myapp", IMAGE.listensAfter(Duration.ofMillis(50)));
            Container container = new FakeContainerRuntime(real).start(spec("brave-fox"));

            ContainerRuntimeFixture.assertAccepts(container.ports().get(0));
        }
    }

    @Test
    void exiting_atOnce_isSeenWithCodeAndLog() {
        Container container = start(IMAGE.logs("starting", "no config").exitsAtOnce(78));

        assertThat(container.status()).isEqualTo(Status.EXITED);
        assertThat(container.exitCode()).isEqualTo(78);
        assertThat(container.ports()).isEmpty();
        assertThat(runtime.logs(container.id(), 10)).containsExactly("starting", "no config");
    }

    @Test
    void exiting_afterAWhile_letsThePortGo() throws IOException {
        Container container = start(IMAGE.exitsAfter(SECOND, 9));

        assertThat(connect(container)).isEqualTo(Answer.HELD);
        time.advance(SECOND);
        assertThat(connect(container)).isEqualTo(Answer.REFUSED);
        assertThat(inspect(container).exitCode()).isEqualTo(9);
    }

    @Test
    void exiting_plannedForAnEarlierRun_leavesTheNextAlone() {
        Container container = start(IMAGE.exitsAfter(SECOND.multipliedBy(2), 9));
        time.advance(SECOND);
        engine.restart(container.id());
        time.advance(SECOND);

        assertThat(inspect(container).status()).isEqualTo(Status.RUNNING);
        time.advance(SECOND);
        assertThat(inspect(container).status()).isEqualTo(Status.EXITED);
    }

    @Test
    void health_changesAsTheImageSays() {
        Container container =
                start(IMAGE.healthAfter(SECOND, Health.HEALTHY).healthAfter(SECOND.multipliedBy(2), Health.UNHEALTHY));

        assertThat(container.health()).isEqualTo(Health.STARTING);
        time.advance(SECOND);
        assertThat(inspect(container).health()).isEqualTo(Health.HEALTHY);
        time.advance(SECOND);
        assertThat(inspect(container).health()).isEqualTo(Health.UNHEALTHY);
        engine.health("brave-fox", Health.HEALTHY);
        assertThat(inspect(container).health()).isEqualTo(Health.HEALTHY);
    }

    @Test
    void health_withoutHealthcheck_isNone() {
        assertThat(start(IMAGE).health()).isEqualTo(Health.NONE);
    }

    @Test
    void list_knowsNeitherExitCodesNorHealth() {
        Container container = start(IMAGE.healthAfter(Duration.ZERO, Health.HEALTHY));
        engine.kill(container.id(), 9);

        assertThat(runtime.list(Map.of()))
                .singleElement()
                .returns(null, Container::exitCode)
                .returns(Health.NONE, Container::health)
                .returns(Status.EXITED, Container::status);
        assertThat(engine.containers()).singleElement().returns(9, Container::exitCode);
    }

    @Test
    void kill_running_exitsAndRefuses() throws IOException {
        Container container = start(IMAGE);
        engine.kill("brave-fox", 137);

        assertThat(inspect(container).exitCode()).isEqualTo(137);
        assertThat(connect(container)).isEqualTo(Answer.REFUSED);
    }

    @Test
    void restart_givesAnotherPort() throws IOException {
        Container container = start(IMAGE);
        engine.restart(container.id());
        Container restarted = inspect(container);

        assertThat(restarted.id()).isEqualTo(container.id());
        assertThat(restarted.ports()).hasSize(1).isNotEqualTo(container.ports());
        assertThat(connect(restarted)).isEqualTo(Answer.HELD);
    }

    @Test
    void controls_ofUnknownContainer_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> engine.kill("nobody", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> engine.restart("nobody"));
        assertThatIllegalArgumentException().isThrownBy(() -> engine.log("nobody", "line"));
    }

    @Test
    void log_addsALine() {
        Container container = start(IMAGE.logs("one"));
        engine.log(container.id(), "two");

        assertThat(runtime.logs(container.id(), 1)).containsExactly("two");
    }

    @Test
    void stop_stubborn_takesTheGraceAndKills() throws InterruptedException {
        FakeTime automatic = new FakeTime();
        try (FakeEngine stubborn = new FakeEngine(automatic, 0).addImage("demo/myapp", IMAGE.stubborn())) {
            FakeContainerRuntime client = new FakeContainerRuntime(stubborn);
            Container container = client.start(spec("brave-fox"));
            client.stop(container.id(), SECOND.multipliedBy(10));
            client.stop(container.id(), SECOND.multipliedBy(10));

            assertThat(automatic.elapsed()).isEqualTo(SECOND.multipliedBy(10));
            assertThat(client.find(container.id()))
                    .hasValueSatisfying(
                            stopped -> assertThat(stopped.exitCode()).isEqualTo(137));
        }
    }

    @Test
    void prepare_imageToBePulled_tellsProgressOnce() {
        engine.addRemoteImage("demo/myapp:v2", FakeImage.exposing(9090, 8080).withHealthcheck());
        List<PullProgress> progress = new ArrayList<>();
        ImageReference image = ImageReference.parse("demo/myapp:v2");

        for (int i = 0; i < 2; i++) {
            assertThat(runtime.prepare(image, PullPolicy.IF_MISSING, progress::add))
                    .returns(List.of(8080, 9090), info -> info.exposedPorts())
                    .returns(true, info -> info.hasHealthcheck());
        }
        assertThat(progress).hasSize(2);
        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(
                        () -> runtime.prepare(ImageReference.parse("demo/myapp"), PullPolicy.IF_MISSING, progress::add))
                .returns(Reason.IMAGE_MISSING, ContainerRuntimeException::reason);
    }

    @Test
    void start_failing_leavesNothing() {
        faults.on(Operation.START).fail();

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> start(IMAGE))
                .returns(Reason.UNAVAILABLE, ContainerRuntimeException::reason)
                .returns(List.of(), ContainerRuntimeException::leftBehind);
        assertThat(engine.containers()).isEmpty();
    }

    @Test
    void start_failingHalfway_leavesACreatedContainerAndSaysSo() {
        faults.on(Operation.START).once().failHalfway();

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> start(IMAGE))
                .satisfies(e ->
                        assertThat(e.leftBehind()).singleElement().asString().startsWith("container brave-fox ("));
        assertThat(engine.containers()).extracting(Container::status).containsExactly(Status.CREATED);
        assertThat(start(IMAGE).status()).isEqualTo(Status.RUNNING);
        assertThat(engine.containers()).hasSize(1);
    }

    @Test
    void start_answerLost_leavesARunningContainerAndSaysSo() {
        faults.on(Operation.START).once().loseAnswer();

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> start(IMAGE))
                .satisfies(e -> assertThat(e.leftBehind()).hasSize(1));
        Container there = engine.containers().get(0);
        assertThat(there.status()).isEqualTo(Status.RUNNING);
        assertThat(start(IMAGE).id()).isEqualTo(there.id());
    }

    @Test
    void everyCall_engineGone_fails() {
        Container container = start(IMAGE);
        faults.onEvery().fail();

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> runtime.stop(container.id(), SECOND))
                .returns(Reason.UNAVAILABLE, ContainerRuntimeException::reason);
        assertThatExceptionOfType(ContainerRuntimeException.class).isThrownBy(runtime::engine);
        assertThat(engine.containers()).extracting(Container::status).containsExactly(Status.RUNNING);
    }

    @Test
    void calls_ofContainers_areAboutTheirNames() {
        Container container = start(IMAGE);
        runtime.stop(container.id(), SECOND);
        runtime.remove(container.id());
        runtime.remove(container.id());

        assertThat(faults.calls())
                .extracting(Faults.Call::toString)
                .containsExactly("START brave-fox", "STOP brave-fox", "REMOVE brave-fox", "REMOVE " + container.id());
    }
}
