package io.forrest.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** What a stranger writes to an etcd, as bare HTTP. */
final class EtcdRest {

    /** With threads by a name of their own: the client's own could not be told from those of a registry's. */
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "etcd-rest");
                thread.setDaemon(true);
                return thread;
            }))
            .build();

    private final URI etcd;
    private final @Nullable String credentials;

    EtcdRest(URI etcd, @Nullable String credentials) {
        this.etcd = etcd;
        this.credentials = credentials;
    }

    /** Writes a key; returns status and body. */
    String put(String key, String form) {
        return send("PUT", "/v2/keys" + key, "application/x-www-form-urlencoded", form);
    }

    /** Deletes a key, or a directory with all below. */
    String delete(String key) {
        return send("DELETE", "/v2/keys" + key + "?recursive=true", "", "");
    }

    String get(String key) {
        return send("GET", "/v2/keys" + key, "", "");
    }

    /** Reads what is no key. */
    String path(String path) {
        return send("GET", path, "", "");
    }

    String json(String path, String body) {
        return send("PUT", path, "application/json", body);
    }

    private String send(String method, String path, String mediaType, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(etcd.resolve(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!mediaType.isEmpty()) {
            request.header("Content-Type", mediaType);
        }
        if (credentials != null) {
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)));
        }
        try {
            HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
            return response.statusCode() + " " + response.body().strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
