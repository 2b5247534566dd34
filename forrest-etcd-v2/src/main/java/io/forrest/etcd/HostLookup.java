package io.forrest.etcd;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Resolves a host name on a thread that can be given up, because the resolver of an operating system may take half a minute
 * and hears no interrupt. What it found the JVM keeps for a while, so that whoever connects next finds it there. Whoever asks
 * for a host that is being looked for waits for that: there is one thread a host, at most. Thread-safe.
 */
final class HostLookup {

    /** What no server of names is asked for. */
    private static final Pattern LITERAL = Pattern.compile("localhost|[0-9.]+|\\[.*]");

    private final ExecutorService threads;
    private final Resolver resolver;
    private final ConcurrentMap<String, CompletableFuture<InetAddress>> underWay = new ConcurrentHashMap<>();

    /** Finds the address of a host, and may block for long. */
    @FunctionalInterface
    interface Resolver {

        InetAddress resolve(String host) throws UnknownHostException;
    }

    HostLookup(ExecutorService threads, Resolver resolver) {
        this.threads = threads;
        this.resolver = resolver;
    }

    /** @throws TimeoutException if there is no answer in time; the looking goes on, and may help the next attempt */
    void resolve(URI endpoint, Duration limit) throws InterruptedException, UnknownHostException, TimeoutException {
        String host = endpoint.getHost();
        if (LITERAL.matcher(host).matches()) {
            return;
        }
        try {
            InetAddress unused = lookup(host).get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            UnknownHostException unknown = new UnknownHostException(host);
            unknown.initCause(e.getCause());
            throw unknown;
        }
    }

    private CompletableFuture<InetAddress> lookup(String host) {
        CompletableFuture<InetAddress> own = new CompletableFuture<>();
        CompletableFuture<InetAddress> other = underWay.putIfAbsent(host, own);
        if (other != null) {
            return other;
        }
        boolean begun = false;
        try {
            threads.execute(() -> look(host, own));
            begun = true;
        } finally {
            if (!begun) {
                // No thread can be had: the next to ask must not wait for this one
                underWay.remove(host, own);
            }
        }
        return own;
    }

    private void look(String host, CompletableFuture<InetAddress> found) {
        try {
            InetAddress address = resolver.resolve(host);
            underWay.remove(host, found);
            found.complete(address);
        } catch (UnknownHostException | RuntimeException | Error e) {
            underWay.remove(host, found);
            found.completeExceptionally(e);
        }
    }
}
