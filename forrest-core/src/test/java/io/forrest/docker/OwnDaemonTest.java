package io.forrest.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.Endpoint;
import io.forrest.spi.Container;
import io.forrest.spi.ContainerSpec;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine behind TLS, and one that dies, hangs and comes back. */
@Tag("own-daemon")
class OwnDaemonTest {

    private static final String TLS_HOST = "tcp://" + OwnDaemon.ADDRESS + ":2376";

    @TempDir
    private static Path folder;

    private static TestCertificates certificates;
    private static OwnDaemon daemon;

    @BeforeAll
    static void start() throws IOException {
        assertThat(OwnDaemon.isPossible())
                .as("root, and the tools of a Linux machine")
                .isTrue();
        certificates = TestCertificates.make(folder, OwnDaemon.ADDRESS);
        List<String> options = new ArrayList<>(List.of(
                "--host=" + TLS_HOST,
                "--host=tcp://" + OwnDaemon.OTHER_ADDRESS + ":2376",
                "--tlsverify",
                "--tlscacert=" + certificates.server().resolve("ca.pem"),
                "--tlscert=" + certificates.server().resolve("cert.pem"),
                "--tlskey=" + certificates.server().resolve("key.pem")));
        daemon = OwnDaemon.start(options);
        daemon.load(TestImages.web());
    }

    @AfterAll
    static void end() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private static void assertTellsItsAddress(DockerRuntime.Builder builder) {
        try (DockerRuntime runtime = builder.build()) {
            assertThat(runtime.engine().address()).contains(Endpoint.address(OwnDaemon.ADDRESS));
            assertThat(runtime.engine().hostName()).isEqualTo("forrest-own");
            assertThat(runtime.list(Map.of())).isNotNull();
        }
    }

    private static void assertRefused(DockerRuntime.Builder builder, String... words) {
        try (DockerRuntime runtime = builder.build()) {
            assertThatExceptionOfType(ContainerRuntimeException.class)
                    .isThrownBy(runtime::engine)
                    .returns(Reason.REFUSED, ContainerRuntimeException::reason)
                    .withMessageContainingAll(words);
        }
    }

    @Test
    void tls_ownCertificates_areTrustedBothWays() {
        assertTellsItsAddress(DockerRuntime.builder().host(TLS_HOST).tls(certificates.client()));
        assertTellsItsAddress(DockerRuntime.builder()
                .host("tcp://" + OwnDaemon.ADDRESS)
                .tls(certificates.clientWithTraditionalKey()));
    }

    @Test
    void tls_ofTheEnvironment_isAsForTheCommandLine() {
        Map<String, String> variables = Map.of(
                "DOCKER_HOST",
                "tcp://" + OwnDaemon.ADDRESS,
                "DOCKER_TLS_VERIFY",
                "yes",
                "DOCKER_CERT_PATH",
                certificates.client().toString());

        assertTellsItsAddress(DockerRuntime.builder().environment(new DockerEnvironment(variables, folder, List.of())));
    }

    @Test
    void tls_authorityOfAnother_isRefused() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));

        assertRefused(
                DockerRuntime.builder()
                        .host(TLS_HOST)
                        .tls(TestCertificates.make(other, OwnDaemon.ADDRESS).client()),
                TLS_HOST,
                "ca.pem");
    }

    @Test
    void tls_addressThatTheCertificateIsNotFor_isRefused() {
        assertRefused(
                DockerRuntime.builder()
                        .host("tcp://" + OwnDaemon.OTHER_ADDRESS + ":2376")
                        .tls(certificates.client()),
                OwnDaemon.OTHER_ADDRESS,
                "the name in the address");
    }

    /** With TLS 1.3 the refusal comes after the handshake, and is lost if the connection is reset first. */
    @Test
    void tls_withoutAClientsCertificate_saysWhatToCheck() {
        try (DockerRuntime runtime = DockerRuntime.builder()
                .host(TLS_HOST)
                .tls(certificates.authorityOnly())
                .build()) {
            assertThatExceptionOfType(ContainerRuntimeException.class)
                    .isThrownBy(runtime::engine)
                    .withMessageContainingAll(TLS_HOST, "cert.pem");
        }
    }

    @Test
    void tls_notAskedFor_saysSo() {
        assertRefused(DockerRuntime.builder().host(TLS_HOST), "DOCKER_CERT_PATH");
    }

    @Test
    void tls_folderWithHalfAPair_isRefusedAtOnce() throws IOException {
        Path half = Files.createDirectory(folder.resolve("half"));
        Files.copy(certificates.client().resolve("key.pem"), half.resolve("key.pem"));

        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> DockerRuntime.builder().host(TLS_HOST).tls(half).build())
                .withMessageContainingAll("cert.pem", half.toString());
    }

    @Test
    void call_engineHangs_endsAtTheDeadlineAndWorksAgainAfterwards() {
        try (DockerRuntime runtime = DockerRuntime.builder()
                .host(daemon.host())
                .deadlines(ShortDeadlines.ofSeconds(2))
                .build()) {
            String id;
            try (DockerRuntime patient = daemon.runtime()) {
                id = patient.engine().id();
            }
            daemon.signal("STOP");
            try {
                assertThatExceptionOfType(ContainerRuntimeException.class)
                        .isThrownBy(runtime::engine)
                        .returns(Reason.UNAVAILABLE, ContainerRuntimeException::reason)
                        .withMessageContainingAll(daemon.host(), "no answer within 2000 ms");
            } finally {
                daemon.signal("CONT");
            }
            await().ignoreExceptions()
                    .untilAsserted(() -> assertThat(runtime.engine().id()).isEqualTo(id));
        }
    }

    @Test
    void stop_engineKilledInTheMiddle_throwsSoonAndTheRuntimeWorksAgainAfterwards() throws Exception {
        try (DockerRuntime runtime = daemon.runtime()) {
            String id = runtime.engine().id();
            Container stubborn = runtime.start(new Specs(TestImages.web())
                    .command("sh", "-c", "trap '' TERM; while :; do sleep 1; done")
                    .build());
            FutureTask<ContainerRuntimeException> stop = new FutureTask<>(() -> {
                try {
                    runtime.stop(stubborn.id(), Duration.ofMinutes(5));
                    throw new AssertionError("stopped");
                } catch (ContainerRuntimeException e) {
                    return e;
                }
            });
            Thread thread = new Thread(stop, "stopping");
            thread.start();
            await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
            daemon.kill();

            assertThat(stop.get(10, TimeUnit.SECONDS).reason()).isEqualTo(Reason.UNAVAILABLE);

            daemon.startAgain();
            assertThat(runtime.engine().id()).isEqualTo(id);
            assertThat(runtime.find(stubborn.id())).isPresent();
            runtime.remove(stubborn.id());
            assertThat(runtime.find(stubborn.id())).isEmpty();
        }
    }

    @Test
    void start_engineKilledInTheMiddle_saysWhatItLeft() throws Exception {
        try (DockerRuntime runtime = daemon.runtime()) {
            for (int millis : List.of(5, 40, 150)) {
                ContainerSpec spec = new Specs(TestImages.web()).build();
                FutureTask<Optional<ContainerRuntimeException>> start = new FutureTask<>(() -> {
                    try {
                        Container unused = runtime.start(spec);
                        return Optional.empty();
                    } catch (ContainerRuntimeException e) {
                        return Optional.of(e);
                    }
                });
                new Thread(start, "starting").start();
                TimeSource.system().sleep(Duration.ofMillis(millis));
                daemon.kill();
                Optional<ContainerRuntimeException> thrown = start.get(30, TimeUnit.SECONDS);
                daemon.startAgain();

                Optional<Container> left = runtime.find(spec.name());
                if (left.isPresent() && thrown.isPresent()) {
                    assertThat(thrown.get().leftBehind())
                            .singleElement()
                            .asString()
                            .contains(spec.name());
                }
                left.ifPresent(container -> runtime.remove(container.id()));
            }
        }
    }
}
