package io.forrest.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.PullPolicy;
import io.forrest.spi.ImageInfo;
import io.forrest.spi.ImageReference;
import io.forrest.spi.PullProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pulls from an engine that says what a test tells it to. */
class ImagePullTest {

    private static final String PULL = "POST /images/create";
    private static final ImageReference IMAGE = ImageReference.parse("app:1");
    private static final String DIGEST = "sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd";

    @TempDir
    private Path home;

    private final StubEngine stub = new StubEngine();
    private final CountDownLatch goOn = new CountDownLatch(1);

    private DockerRuntime runtime;

    @BeforeEach
    void open() {
        runtime = runtime(ShortDeadlines.ofSeconds(15));
    }

    private DockerRuntime runtime(Deadlines deadlines) {
        return DockerRuntime.builder()
                .host(stub.host())
                .environment(new DockerEnvironment(Map.of(), home, List.of()))
                .deadlines(deadlines)
                .build();
    }

    @AfterEach
    void close() {
        runtime.close();
        stub.close();
    }

    private void pulls(String... items) {
        stub.on(PULL, (exchange, n) -> {
            present();
            StubEngine.send(exchange, 200, String.join("\r\n", items));
        });
    }

    private void present() {
        stub.on("GET /images/app:1/json", StubEngine.json(200, "{\"Config\":{\"ExposedPorts\":{\"80/tcp\":{}}}}"));
    }

    private ImageInfo prepared(PullPolicy policy) {
        return runtime.prepare(IMAGE, policy, progress -> {});
    }

    @Test
    void prepare_imageThatIsThere_isPulledOnlyIfAlways() {
        present();
        pulls("{\"status\":\"Status: Image is up to date for app:1\"}");

        assertThat(prepared(PullPolicy.IF_MISSING).exposedPorts()).containsExactly(80);
        assertThat(prepared(PullPolicy.NEVER).exposedPorts()).containsExactly(80);
        assertThat(stub.count(PULL)).as("of %s", stub.requests()).isZero();
        assertThat(prepared(PullPolicy.ALWAYS).exposedPorts()).containsExactly(80);
        assertThat(stub.count(PULL)).as("of %s", stub.requests()).isEqualTo(1);
    }

    @Test
    void prepare_progress_isToldItemByItemWhateverTheListenerDoes() {
        pulls(
                "{\"status\":\"Pulling from library/app\",\"id\":\"1\"}",
                "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":10,\"total\":100},\"id\":\"abc\"}",
                "{\"status\":\"Extracting\",\"progressDetail\":{\"current\":5},\"id\":\"abc\"}");
        List<PullProgress> seen = new CopyOnWriteArrayList<>();

        ImageInfo unused = runtime.prepare(IMAGE, PullPolicy.IF_MISSING, progress -> {
            seen.add(progress);
            throw new IllegalStateException("a listener's own fault");
        });

        assertThat(seen)
                .containsExactly(
                        new PullProgress("1", "Pulling from library/app", 0, 0),
                        new PullProgress("abc", "Downloading", 10, 100),
                        new PullProgress("abc", "Extracting", 5, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "app, fromImage=app&tag=latest",
        "app:1, fromImage=app&tag=1",
        "quay.io:443/a/app:1, fromImage=quay.io%3A443%2Fa%2Fapp&tag=1",
        "app@" + DIGEST + ", fromImage=app&tag=sha256%3A",
        "app:1@" + DIGEST + ", fromImage=app&tag=sha256%3A",
    })
    void prepare_image_isPulledByOneTagOrDigest(String image, String query) {
        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> runtime.prepare(ImageReference.parse(image), PullPolicy.IF_MISSING, progress -> {}));

        assertThat(stub.requests())
                .filteredOn(request -> request.contains("/images/create"))
                .singleElement()
                .asString()
                .contains(query);
    }

    @Test
    void prepare_refusedInTheMiddle_isMissingInTheEnginesWords() {
        stub.on(
                PULL,
                StubEngine.json(
                        200,
                        "{\"status\":\"Pulling\"}\r\n{\"errorDetail\":{\"message\":\"no space left on device\"},\"error\":\"no space left on device\"}"));

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> prepared(PullPolicy.IF_MISSING))
                .returns(Reason.IMAGE_MISSING, ContainerRuntimeException::reason)
                .withMessageContainingAll("app:1", "no space left on device");
    }

    @Test
    void prepare_engineThatFallsSilent_endsAtTheIdleLimit() {
        stub.on(PULL, stub.hangInBody());
        try (DockerRuntime impatient = runtime(ShortDeadlines.ofSeconds(1))) {
            assertThatExceptionOfType(ContainerRuntimeException.class)
                    .isThrownBy(() -> impatient.prepare(IMAGE, PullPolicy.IF_MISSING, progress -> {}))
                    .returns(Reason.UNAVAILABLE, ContainerRuntimeException::reason)
                    .withMessageContaining("no answer within 1000 ms");
        }
    }

    @Test
    void prepare_brokenConfiguration_saysWhichFile() throws IOException {
        Files.createDirectories(home.resolve(".docker"));
        Files.writeString(home.resolve(".docker/config.json"), "{");

        assertThatExceptionOfType(ContainerRuntimeException.class)
                .isThrownBy(() -> prepared(PullPolicy.IF_MISSING))
                .returns(Reason.REFUSED, ContainerRuntimeException::reason)
                .withMessageContainingAll("app:1", "config.json");
        assertThat(stub.count(PULL)).as("of %s", stub.requests()).isZero();
    }

    private void pullsWhenToldTo() {
        stub.on(PULL, (exchange, n) -> {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            present();
            StubEngine.send(exchange, 200, "{\"status\":\"Pull complete\",\"id\":\"abc\"}");
        });
    }

    private FutureTask<ImageInfo> preparing(List<PullProgress> progress) {
        FutureTask<ImageInfo> task =
                new FutureTask<>(() -> runtime.prepare(IMAGE, PullPolicy.IF_MISSING, progress::add));
        new Thread(task, "preparing").start();
        return task;
    }

    @Test
    void prepare_sameImageSideBySide_isOnePullOfWhichAllHear() throws Exception {
        pullsWhenToldTo();
        List<PullProgress> first = new CopyOnWriteArrayList<>();
        List<PullProgress> second = new CopyOnWriteArrayList<>();
        FutureTask<ImageInfo> one = preparing(first);
        await().until(() -> stub.count(PULL) == 1);
        FutureTask<ImageInfo> two = preparing(second);
        await().until(() -> stub.count("GET /images/app:1/json") == 2);
        goOn.countDown();

        assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo(two.get(30, TimeUnit.SECONDS));
        assertThat(first).hasSize(1);
        // the second may have come when all was said already
        assertThat(stub.count(PULL)).as("of %s", stub.requests()).isLessThanOrEqualTo(2);
    }

    @Test
    void prepare_oneOfTwoInterrupted_leavesTheOtherItsPull() throws Exception {
        pullsWhenToldTo();
        FutureTask<ImageInfo> staying = preparing(new CopyOnWriteArrayList<>());
        await().until(() -> stub.count(PULL) == 1);
        FutureTask<Boolean> leaving = new FutureTask<>(() -> {
            assertThatExceptionOfType(ContainerRuntimeException.class)
                    .isThrownBy(() -> prepared(PullPolicy.ALWAYS))
                    .withMessageContaining("interrupted");
            return Thread.currentThread().isInterrupted();
        });
        Thread thread = new Thread(leaving, "leaving");
        thread.start();
        await().until(() -> thread.getState() == Thread.State.WAITING);
        thread.interrupt();

        assertThat(leaving.get(30, TimeUnit.SECONDS)).isTrue();
        goOn.countDown();
        assertThat(staying.get(30, TimeUnit.SECONDS).exposedPorts()).containsExactly(80);
        assertThat(stub.count(PULL)).as("of %s", stub.requests()).isEqualTo(1);
    }
}
