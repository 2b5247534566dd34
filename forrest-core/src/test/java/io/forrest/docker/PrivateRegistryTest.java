package io.forrest.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.PushResponseItem;
import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.Mount;
import io.forrest.PullPolicy;
import io.forrest.spi.Container;
import io.forrest.spi.ImageReference;
import io.forrest.spi.PublishedPort;
import io.forrest.spi.PullProgress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from a real image registry that wants a password. */
class PrivateRegistryTest {

    private static final String USER = "ann";
    private static final String PASSWORD = "correct-horse";

    /** The password's bcrypt hash, the only kind that the registry takes. */
    private static final String HTPASSWD = USER + ":$2b$05$UwsvL5saBoDK/EHn2ASR1uXNGI53kT.6RYXBxvFy70aoH13pgqPsW\n";

    private static final String REGISTRY_IMAGE = System.getProperty("forrest.test.image.registry", "registry:2");

    @TempDir
    private static Path authFolder;

    private static DockerRuntime engine;
    private static DockerClient docker;
    private static Container registry;
    private static String host;
    private static String image;

    @TempDir
    private Path config;

    @BeforeAll
    static void pushAnImage() throws Exception {
        engine = DockerRuntime.create();
        docker = TestImages.client();
        Files.writeString(authFolder.resolve("htpasswd"), HTPASSWD);
        assertThat(engine.prepare(ImageReference.parse(REGISTRY_IMAGE), PullPolicy.IF_MISSING, progress -> {}))
                .isNotNull();
        registry = engine.start(new Specs(REGISTRY_IMAGE)
                .env("REGISTRY_HTTP_ADDR", ":" + TestImages.PORT)
                .env("REGISTRY_AUTH", "htpasswd")
                .env("REGISTRY_AUTH_HTPASSWD_REALM", "test")
                .env("REGISTRY_AUTH_HTPASSWD_PATH", "/given/htpasswd")
                .mount(Mount.bind(authFolder.toString(), "/given").asReadOnly())
                .build());
        host = "127.0.0.1:" + registry.ports().get(0).hostPort();
        await().ignoreExceptions().until(PrivateRegistryTest::listens);
        image = host + "/demo/private:1";
        buildImage();
        docker.pushImageCmd(image)
                .withAuthConfig(new AuthConfig()
                        .withUsername(USER)
                        .withPassword(PASSWORD)
                        .withRegistryAddress(host))
                .exec(new ResultCallback.Adapter<PushResponseItem>())
                .awaitCompletion();
    }

    /** An image with a layer of its own, or there were nothing to fetch. */
    private static void buildImage() {
        Container maker = engine.start(new Specs(TestImages.web())
                .command("sh", "-c", "head -c 3000000 /dev/urandom > /blob")
                .build());
        await().until(() -> engine.find(maker.id()).orElseThrow().status() == Container.Status.EXITED);
        docker.commitCmd(maker.id())
                .withRepository(host + "/demo/private")
                .withTag("1")
                .exec();
        engine.remove(maker.id());
    }

    private static boolean listens() throws IOException {
        try (Socket socket = new Socket()) {
            PublishedPort port = registry.ports().get(0);
            socket.connect(new InetSocketAddress(port.hostAddress(), port.hostPort()), 1000);
            socket.getOutputStream().write("GET /v2/ HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).contains(" 401 ");
        }
    }

    @AfterAll
    static void removeTheRegistry() throws Exception {
        if (registry != null) {
            engine.remove(registry.id());
        }
        engine.close();
        docker.close();
    }

    @AfterEach
    void removeTheImage() {
        removeLocally();
    }

    private static void removeLocally() {
        docker.listImagesCmd().exec().stream()
                .filter(each -> names(each.getRepoTags()).stream().anyMatch(name -> name.startsWith(host))
                        || names(each.getRepoDigests()).stream().anyMatch(name -> name.startsWith(host)))
                .forEach(each ->
                        docker.removeImageCmd(each.getId()).withForce(true).exec());
    }

    private static List<String> names(String @Nullable [] names) {
        return names == null ? List.of() : List.of(names);
    }

    private DockerRuntime runtime(String configuration) throws IOException {
        removeLocally();
        Files.writeString(config.resolve("config.json"), configuration);
        return DockerRuntime.builder()
                .host(TestImages.address().uri())
                .environment(new DockerEnvironment(Map.of("DOCKER_CONFIG", config.toString()), config, List.of()))
                .build();
    }

    private static String auths(String password) {
        String both = Base64.getEncoder().encodeToString((USER + ":" + password).getBytes(StandardCharsets.UTF_8));
        return "{\"auths\":{\"" + host + "\":{\"auth\":\"" + both + "\"}}}";
    }

    @Test
    void prepare_credentialsOfTheConfiguration_pullsAndTellsProgress() throws Exception {
        List<PullProgress> progress = new CopyOnWriteArrayList<>();
        try (DockerRuntime runtime = runtime(auths(PASSWORD))) {
            assertThat(runtime.prepare(ImageReference.parse(image), PullPolicy.IF_MISSING, progress::add)
                            .exposedPorts())
                    .containsExactly(TestImages.PORT);
            assertThat(runtime.prepare(ImageReference.parse(image), PullPolicy.ALWAYS, progress::add)
                            .exposedPorts())
                    .containsExactly(TestImages.PORT);
        }
        assertThat(progress)
                .anySatisfy(item -> assertThat(item.total()).isGreaterThan(2_000_000))
                .anySatisfy(item -> assertThat(item.status()).contains("Pull complete"));
    }

    @Test
    void prepare_byDigest_pullsThatVeryImage() throws Exception {
        try (DockerRuntime runtime = runtime(auths(PASSWORD))) {
            assertThat(runtime.prepare(ImageReference.parse(image), PullPolicy.IF_MISSING, progress -> {}))
                    .isNotNull();
            String byDigest =
                    docker.inspectImageCmd(image).exec().getRepoDigests().get(0);
            removeLocally();

            for (String name : List.of(byDigest, image + byDigest.substring(byDigest.indexOf('@')))) {
                assertThat(runtime.prepare(ImageReference.parse(name), PullPolicy.IF_MISSING, progress -> {})
                                .exposedPorts())
                        .as(name)
                        .containsExactly(TestImages.PORT);
                Container container = runtime.start(new Specs(name).build());
                runtime.remove(container.id());
            }
        }
    }

    @Test
    void prepare_credentialHelper_isAsked() throws Exception {
        Path helper = config.resolve("docker-credential-test");
        Files.writeString(
                helper,
                "#!/bin/sh\nread -r registry\n[ \"$registry\" = \"" + host + "\" ] || exit 1\n"
                        + "echo '{\"ServerURL\":\"x\",\"Username\":\"" + USER + "\",\"Secret\":\"" + PASSWORD
                        + "\"}'\n");
        assertThat(helper.toFile().setExecutable(true)).isTrue();
        removeLocally();
        Files.writeString(config.resolve("config.json"), "{\"credsStore\":\"test\"}");
        try (DockerRuntime runtime = DockerRuntime.builder()
                .host(TestImages.address().uri())
                .environment(new DockerEnvironment(
                        Map.of("PATH", config + ":/bin:/usr/bin", "DOCKER_CONFIG", config.toString()),
                        config,
                        List.of()))
                .build()) {
            assertThat(runtime.prepare(ImageReference.parse(image), PullPolicy.IF_MISSING, progress -> {})
                            .exposedPorts())
                    .containsExactly(TestImages.PORT);
        }
    }

    @Test
    void prepare_withoutCredentials_saysSo() throws Exception {
        assertRefused("{}", "without credentials for " + host);
    }

    @Test
    void prepare_wrongPassword_saysSoAndDoesNotShowIt() throws Exception {
        assertRefused(auths("battery-staple"), "with the credentials for " + host);
    }

    private void assertRefused(String configuration, String words) throws IOException {
        try (DockerRuntime runtime = runtime(configuration)) {
            assertThatExceptionOfType(ContainerRuntimeException.class)
                    .isThrownBy(
                            () -> runtime.prepare(ImageReference.parse(image), PullPolicy.IF_MISSING, progress -> {}))
                    .returns(Reason.IMAGE_MISSING, ContainerRuntimeException::reason)
                    .withMessageContainingAll(image, words, config.toString())
                    .satisfies(e -> {
                        for (Throwable each = e; each != null; each = each.getCause()) {
                            assertThat(each.toString()).doesNotContain("battery-staple", PASSWORD);
                        }
                    });
        }
    }
}
