package io.forrest.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import io.forrest.ByteSize;
import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.Endpoint;
import io.forrest.Mount;
import io.forrest.PullPolicy;
import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.Container;
import io.forrest.spi.Container.Health;
import io.forrest.spi.ContainerSpec;
import io.forrest.spi.EngineInfo;
import io.forrest.spi.ImageInfo;
import io.forrest.spi.ImageReference;
import io.forrest.spi.PublishedPort;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the contract cannot see: the runtime on a real engine, checked by what the engine itself says. */
class DockerEngineTest {

    private static final Duration GRACE = Duration.ofSeconds(5);

    @TempDir
    private Path folder;

    private final DockerRuntime runtime = DockerRuntime.create();
    private final DockerClient docker = TestImages.client();
    private final List<String> started = new ArrayList<>();

    @AfterEach
    void removeAll() throws Exception {
        started.forEach(runtime::remove);
        runtime.close();
        docker.close();
    }

    @CanIgnoreReturnValue
    private Container start(DockerRuntime by, ContainerSpec spec) {
        Container container = by.start(spec);
        started.add(container.id());
        return container;
    }

    private InspectContainerResponse inspected(Specs spec) {
        return docker.inspectContainerCmd(start(runtime, spec.build()).id()).exec();
    }

    private static HttpRequest root(Container container) {
        int port = container.ports().get(0).hostPort();
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .timeout(GRACE)
                .build();
    }

    private static ImageInfo prepared(DockerRuntime runtime, String image) {
        return runtime.prepare(ImageReference.parse(image), PullPolicy.IF_MISSING, progress -> {});
    }

    @Test
    void prepare_images_saysWhatTheyExpose() {
        assertThat(prepared(runtime, TestImages.web())).isEqualTo(new ImageInfo(List.of(8080), false));
        assertThat(prepared(runtime, TestImages.noPort())).isEqualTo(new ImageInfo(List.of(), false));
        assertThat(prepared(runtime, TestImages.twoPorts())).isEqualTo(new ImageInfo(List.of(8080, 9090), false));
        assertThat(prepared(runtime, TestImages.healthcheck())).isEqualTo(new ImageInfo(List.of(8080), true));
    }

    @Test
    void prepare_idOfAnImage_isThatImage() {
        String id = docker.inspectImageCmd(TestImages.twoPorts()).exec().getId();

        assertThat(prepared(runtime, id).exposedPorts()).containsExactly(8080, 9090);
        assertThat(runtime.prepare(ImageReference.parse(id), PullPolicy.ALWAYS, progress -> {})
                        .exposedPorts())
                .containsExactly(8080, 9090);
        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> prepared(runtime, "sha256:" + "0".repeat(64)))
                .returns(Reason.IMAGE_MISSING, ContainerRuntimeException::reason)
                .withMessageContaining("an id names an image that is there already");
    }

    @Test
    void start_idOfAnImage_runsIt() {
        String id = docker.inspectImageCmd(TestImages.web()).exec().getId();

        assertThat(start(runtime, new Specs(id).build()).image()).isEqualTo(id);
    }

    @Test
    void start_plainSpec_hasAnInitProcessNoRestartAndOnePortOnly() {
        InspectContainerResponse answer = inspected(new Specs(TestImages.twoPorts()));
        HostConfig host = answer.getHostConfig();

        assertThat(host.getInit()).isTrue();
        assertThat(host.getRestartPolicy()).isEqualTo(RestartPolicy.noRestart());
        assertThat(host.getPublishAllPorts()).isFalse();
        assertThat(host.getAutoRemove()).isFalse();
        assertThat(runtime.find(answer.getId()).orElseThrow().ports())
                .extracting(PublishedPort::containerPort)
                .containsExactly(TestImages.PORT);
    }

    @Test
    void start_memoryCpusAndNetwork_areTheEngines() {
        String network = "docker-test-" + System.nanoTime();
        String networkId = docker.createNetworkCmd().withName(network).exec().getId();
        try {
            InspectContainerResponse answer = inspected(new Specs(TestImages.web())
                    .memory(ByteSize.mebibytes(32))
                    .cpus(0.25)
                    .network(network));

            assertThat(answer.getHostConfig().getMemory()).isEqualTo(32L * 1024 * 1024);
            assertThat(answer.getHostConfig().getNanoCPUs()).isEqualTo(250_000_000L);
            assertThat(answer.getNetworkSettings().getNetworks()).containsOnlyKeys(network);
            runtime.remove(answer.getId());
        } finally {
            docker.removeNetworkCmd(networkId).exec();
        }
    }

    @Test
    void start_networkThatIsNotThere_isRefusedAndLeavesNothing() {
        ContainerSpec spec =
                new Specs(TestImages.web()).network("no-such-network").build();

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> runtime.start(spec))
                .returns(Reason.REFUSED, ContainerRuntimeException::reason)
                .withMessageContaining("no-such-network");
        assertThat(runtime.find(spec.name())).isEmpty();
    }

    @Test
    void start_networkThatPublishesNothing_isRefusedAndLeavesNothing() {
        ContainerSpec spec = new Specs(TestImages.web()).network("none").build();

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> runtime.start(spec))
                .returns(Reason.REFUSED, ContainerRuntimeException::reason)
                .withMessageContaining("published no port");
        assertThat(runtime.find(spec.name())).isEmpty();
    }

    @Test
    void start_mounts_areSeenInside() throws Exception {
        Files.writeString(folder.resolve("note"), "from the host\n");
        String volume = "docker-test-" + System.nanoTime();
        try {
            Container container = start(
                    runtime,
                    new Specs(TestImages.web())
                            .mount(Mount.bind(folder.toString(), "/given").asReadOnly())
                            .mount(Mount.volume(volume, "/kept"))
                            .command(
                                    "sh",
                                    "-c",
                                    "cat /given/note; touch /given/x 2>/dev/null || echo read-only; touch /kept/x && echo kept")
                            .build());

            await().untilAsserted(() ->
                    assertThat(runtime.logs(container.id(), 10)).containsExactly("from the host", "read-only", "kept"));
            runtime.remove(container.id());
            assertThat(docker.inspectVolumeCmd(volume).exec().getName()).isEqualTo(volume);
        } finally {
            docker.removeVolumeCmd(volume).exec();
        }
    }

    @Test
    void start_healthcheckInterval_keepsTheImagesTest() {
        Container container = start(
                runtime,
                new Specs(TestImages.healthcheck())
                        .healthcheckEvery(Duration.ofMillis(300))
                        .build());

        assertThat(container.health()).isIn(Health.STARTING, Health.HEALTHY);
        await().atMost(Duration.ofSeconds(15))
                .until(() -> runtime.find(container.id()).orElseThrow().health() == Health.HEALTHY);
        assertThat(runtime.list(Map.of()))
                .filteredOn(each -> each.id().equals(container.id()))
                .extracting(Container::health)
                .containsExactly(Health.HEALTHY);
    }

    @Test
    void start_withoutBindAddress_keepsEachBindingThatTheEngineMade() {
        Container container =
                start(runtime, new Specs(TestImages.web()).bind(null).build());

        assertThat(container.ports()).isNotEmpty().allSatisfy(port -> {
            assertThat(port.hostAddress().isAnyLocalAddress()).isTrue();
            assertThat(port.hostPort()).isPositive();
        });
        assertThat(runtime.list(Map.of()))
                .filteredOn(each -> each.id().equals(container.id()))
                .singleElement()
                .satisfies(listed -> assertThat(listed.ports()).containsExactlyInAnyOrderElementsOf(container.ports()));
    }

    @Test
    void start_addressOfAnotherHost_isRefusedAndNotWidened() {
        ContainerSpec spec = new Specs(TestImages.web()).bind("203.0.113.7").build();

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> runtime.start(spec))
                .returns(Reason.REFUSED, ContainerRuntimeException::reason)
                .withMessageContaining("203.0.113.7")
                .satisfies(e -> assertThat(e.leftBehind()).isEmpty());
        assertThat(runtime.find(spec.name())).isEmpty();
    }

    @Test
    void start_loopbackAddressOfIpv6_isTheOnlyOneBoundOrRefused() {
        ContainerSpec spec = new Specs(TestImages.web()).bind("::1").build();

        if (canBind("::1")) {
            assertThat(start(runtime, spec).ports())
                    .extracting(PublishedPort::hostAddress)
                    .containsExactly(Endpoint.address("::1"));
        } else {
            assertThatExceptionOfType(ContainerRuntimeException.class)
                    .isThrownBy(() -> runtime.start(spec))
                    .returns(Reason.REFUSED, ContainerRuntimeException::reason);
        }
    }

    private static boolean canBind(String address) {
        try (ServerSocket socket = new ServerSocket(0, 1, Endpoint.address(address))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void start_imageThatExitsAtOnce_canBeReadAfterwards() {
        Container container = start(runtime, new Specs(TestImages.exitsAtOnce()).build());

        await().until(() -> runtime.find(container.id()).orElseThrow().status() == Container.Status.EXITED);
        assertThat(runtime.find(container.id()).orElseThrow().exitCode()).isEqualTo(3);
        assertThat(runtime.logs(container.id(), 5)).containsExactly("giving up");
    }

    @Test
    void start_programByItsNameThatIsMissing_isRefused() {
        ContainerSpec spec =
                new Specs(TestImages.web()).command("no-such-program").build();

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> runtime.start(spec))
                .returns(Reason.REFUSED, ContainerRuntimeException::reason)
                .withMessageContaining("no such program");
        assertThat(runtime.find(spec.name())).isEmpty();
    }

    @Test
    void start_programThatAMountBrings_runs() throws Exception {
        Path program = folder.resolve("program");
        Files.writeString(program, "#!/bin/sh\necho mounted\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();

        Container container = start(
                runtime,
                new Specs(TestImages.web())
                        .mount(Mount.bind(folder.toString(), "/given"))
                        .command("/given/program")
                        .build());

        await().until(() -> runtime.logs(container.id(), 1).equals(List.of("mounted")));
    }

    @Test
    void start_customizer_hasTheLastWord() {
        try (DockerRuntime custom = DockerRuntime.builder()
                .customize(command -> command.withHostName("customized"))
                .build()) {
            Container container = start(custom, new Specs(TestImages.web()).build());

            assertThat(docker.inspectContainerCmd(container.id())
                            .exec()
                            .getConfig()
                            .getHostName())
                    .isEqualTo("customized");
        }
    }

    @Test
    void start_manySideBySide_allRunOnPortsOfTheirOwn() throws Exception {
        String image = TestImages.web();
        ExecutorService threads = Executors.newFixedThreadPool(12);
        try {
            List<Future<Container>> starts = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                starts.add(threads.submit(() -> runtime.start(new Specs(image).build())));
            }
            List<Integer> ports = new ArrayList<>();
            for (Future<Container> each : starts) {
                Container container = each.get();
                started.add(container.id());
                ports.add(container.ports().get(0).hostPort());
            }
            assertThat(ports).hasSize(12).doesNotHaveDuplicates();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void stop_programUnderTheInitProcess_endsWellBeforeTheGrace() {
        Container container = start(runtime, new Specs(TestImages.web()).build());
        // By then the init process, which began it, hands signals on; one that came before would be lost.
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(HttpClient.newHttpClient()
                                .send(root(container), HttpResponse.BodyHandlers.ofString())
                                .body())
                        .contains(TestImages.GREETING));
        long start = System.nanoTime();

        runtime.stop(container.id(), Duration.ofMinutes(2));

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void find_startOfAnId_isEmptyAndNothingIsDoneByIt() {
        Container container = start(runtime, new Specs(TestImages.web()).build());
        String prefix = container.id().substring(0, 20);

        assertThat(runtime.find(prefix)).isEmpty();
        assertThat(runtime.logs(prefix, 1)).isEmpty();
        runtime.stop(prefix, GRACE);
        runtime.remove(prefix);

        assertThat(runtime.find(container.id()).orElseThrow().status()).isEqualTo(Container.Status.RUNNING);
    }

    @Test
    void find_oddNames_areEmpty() {
        assertThat(runtime.find("")).isEmpty();
        assertThat(runtime.find("../images")).isEmpty();
        assertThat(runtime.find("a b?c=d&e")).isEmpty();
    }

    @Test
    void find_started_tellsWhenItWasCreated() {
        Container container = start(runtime, new Specs(TestImages.web()).build());

        assertThat(container.created())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));
    }

    @Test
    void logs_bothStreamsAndLongLines_areWhole() {
        Container container = start(
                runtime,
                new Specs(TestImages.web())
                        .command(
                                "sh",
                                "-c",
                                "printf 'one\\ntwo\\n'; sleep 1; echo err >&2; sleep 1; head -c 5000 /dev/zero | tr '\\0' x; echo; printf tail; exit 0")
                        .build());

        await().until(() -> runtime.find(container.id()).orElseThrow().status() == Container.Status.EXITED);
        assertThat(runtime.logs(container.id(), 10)).containsExactly("one", "two", "err", "x".repeat(5000), "tail");
        assertThat(runtime.logs(container.id(), 2)).containsExactly("x".repeat(5000), "tail");
    }

    @Test
    void engine_overItsSocket_hasIdNameVersionAndNoAddress() {
        EngineInfo engine = runtime.engine();

        assertThat(engine.id()).isEqualTo(docker.infoCmd().exec().getId());
        assertThat(engine.hostName()).isNotBlank();
        assertThat(engine.version()).isNotBlank();
        if (TestImages.address().uri().getScheme().equals("unix")) {
            assertThat(engine.address()).isEmpty();
        }
    }

    @Test
    void engine_besideTwentyOpenStreams_isNotKeptWaiting() {
        Engine engine = new Engine(TestImages.address(), Deadlines.DEFAULT, TimeSource.system());
        CountDownLatch open = new CountDownLatch(20);
        List<Thread> streams = new ArrayList<>();
        Queue<Throwable> lost = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 20; i++) {
            Thread stream = new Thread(() -> assertThatThrownBy(() -> engine.exchangeRaw(
                    "GET", "/events", Map.of(), Patience.idle(Duration.ofMinutes(1)), (status, body, response) -> {
                        open.countDown();
                        return body.readAllBytes();
                    })));
            stream.setUncaughtExceptionHandler((thread, e) -> lost.add(e));
            stream.start();
            streams.add(stream);
        }
        await().untilAsserted(
                        () -> assertThat(open.getCount()).as("after %s", lost).isZero());

        long start = System.nanoTime();
        String id = engine.ask("ask", client -> client.infoCmd().exec().getId());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThat(id).isNotBlank();

        engine.close();
        await().untilAsserted(() -> assertThat(streams).noneMatch(Thread::isAlive));
        assertThat(lost).isEmpty();
    }

    @Test
    void anyCall_noEngineBehindTheSocket_saysWhereAndWhatToDo() {
        String host = "unix://" + folder.resolve("gone.sock");
        try (DockerRuntime gone = DockerRuntime.builder().host(host).build()) {
            assertThatExceptionOfType(ContainerRuntimeException.class)
                    .isThrownBy(gone::engine)
                    .returns(Reason.UNAVAILABLE, ContainerRuntimeException::reason)
                    .withMessageContainingAll(host, "No such file", "DOCKER_HOST");
            assertThatExceptionOfType(ContainerRuntimeException.class)
                    .isThrownBy(() -> gone.start(new Specs("demo/app").build()))
                    .returns(Reason.UNAVAILABLE, ContainerRuntimeException::reason)
                    .satisfies(e -> assertThat(e.leftBehind()).isEmpty());
        }
    }

    @Test
    void close_thrice_endsAllThreads() {
        DockerRuntime closed = DockerRuntime.create();
        assertThat(closed.engine().id()).isNotBlank();

        closed.close();
        closed.close();
        closed.close();

        runtime.close();
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("forrest-docker-")));
        assertThatThrownBy(closed::engine).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> closed.find("")).isInstanceOf(IllegalStateException.class);
    }
}
