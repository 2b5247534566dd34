package io.forrest.etcd;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A client that writes to one member and has all patience for the answer, as etcd's own clients had. Whenever a write is
 * answered, or has been waiting for 100 ms, it sends another. Thread-safe.
 */
final class PlainClient implements AutoCloseable {

    private static final int PACE_MILLIS = 100;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Queue<Write> unanswered = new ConcurrentLinkedQueue<>();
    private final URI key;
    private final Repeated writing;

    private record Write(int number, CompletableFuture<HttpResponse<String>> answer) {}

    private PlainClient(URI member) {
        this.key = member.resolve("/v2/keys/plain");
        this.writing = Repeated.start(this::write);
    }

    static PlainClient at(URI member) {
        return new PlainClient(member);
    }

    private void write(int number) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(key)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .PUT(BodyPublishers.ofString("value=" + number))
                .build();
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request, BodyHandlers.ofString());
        try {
            answer.get(PACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            unanswered.add(new Write(number, answer));
        }
    }

    void awaitMore(int count) {
        writing.awaitMore(count);
    }

    /** Returns the number of the last write that may have begun. */
    int last() {
        return writing.ended();
    }

    /** Returns the writes with higher numbers that wait for their answer, in order. */
    List<CompletableFuture<HttpResponse<String>>> unansweredSince(int number) {
        return unanswered.stream()
                .filter(write -> write.number() > number)
                .map(Write::answer)
                .filter(answer -> !answer.isDone())
                .toList();
    }

    @Override
    public void close() {
        writing.close();
        unanswered.forEach(write -> write.answer().cancel(true));
    }
}
