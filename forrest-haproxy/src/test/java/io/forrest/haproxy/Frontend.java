package io.forrest.haproxy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** What a client sees of an HAProxy. Thread-safe. */
final class Frontend {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final HttpRequest request;

    Frontend(URI uri) {
        request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build();
    }

    /** Returns the answer to one request: its body, or its status if that is not 200. */
    String get() throws IOException, InterruptedException {
        HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        return response.statusCode() == 200 ? response.body() : Integer.toString(response.statusCode());
    }

    /** Returns how often each answer came to so many requests. */
    Map<String, Integer> count(int requests) throws IOException, InterruptedException {
        Map<String, Integer> answers = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            answers.merge(get(), 1, Integer::sum);
        }
        return answers;
    }
}
