package io.forrest.haproxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.forrest.Endpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server on 127.0.0.1 that answers each request with its own name: what stands behind an HAProxy in the place of an
 * instance, with no container. Thread-safe.
 */
public final class Origin implements AutoCloseable {

    private static final int THREADS = 4;
    private static final int BACKLOG = 200;
    private static final int OK = 200;

    static {
        // The JDK's server waits for acknowledgements, and closes idle connections that HAProxy is about to use again
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
        System.setProperty("sun.net.httpserver.idleInterval", "600");
    }

    private final String name;
    private final HttpServer server;
    private final ScheduledExecutorService threads;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong underWay = new AtomicLong();
    private final AtomicInteger status = new AtomicInteger(OK);
    private volatile Duration delay = Duration.ZERO;
    private final Queue<HttpExchange> held = new ArrayDeque<>();
    private boolean holding;

    private Origin(String name, HttpServer server, ScheduledExecutorService threads) {
        this.name = name;
        this.server = server;
        this.threads = threads;
    }

    /** Starts a server that answers at once, with status 200, on a port of its own. */
    public static Origin start(String name) {
        return start(name, 0);
    }

    /** Starts a server on a given port: after {@link #kill()}, on that of another. */
    public static Origin start(String name, int port) {
        requireNonNull(name, "name");
        ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS, work -> {
            Thread thread = new Thread(work, "origin-" + name);
            thread.setDaemon(true);
            return thread;
        });
        try {
            HttpServer server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
            Origin origin = new Origin(name, server, threads);
            server.setExecutor(threads);
            server.createContext("/", origin::take);
            Future<?> started = threads.submit(server::start); // the thread that it makes is then a daemon as well
            started.get();
            return origin;
        } catch (IOException e) {
            threads.shutdownNow();
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            threads.shutdownNow();
            throw new IllegalStateException("the server does not start", e);
        }
    }

    private void take(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        underWay.incrementAndGet();
        synchronized (held) {
            if (holding) {
                held.add(exchange);
                return;
            }
        }
        Duration before = delay;
        if (before.isZero()) {
            answer(exchange);
        } else {
            var unused = threads.schedule(() -> answer(exchange), before.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void answer(HttpExchange exchange) {
        byte[] body = name.getBytes(UTF_8);
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status.get(), body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        } catch (IOException e) {
            // who asked has gone, or this server has
        } finally {
            underWay.decrementAndGet();
        }
    }

    /** Returns what it answers. */
    public String name() {
        return name;
    }

    /** Returns where it listens. */
    public Endpoint endpoint() {
        return Endpoint.of("127.0.0.1", server.getAddress().getPort());
    }

    /** Has it hold back each answer for a while. */
    public Origin delay(Duration delay) {
        this.delay = requireNonNull(delay, "delay");
        return this;
    }

    /** Has it hold back each answer until it is told to release them. */
    public Origin hold() {
        synchronized (held) {
            holding = true;
        }
        return this;
    }

    /** Has it answer what it held back, and hold back nothing more. */
    public void release() {
        synchronized (held) {
            holding = false;
            for (HttpExchange exchange = held.poll(); exchange != null; exchange = held.poll()) {
                HttpExchange next = exchange;
                threads.execute(() -> answer(next));
            }
        }
    }

    /** Sets the status of its answers. */
    public Origin status(int status) {
        this.status.set(status);
        return this;
    }

    /** Returns how many requests have reached it. */
    public long requests() {
        return requests.get();
    }

    /** Returns how many of them it has not answered yet. */
    public long underWay() {
        return underWay.get();
    }

    /** Ends it as a killed process ends: its port is closed, and so is each connection, whatever is under way. */
    public void kill() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** Does the same as {@link #kill()}. */
    @Override
    public void close() {
        kill();
    }
}
