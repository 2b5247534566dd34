package io.forrest.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What docker-java throws, and what becomes of it. */
class EngineErrorsTest {

    private final EngineErrors errors =
            new EngineErrors(new EngineAddress(URI.create("unix:///run/engine.sock"), null));

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        new NotFoundException("{\"message\":\"No such image: demo/app:1\"}"),
                        Reason.IMAGE_MISSING,
                        "cannot do it: No such image: demo/app:1"),
                Arguments.of(
                        new NotFoundException("{\"message\":\"network x not found\"}"),
                        Reason.REFUSED,
                        "cannot do it: network x not found"),
                Arguments.of(
                        new InternalServerErrorException("{\"message\":\"two\\nlines\"}"), Reason.REFUSED, "two lines"),
                Arguments.of(new DockerException("", 500), Reason.REFUSED, "status 500"),
                Arguments.of(new DockerException("starting", 503), Reason.UNAVAILABLE, "starting"),
                Arguments.of(
                        new BadRequestException("Client sent an HTTP request to an HTTPS server."),
                        Reason.REFUSED,
                        "DOCKER_CERT_PATH"),
                Arguments.of(
                        new RuntimeException(new SocketException("No such file or directory")),
                        Reason.UNAVAILABLE,
                        "the Docker engine at unix:///run/engine.sock cannot be reached (No such file or directory); start it"),
                Arguments.of(
                        new RuntimeException(new SocketException("Permission denied")),
                        Reason.UNAVAILABLE,
                        "group docker"),
                Arguments.of(
                        new UncheckedIOException(new CallTimeoutException(Duration.ofSeconds(30))),
                        Reason.UNAVAILABLE,
                        "no answer within 30000 ms"),
                Arguments.of(
                        new UncheckedIOException(new CallInterruptedException()), Reason.UNAVAILABLE, "interrupted"),
                Arguments.of(new RuntimeException(new SSLHandshakeException("unknown_ca")), Reason.REFUSED, "ca.pem"),
                Arguments.of(new NullPointerException(), Reason.REFUSED, "does not speak as a Docker engine"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void translate_failure_hasReasonAndWords(RuntimeException failure, Reason reason, String words) {
        assertThat(errors.translate("do it", failure))
                .isInstanceOfSatisfying(
                        ContainerRuntimeException.class,
                        translated -> assertThat(translated.reason()).isEqualTo(reason))
                .hasMessageStartingWith("cannot do it: ")
                .hasMessageContaining(words);
    }

    @Test
    void translate_wordsWithoutEnd_areCut() {
        assertThat(errors.translate("do it", new DockerException("x".repeat(10_000), 500))
                        .getMessage())
                .hasSizeLessThan(700);
    }

    @Test
    void translate_wordsWithASecret_masksItAndDropsTheCause() {
        RuntimeException translated =
                errors.translate("do it", new DockerException("A=hunter22 is odd", 400), List.of("hunter22", "odd"));

        assertThat(translated).hasMessage("cannot do it: A=*** is odd").hasNoCause();
    }

    @Test
    void neverConnected_failuresBeforeTheRequest_areToldFromLaterOnes() {
        assertThat(EngineErrors.neverConnected(new RuntimeException(new ConnectException("refused"))))
                .isTrue();
        assertThat(EngineErrors.neverConnected(new RuntimeException(new SocketException("No such file or directory"))))
                .isTrue();
        assertThat(EngineErrors.neverConnected(new RuntimeException(new SocketException("Broken pipe"))))
                .isFalse();
        assertThat(EngineErrors.neverConnected(new RuntimeException(new IOException("closed"))))
                .isFalse();
    }
}
