package io.forrest.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.spi.TimeSource;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One engine, spoken to in the version of its API that was agreed on. The version is agreed on anew once the connection
 * was lost, for the engine may have been upgraded meanwhile. Thread-safe.
 */
final class Engine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final int MAX_ERROR_BYTES = 64 * 1024;

    private record Agreed(ApiVersion version, DockerClient client) {}

    private final EngineAddress address;
    private final EngineErrors errors;
    private final Deadlines deadlines;
    private final Workers workers;
    private final GuardedHttpClient http;
    private volatile @Nullable Agreed agreed;
    private volatile boolean closed;

    Engine(EngineAddress address, Deadlines deadlines, TimeSource time) {
        this.address = address;
        this.errors = new EngineErrors(address);
        this.deadlines = deadlines;
        this.workers = new Workers(time);
        this.http = new GuardedHttpClient(new ConnectionPool(address, time), workers, deadlines, time);
    }

    EngineAddress address() {
        return address;
    }

    EngineErrors errors() {
        return errors;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    Workers workers() {
        return workers;
    }

    /** Asks, and throws Forrest's own exceptions. */
    <T> T ask(String what, Function<? super DockerClient, ? extends T> question) {
        try {
            return askRaw(question);
        } catch (RuntimeException e) {
            throw errors.translate(what, e);
        }
    }

    /** Asks, and throws docker-java's exceptions and those of the transport. */
    <T> T askRaw(Function<? super DockerClient, ? extends T> question) {
        return speaking(known -> question.apply(known.client()));
    }

    /**
     * Sends a request of one's own and hands the answer to a reader, as it comes; a refusal is thrown as docker-java does.
     *
     * @param method the method
     * @param path path and query below the API's version
     * @param headers the headers
     */
    <T> T exchangeRaw(
            String method,
            String path,
            Map<String, String> headers,
            Patience patience,
            GuardedHttpClient.Reader<T> reader) {
        return speaking(known -> {
            Request request = Request.builder()
                    .method(method)
                    .path("/v" + known.version() + path)
                    .putAllHeaders(headers)
                    .build();
            return http.exchange(request, patience, (status, body, response) -> {
                if (status < 200 || status > 299) {
                    String words = new String(body.readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8);
                    throw status == 404 ? new NotFoundException(words) : new DockerException(words, status);
                }
                return reader.read(status, body, response);
            });
        });
    }

    private <T> T speaking(Function<Agreed, ? extends T> question) {
        try {
            return question.apply(agreed());
        } catch (DockerException e) {
            if (!isVersionGone(e)) {
                throw e;
            }
            // upgraded in silence; a request that was refused for its version has done nothing
            agreed = null;
            return question.apply(agreed());
        } catch (RuntimeException e) {
            if (EngineErrors.lostConnection(e)) {
                agreed = null;
            }
            throw e;
        }
    }

    private static boolean isVersionGone(DockerException refusal) {
        String words = String.valueOf(refusal.getMessage());
        return refusal.getHttpStatus() == 400
                && words.contains("client version")
                && (words.contains("too old") || words.contains("too new"));
    }

    private Agreed agreed() {
        Agreed known = agreed;
        if (known == null) {
            known = negotiate();
            agreed = known;
        }
        return known;
    }

    private Agreed negotiate() {
        Version version = client(null).versionCmd().exec();
        Object min = version.getRawValues().get("MinAPIVersion");
        Optional<ApiVersion> engineMin = ApiVersion.parse(min == null ? null : min.toString());
        ApiVersion engineMax = ApiVersion.parse(version.getApiVersion())
                .orElseThrow(() -> new ContainerRuntimeException(
                        Reason.REFUSED, "what answers at " + address + " does not tell an API version", null));
        ApiVersion picked = ApiVersion.pick(engineMin.orElse(null), engineMax)
                .orElseThrow(() -> new ContainerRuntimeException(
                        Reason.REFUSED,
                        "the Docker engine at " + address + " speaks API " + engineMax + " at most, and Forrest needs "
                                + ApiVersion.FLOOR + " (Docker Engine 19.03) or newer; upgrade the engine",
                        null));
        LOG.debug("speaking API {} with the engine at {}, which has {} at most", picked, address, engineMax);
        return new Agreed(picked, client(picked));
    }

    private DockerClient client(@Nullable ApiVersion version) {
        // host and certificates stand in the transport; a plain builder reads nothing from the surroundings
        DefaultDockerClientConfig.Builder config = new DefaultDockerClientConfig.Builder()
                .withDockerHost(address.uri().toString());
        if (address.tls() != null) {
            config.withCustomSslConfig(address::tls);
        }
        if (version != null) {
            config.withApiVersion(RemoteApiVersion.create(version.major(), version.minor()));
        }
        return DockerClientImpl.getInstance(config.build(), http);
    }

    void checkOpen() {
        if (closed) {
            throw new RuntimeClosedException();
        }
    }

    @Override
    public void close() {
        closed = true;
        http.close();
        workers.close();
    }
}
