package io.forrest.etcd;

import io.forrest.etcd.CappedBody.Body;
import io.forrest.etcd.Outcome.Lost;
import io.forrest.etcd.Outcome.NotSent;
import io.forrest.etcd.Outcome.Rejected;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Makes single attempts at single endpoints, over connections that it keeps. Thread-safe.
 *
 * <p>HTTP/1.1, because the client otherwise offers an upgrade that etcd's plain port does not take; no redirects, because
 * they would carry the credentials to another host; no authenticator, because etcd answers 401 without a challenge.
 */
final class EtcdClient implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

    private final ExecutorService threads = EtcdThreads.start();
    /** What breaks off each exchange in flight. */
    private final Set<Runnable> inFlight = ConcurrentHashMap.newKeySet();

    private final @Nullable Credentials credentials;
    private volatile @Nullable HttpClient http;

    EtcdClient(@Nullable SSLContext tls, @Nullable Credentials credentials) {
        this.credentials = credentials;
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(CONNECT_TIMEOUT)
                .executor(threads);
        this.http = (tls == null ? client : client.sslContext(tls)).build();
    }

    /**
     * Sends a request, and waits for the whole answer.
     *
     * @throws CancellationException if this client was closed before or meanwhile
     * @throws InterruptedException if interrupted; the exchange is then broken off
     */
    Outcome<EtcdAnswer> attempt(URI endpoint, EtcdRequest request, Duration limit) throws InterruptedException {
        HttpClient client = http;
        if (client == null) {
            throw closed();
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        MarkedBody body = new MarkedBody(request.form());
        CompletableFuture<HttpResponse<Body>> exchange =
                client.sendAsync(onTheWire(endpoint, request, body), CappedBody.handler());
        // Closes the connection of an exchange that has not ended
        Runnable breakOff = () -> exchange.cancel(true);
        inFlight.add(breakOff);
        try {
            if (isClosed()) {
                throw closed();
            }
            HttpResponse<Body> response = exchange.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            String mediaType = response.headers().firstValue("Content-Type").orElse("");
            return AnswerReader.read(request, response.statusCode(), mediaType, response.body());
        } catch (TimeoutException e) {
            return body.begun()
                    ? new Lost<>("gave no answer within " + limit.toMillis() + " ms", e)
                    : new NotSent<>("took no connection within " + limit.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            if (isClosed()) {
                throw closed();
            }
            return failed(endpoint, e.getCause() == null ? e : e.getCause(), body.begun());
        } finally {
            inFlight.remove(breakOff);
            breakOff.run();
        }
    }

    private HttpRequest onTheWire(URI endpoint, EtcdRequest request, MarkedBody body) {
        String query = request.query().isEmpty() ? "" : "?" + request.query();
        HttpRequest.Builder builder = HttpRequest.newBuilder(endpoint.resolve("/v2/keys" + request.path() + query))
                .method(request.method(), body);
        if (request.form() != null) {
            // Without it etcd stores an empty value
            builder.header("Content-Type", "application/x-www-form-urlencoded");
        }
        if (credentials != null) {
            builder.header("Authorization", credentials.header());
        }
        return builder.build();
    }

    private static Outcome<EtcdAnswer> failed(URI endpoint, Throwable cause, boolean begun) {
        if (cause instanceof SSLHandshakeException) {
            // A server may refuse a client's certificate after the client, for its part, has begun
            return new Rejected<>("no trust (TLS): " + NetworkFailure.words(cause), cause);
        }
        if (!begun) {
            return new NotSent<>(NetworkFailure.words(cause), cause);
        }
        // An etcd that expects TLS hangs up on plain HTTP without a word; so does one that is killed
        String hint = endpoint.getScheme().equalsIgnoreCase("http") ? " (does it expect https?)" : "";
        return new Lost<>("broke off: " + NetworkFailure.words(cause) + hint, cause);
    }

    private static CancellationException closed() {
        return new CancellationException("the registry was closed");
    }

    boolean isClosed() {
        return http == null;
    }

    /** Breaks off what is in flight, and ends the threads. */
    @Override
    public void close() {
        // Once nothing refers to it, the client ends its selector thread and closes idle connections; JDK 17 knows no
        // other way
        http = null;
        inFlight.forEach(Runnable::run);
        threads.shutdown();
    }
}
