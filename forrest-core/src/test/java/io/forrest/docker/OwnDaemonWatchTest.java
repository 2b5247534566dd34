package io.forrest.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import io.forrest.ByteSize;
import io.forrest.Subscription;
import io.forrest.spi.Container;
import io.forrest.spi.Container.Status;
import io.forrest.spi.ContainerSpec;
import io.forrest.spi.TimeSource;
import io.forrest.testkit.ContainerRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A watch of an engine that dies under it, and of containers that are killed from outside. */
@Tag("own-daemon")
class OwnDaemonWatchTest {

    private static final Map<String, String> LABELS = Map.of("watched", "yes");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CYCLES = 200;
    private static final int KILLS = 15;

    private static OwnDaemon daemon;

    private final ContainerRecorder recorder = new ContainerRecorder();
    private DockerRuntime runtime;
    private DockerClient docker;

    @BeforeAll
    static void startDaemon() throws IOException {
        assertThat(OwnDaemon.isPossible())
                .as("root, and the tools of a Linux machine")
                .isTrue();
        daemon = OwnDaemon.start(List.of());
        daemon.load(TestImages.web());
    }

    @AfterAll
    static void endDaemon() {
        if (daemon != null) {
            daemon.close();
        }
    }

    @BeforeEach
    void open() {
        runtime = daemon.runtime();
        docker = TestImages.client(new EngineAddress(EngineAddress.parse(daemon.host(), false), null));
    }

    @AfterEach
    void close() throws IOException {
        runtime.list(Map.of()).forEach(container -> runtime.remove(container.id()));
        runtime.close();
        docker.close();
        recorder.assertSound();
        await().untilAsserted(() -> assertThat(threads()).isEmpty());
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("forrest-docker-"))
                .toList();
    }

    private static ContainerSpec sleeping() {
        return spec("exec sleep 100000").build();
    }

    private static Specs spec(String script) {
        return new Specs(TestImages.web()).label("watched", "yes").command("sh", "-c", script);
    }

    private void watch() {
        var unused = runtime.watch(LABELS, recorder);
        recorder.awaitCall("gap");
    }

    private String processOf(Container container) {
        return String.valueOf(
                docker.inspectContainerCmd(container.id()).exec().getState().getPidLong());
    }

    @Test
    void watch_engineKilledAndContainersDyingMeanwhile_isToldTheOutageOnceAndGoesOn() throws IOException {
        watch();
        List<Container> containers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            containers.add(runtime.start(sleeping()));
        }
        recorder.awaitCalls(3, "started");
        String process = processOf(containers.get(0));
        recorder.forgetCalls();

        daemon.kill();
        recorder.awaitCall("disconnected");
        Shell.run("kill -KILL $1", process);
        daemon.startAgain();
        recorder.awaitCall("gap");

        // As whoever is told of the gap does: the truth is in the list, whatever the engine tells of it besides
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(runtime.find(containers.get(0).id()))
                        .hasValueSatisfying(dead -> assertThat(dead.status()).isEqualTo(Status.EXITED)));
        Container after = runtime.start(sleeping());
        recorder.awaitCall("started " + after.name());
        runtime.remove(after.id());
        recorder.awaitCall("died " + after.name() + " 137");
        List<String> outage = recorder.calls().stream()
                .filter(line -> !line.startsWith("started") && !line.startsWith("died"))
                .toList();
        assertThat(outage).hasSize(3).endsWith("reconnected", "gap");
        assertThat(outage.get(0)).startsWith("disconnected").contains(daemon.host());
    }

    @Test
    void watch_begunWhileTheEngineIsAway_beginsOnceItIsThere() throws IOException {
        daemon.kill();
        var unused = runtime.watch(LABELS, recorder);
        recorder.awaitCall("disconnected");
        daemon.startAgain();
        recorder.awaitCall("gap");
        Container container = runtime.start(spec("exit 3").build());
        recorder.awaitCall("died");

        assertThat(recorder.calls().subList(1, 5))
                .containsExactly(
                        "reconnected", "gap", "started " + container.name(), "died " + container.name() + " 3");
    }

    @Test
    void watch_memoryThatRunsOut_isToldOfTheDeath() {
        watch();
        Container container = runtime.start(
                spec("tail /dev/zero").memory(ByteSize.mebibytes(16)).build());
        recorder.awaitCall("died");

        // The engine tells of memory and of the end by different ways, and may tell of the end first.
        assertThat(recorder.calls()).last().asString().startsWith("died " + container.name() + " 137");
        await().untilAsserted(() -> assertThat(
                        runtime.find(container.id()).orElseThrow().outOfMemory())
                .as("also told who asks later")
                .isTrue());
    }

    @Test
    void watch_restarted_isToldDiedAndStarted() {
        Container container = runtime.start(sleeping());
        watch();
        docker.restartContainerCmd(container.id()).withTimeout(1).exec();
        recorder.awaitCall("started");

        assertThat(recorder.calls()).hasSize(3).last().isEqualTo("started " + container.name());
        assertThat(recorder.calls().get(1)).startsWith("died " + container.name());
        assertThat(recorder.ids()).containsEntry(container.name(), container.id());
    }

    @Test
    void watch_openedAndClosedManyTimes_leavesNoThreadAndNoStream() throws IOException {
        int streams = docker.infoCmd().exec().getNEventsListener();
        watch();
        await().until(() -> docker.infoCmd().exec().getNEventsListener() == streams + 1);
        long files = openFiles();
        for (int i = 0; i < CYCLES; i++) {
            ContainerRecorder own = new ContainerRecorder();
            Subscription subscription = runtime.watch(LABELS, own);
            if (i % 4 > 0) {
                own.awaitCall("gap");
            }
            subscription.close();
        }

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(docker.infoCmd().exec().getNEventsListener()).isEqualTo(streams + 1));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(threads())
                        .filteredOn(name -> name.matches("forrest-docker-(watch|listener)-.*"))
                        .hasSize(2));
        // Connections for calls are kept for a while, four at most, and workers, too
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(openFiles()).isLessThan(files + 10));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(threads()).hasSizeLessThan(10));
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @Test
    void watch_containerKilled_tellsItSoon() {
        watch();
        List<Long> millis = new ArrayList<>();
        for (int i = 1; i <= KILLS; i++) {
            Container container = runtime.start(sleeping());
            String process = processOf(container);
            long start = TimeSource.system().nanoTime();
            Shell.run("kill -KILL $1", process);
            recorder.awaitCall("died " + container.name() + " 137");
            millis.add(TimeUnit.NANOSECONDS.toMillis(TimeSource.system().nanoTime() - start));
        }
        List<Long> sorted = millis.stream().sorted().toList();
        System.out.printf(
                "OwnDaemonWatchTest: kill -9 of a container's process -> died(): median %d ms, worst %d ms, %d times%n",
                sorted.get(KILLS / 2), sorted.get(KILLS - 1), KILLS);
    }
}
