package io.forrest.etcd;

import io.forrest.etcd.Outcome.Lost;
import io.forrest.etcd.Outcome.NotSent;
import io.forrest.etcd.Outcome.Rejected;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Makes single attempts at single endpoints, over connections that it keeps. Thread-safe.
 *
 * <p>HTTP/1.1, because the client otherwise offers an upgrade that etcd's plain port does not take; no redirects, because
 * they would carry the credentials to another host; no authenticator, because etcd answers 401 without a challenge.
 * The HTTP client carries the bytes on its selector thread alone.
 */
final class EtcdClient implements AutoCloseable {

    /** A part of an attempt waits by the machine's own clock, as its socket does: a jump of another must not end it. */
    private static final TimeSource CLOCK = TimeSource.system();

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

    private final ExecutorService threads = EtcdThreads.pool("lookup");
    private final HostLookup hosts = new HostLookup(threads, InetAddress::getByName);
    private final Set<Exchange> inFlight = ConcurrentHashMap.newKeySet();

    private final @Nullable Credentials credentials;
    private volatile @Nullable HttpClient http;

    EtcdClient(@Nullable SSLContext tls, @Nullable Credentials credentials) {
        this.credentials = credentials;
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(CONNECT_TIMEOUT)
                // Nothing that it calls back blocks, and a hand-over to another thread costs a third of the throughput
                .executor(Runnable::run);
        this.http = (tls == null ? client : client.sslContext(tls)).build();
    }

    /**
     * Sends a request, and waits for the whole answer.
     *
     * @throws CancellationException if this client was closed before or meanwhile
     * @throws InterruptedException if interrupted; the exchange is then broken off
     */
    Outcome<EtcdAnswer> attempt(URI endpoint, EtcdRequest request, Duration limit) throws InterruptedException {
        Elapsed elapsed = Elapsed.sinceNow(CLOCK);
        MarkedBody body = new MarkedBody(request.form());
        try (Exchange exchange = begin()) {
            HttpResponse<?> head = send(exchange, endpoint, request, body, limit);
            return AnswerReader.read(request, head, exchange.body(elapsed.leftOf(limit)));
        } catch (UnknownHostException e) {
            return new NotSent<>(NetworkFailure.words(e), e);
        } catch (HttpTimeoutException | TimeoutException e) {
            return body.begun()
                    ? new Lost<>("gave no answer within " + limit.toMillis() + " ms", e)
                    : new NotSent<>("took no connection within " + limit.toMillis() + " ms", e);
        } catch (IOException e) {
            return failed(endpoint, e, body.begun());
        } catch (ExecutionException e) {
            return failed(endpoint, e.getCause() == null ? e : e.getCause(), body.begun());
        }
    }

    /**
     * Sends a request whose answer may take as long as it likes, and waits for its head.
     *
     * @param limit how long the head may take
     * @throws CancellationException if this client was closed before or meanwhile
     * @throws InterruptedException if interrupted meanwhile
     */
    LongPoll poll(URI endpoint, EtcdRequest request, Duration limit) throws InterruptedException, LongPoll.Failed {
        Exchange exchange = begin();
        boolean armed = false;
        try {
            LongPoll poll = new LongPoll(send(exchange, endpoint, request, new MarkedBody(null), limit), exchange);
            armed = true;
            return poll;
        } catch (UnknownHostException e) {
            throw new LongPoll.Failed(NetworkFailure.words(e), false);
        } catch (HttpTimeoutException | TimeoutException e) {
            throw new LongPoll.Failed("gave no answer to a watch within " + limit.toMillis() + " ms", false);
        } catch (IOException e) {
            throw new LongPoll.Failed("broke off a watch: " + NetworkFailure.words(e), false);
        } finally {
            if (!armed) {
                exchange.close();
            }
        }
    }

    private Exchange begin() {
        Exchange exchange = new Exchange(inFlight::remove);
        inFlight.add(exchange);
        return exchange;
    }

    private HttpResponse<?> send(Exchange exchange, URI endpoint, EtcdRequest request, MarkedBody body, Duration limit)
            throws IOException, InterruptedException, TimeoutException {
        // Looked at once the exchange is known: whoever closes this client after that breaks it off
        HttpClient client = http;
        if (client == null) {
            throw new CancellationException("the registry was closed");
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Elapsed elapsed = Elapsed.sinceNow(CLOCK);
        hosts.resolve(endpoint, limit);
        Duration left = elapsed.leftOf(limit);
        if (left.isNegative() || left.isZero()) {
            throw new TimeoutException();
        }
        return exchange.send(client, onTheWire(endpoint, request, body, left));
    }

    private HttpRequest onTheWire(URI endpoint, EtcdRequest request, MarkedBody body, Duration limit) {
        String query = request.query().isEmpty() ? "" : "?" + request.query();
        HttpRequest.Builder builder = HttpRequest.newBuilder(endpoint.resolve("/v2/keys" + request.path() + query))
                .timeout(limit)
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

    boolean isClosed() {
        return http == null;
    }

    /** Breaks off what is in flight, and ends the threads. */
    @Override
    public void close() {
        // Once nothing refers to it, the client ends its selector thread and closes idle connections; JDK 17 knows no
        // other way
        http = null;
        inFlight.forEach(Exchange::breakOff);
        threads.shutdown();
    }
}
