package io.forrest.docker;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.NameTakenException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Turns what docker-java and the transport throw into Forrest's own, in words that a user can act on. */
final class EngineErrors {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_WORDS = 600;
    private static final int SHORTEST_SECRET = 4;
    private static final String REFUSED_CERTIFICATE =
            "; an engine that wants another client's certificate hangs up too: check cert.pem and key.pem";

    private final EngineAddress address;

    EngineErrors(EngineAddress address) {
        this.address = address;
    }

    RuntimeException translate(String what, RuntimeException failure) {
        return translate(what, failure, List.of());
    }

    /**
     * Translates.
     *
     * @param what what was tried, to follow "cannot"
     * @param failure what was thrown
     * @param secrets what must not be shown, even if the engine says it
     */
    RuntimeException translate(String what, RuntimeException failure, Collection<String> secrets) {
        if (failure instanceof ContainerRuntimeException
                || failure instanceof NameTakenException
                || failure instanceof RuntimeClosedException) {
            return failure;
        }
        if (failure instanceof DockerException answer) {
            String words = words(answer);
            String masked = masked(words, secrets);
            // the cause holds the engine's words too
            @Nullable Throwable cause = masked.equals(words) ? answer : null;
            return new ContainerRuntimeException(
                    reason(answer, words), "cannot " + what + ": " + masked + advice(words), cause);
        }
        Optional<IOException> transport = transport(failure);
        if (transport.isPresent()) {
            return unreachable(what, failure, transport.get());
        }
        return new ContainerRuntimeException(
                Reason.REFUSED,
                "cannot " + what + ": what answers at " + address + " does not speak as a Docker engine does",
                failure);
    }

    private ContainerRuntimeException unreachable(String what, RuntimeException failure, IOException transport) {
        String engine = "cannot " + what + ": the Docker engine at " + address;
        if (transport instanceof CallInterruptedException) {
            return new ContainerRuntimeException(
                    Reason.UNAVAILABLE,
                    "cannot " + what + ": interrupted, or the runtime closed, while waiting for the engine",
                    failure);
        }
        if (transport instanceof CallTimeoutException) {
            return new ContainerRuntimeException(
                    Reason.UNAVAILABLE,
                    engine + " gave " + transport.getMessage() + "; see whether \"docker info\" answers",
                    failure);
        }
        if (transport instanceof SSLHandshakeException || transport instanceof SSLPeerUnverifiedException) {
            return new ContainerRuntimeException(
                    Reason.REFUSED,
                    engine + " and this process do not trust each other (" + transport.getMessage()
                            + "); check ca.pem, cert.pem and key.pem, and the name in the address",
                    failure);
        }
        String text = String.valueOf(transport.getMessage());
        String todo = text.toLowerCase(Locale.ROOT).contains("permission denied")
                ? "this process's user needs the right to the socket, usually by the group docker"
                : "start it, or name another by DOCKER_HOST, a docker context or DockerRuntime.builder().host(...)"
                        + (hungUp(transport) ? REFUSED_CERTIFICATE : "");
        return new ContainerRuntimeException(
                Reason.UNAVAILABLE, engine + " cannot be reached (" + text + "); " + todo, failure);
    }

    /** Returns whether a TLS connection that was made was cut: the refusal itself may be lost on the way (RFC 8446, 4.4.2). */
    private boolean hungUp(IOException transport) {
        return address.tls() != null
                && !(transport instanceof ConnectException)
                && !(transport instanceof NoRouteToHostException)
                && !(transport instanceof UnknownHostException);
    }

    private static Reason reason(DockerException answer, String words) {
        if (answer instanceof NotFoundException
                && words.toLowerCase(Locale.ROOT).contains("no such image")) {
            return Reason.IMAGE_MISSING;
        }
        return switch (answer.getHttpStatus()) {
            case 502, 503, 504 -> Reason.UNAVAILABLE;
            default -> Reason.REFUSED;
        };
    }

    private static String advice(String words) {
        if (words.contains("HTTP request to an HTTPS server")) {
            return "; name the certificates by tls(folder), or by DOCKER_TLS_VERIFY and DOCKER_CERT_PATH";
        }
        return "";
    }

    /** Returns the engine's words without docker-java's frame around them, on one line and not without end. */
    static String words(DockerException answer) {
        String text = String.valueOf(answer.getMessage()).replaceFirst("^Status \\d+: ", "");
        try {
            String message = JSON.readTree(text).path("message").asText();
            text = message.isEmpty() ? text : message;
        } catch (JacksonException e) {
            // some answers are plain text
        }
        return printable(text.isBlank() ? "status " + answer.getHttpStatus() : text);
    }

    static String printable(String text) {
        String line = text.strip().replaceAll("\\p{Cntrl}+", " ");
        return line.length() > MAX_WORDS ? line.substring(0, MAX_WORDS) + "..." : line;
    }

    static String masked(String text, Collection<String> secrets) {
        String masked = text;
        for (String secret : secrets) {
            if (secret.length() >= SHORTEST_SECRET) {
                masked = masked.replace(printable(secret), "***");
            }
        }
        return masked;
    }

    /** Returns the failure of the transport, if that is what it was; docker-java wraps it in a plain RuntimeException. */
    static Optional<IOException> transport(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof JacksonException || each instanceof DockerException) {
                return Optional.empty();
            }
            if (each instanceof IOException transport) {
                return Optional.of(transport);
            }
        }
        return Optional.empty();
    }

    static boolean wasInterrupted(RuntimeException failure) {
        return transport(failure)
                .filter(CallInterruptedException.class::isInstance)
                .isPresent();
    }

    /** Returns whether a connection broke or could not be made, and the engine may be another when it is back. */
    static boolean lostConnection(RuntimeException failure) {
        return transport(failure)
                .filter(e -> !(e instanceof CallTimeoutException) && !(e instanceof CallInterruptedException))
                .isPresent();
    }

    /** Returns whether the request cannot have reached the engine, for there was no connection. */
    static boolean neverConnected(RuntimeException failure) {
        return transport(failure)
                .filter(e -> e instanceof ConnectException
                        || e instanceof NoRouteToHostException
                        || e instanceof UnknownHostException
                        || e instanceof SSLHandshakeException
                        || e instanceof SSLPeerUnverifiedException
                        || (e instanceof java.net.SocketException
                                && String.valueOf(e.getMessage())
                                        .matches("(?i).*(no such file|connection refused|permission denied).*")))
                .isPresent();
    }
}
