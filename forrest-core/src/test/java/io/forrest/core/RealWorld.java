package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Endpoint;
import io.forrest.Scaler;
import io.forrest.Supervision;
import io.forrest.docker.DockerRuntime;
import io.forrest.etcd.EtcdV2Registry;
import io.forrest.spi.Container;
import io.forrest.spi.Registry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A scaler over a real engine and a real etcd, under a prefix of its own, with nothing left of it when it is closed. */
final class RealWorld implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** Long enough for an etcd whose disk stalls. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final URI etcd;
    final String prefix;
    final DockerRuntime runtime = DockerRuntime.create();
    final Registry registry;
    final Scaler scaler;

    RealWorld(URI etcd) {
        this(etcd, "/forrest-test-" + UUID.randomUUID());
    }

    RealWorld(URI etcd, String prefix) {
        this(etcd, prefix, PATIENCE);
    }

    /** Creates a world for an etcd that is to hang: each call is given up after so long. */
    RealWorld(URI etcd, Duration deadline) {
        this(etcd, "/forrest-test-" + UUID.randomUUID(), deadline);
    }

    private RealWorld(URI etcd, String prefix, Duration deadline) {
        this.etcd = etcd;
        this.prefix = prefix;
        this.registry =
                EtcdV2Registry.builder(etcd).prefix(prefix).deadline(deadline).build();
        this.scaler = Forrest.builder(runtime, registry)
                .advertise("127.0.0.1")
                .supervision(Supervision.none())
                .build();
    }

    List<Container> containers() {
        return runtime.list(Map.of("io.forrest.prefix", prefix));
    }

    /** Returns what a plain HTTP client is told. */
    static String get(Object url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url.toString()))
                .timeout(Duration.ofSeconds(10))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    static String answerOf(Endpoint endpoint) throws IOException, InterruptedException {
        return get("http://" + endpoint + "/");
    }

    /** Returns what etcd says of a key. */
    String key(String name) throws IOException, InterruptedException {
        return get(etcd + "/v2/keys" + prefix + "/" + name);
    }

    /** Asserts that no container, key or record exists. */
    void assertNothingLeft() {
        assertThat(containers()).as("containers").isEmpty();
        assertThat(registry.announcements()).as("keys").isEmpty();
        assertThat(registry.records().list("instances")).as("records").isEmpty();
    }

    /** Removes what a failed test left, and ends everything. */
    @Override
    public void close() {
        try (runtime;
                registry;
                scaler) {
            containers().forEach(container -> runtime.remove(container.id()));
        }
    }
}
