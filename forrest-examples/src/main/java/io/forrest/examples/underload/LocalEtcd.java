package io.forrest.examples.underload;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** An etcd of one member on this host, with the v2 keys. Thread-safe. */
final class LocalEtcd {

    private final Program program;
    private final URI uri;

    private LocalEtcd(Program program, URI uri) {
        this.program = program;
        this.uri = uri;
    }

    /**
     * Starts it and returns once it answers.
     *
     * @param teardown ends it
     * @param directory where its data go
     */
    static LocalEtcd start(Teardown teardown, Path directory) throws InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + FreePorts.next());
        String peer = "http://127.0.0.1:" + FreePorts.next();
        Program program = teardown.start(() -> Program.start(
                directory,
                Map.of(),
                "etcd",
                "--enable-v2",
                "--name=under-load",
                "--data-dir=" + directory.resolve("data"),
                "--listen-client-urls=" + uri,
                "--advertise-client-urls=" + uri,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=under-load=" + peer));
        LocalEtcd etcd = new LocalEtcd(program, uri);
        Patience.until("etcd answers on " + uri, etcd::answers);
        return etcd;
    }

    URI uri() {
        return uri;
    }

    private boolean answers() throws InterruptedException {
        program.requireAlive();
        try {
            HttpRequest request = HttpRequest.newBuilder(uri.resolve("/v2/keys/"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == HttpStatus.OK;
        } catch (IOException e) {
            return false;
        }
    }
}
