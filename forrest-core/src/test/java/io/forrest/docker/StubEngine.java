package io.forrest.docker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.forrest.annotation.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An engine that answers what a test tells it to, over HTTP on the loopback address. Thread-safe. */
final class StubEngine implements AutoCloseable {

    /** Deals with a request, the nth of its kind, counted from 1. */
    interface Answer {
        void give(HttpExchange exchange, int n) throws IOException;
    }

    private static final int MUCH = 1_000_000;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<InetSocketAddress> clients = new CopyOnWriteArrayList<>();

    StubEngine() {
        this("1.12", "1.41");
    }

    StubEngine(String minApi, String maxApi) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        speaks(minApi, maxApi);
        server.start();
    }

    void speaks(String minApi, String maxApi) {
        on("GET /version", json(200, "{\"ApiVersion\":\"" + maxApi + "\",\"MinAPIVersion\":\"" + minApi + "\"}"));
    }

    /**
     * Sets the answer to a kind of request.
     *
     * @param kind method and path, without the API's version and the query: {@code "POST /containers/create"}
     */
    @CanIgnoreReturnValue
    StubEngine on(String kind, Answer answer) {
        answers.put(kind, answer);
        return this;
    }

    static Answer json(int status, String body) {
        return (exchange, n) -> send(exchange, status, body);
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        boolean bodiless = status == 204 || status == 304;
        exchange.sendResponseHeaders(status, bodiless ? -1 : bytes.length);
        if (!bodiless) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        }
        exchange.close();
    }

    static String message(String words) {
        return "{\"message\":\"" + words.replace("\"", "\\\"") + "\"}";
    }

    /** Closes the connection without an answer. */
    static Answer drop() {
        return (exchange, n) -> exchange.close();
    }

    /**
     * Begins an answer, and closes the connection before its end.
     *
     * @param text what it begins with
     */
    static Answer breakOffAfter(String text) {
        return (exchange, n) -> {
            // Closing a body of no known length would end it in good order
            begin(exchange, text, MUCH);
            exchange.close();
        };
    }

    /** Begins an answer and never ends it. */
    Answer hold(String text) {
        return (exchange, n) -> {
            begin(exchange, text, 0);
            awaitClose();
        };
    }

    private static void begin(HttpExchange exchange, String text, int length) throws IOException {
        exchange.sendResponseHeaders(200, length);
        exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
    }

    /** Never answers. */
    Answer hang() {
        return (exchange, n) -> awaitClose();
    }

    /** Begins an answer of JSON and never ends it. */
    Answer hangInBody() {
        return (exchange, n) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            awaitClose();
        };
    }

    private void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        clients.add(exchange.getRemoteAddress());
        String kind = exchange.getRequestMethod() + " " + path.replaceFirst("^/v\\d+\\.\\d+/", "/");
        int n = counts.merge(kind, 1, Integer::sum);
        answers.getOrDefault(kind, json(404, message("nothing set for " + kind)))
                .give(exchange, n);
    }

    /** Returns the requests so far, method and whole path each. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** Returns how many requests of a kind came. */
    int count(String kind) {
        return counts.getOrDefault(kind, 0);
    }

    /** Returns by how many connections the requests came. */
    long connections() {
        return clients.stream().distinct().count();
    }

    String host() {
        return "tcp://127.0.0.1:" + server.getAddress().getPort();
    }

    EngineAddress address() {
        return new EngineAddress(EngineAddress.parse(host(), false), null);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
