package io.forrest.haproxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Sends requests, each on a connection of its own, so that none outlives its answer. */
final class Visitor {

    private Visitor() {}

    /** Sends one and returns the body of the answer; empty where it is an error. */
    static String get(URI uri) {
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setRequestProperty("Connection", "close");
            if (connection.getResponseCode() >= HttpURLConnection.HTTP_BAD_REQUEST) {
                return "";
            }
            try (InputStream in = connection.getInputStream()) {
                return new String(in.readAllBytes(), UTF_8);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends one and returns at once. */
    static CompletableFuture<String> begin(URI uri) {
        ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
            Thread visitor = new Thread(work, "visitor");
            visitor.setDaemon(true);
            return visitor;
        });
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> get(uri), thread);
        thread.shutdown();
        return answer;
    }
}
