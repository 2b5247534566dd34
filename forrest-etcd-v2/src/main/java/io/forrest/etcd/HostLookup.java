package io.forrest.etcd;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Resolves a host name on a thread that can be given up, because the resolver of an operating system may take half a minute
 * and hears no interrupt. What it found the JVM keeps for a while, so that whoever connects next finds it there. Thread-safe.
 */
final class HostLookup {

    /** What no server of names is asked for. */
    private static final Pattern LITERAL = Pattern.compile("localhost|[0-9.]+|\\[.*]");

    private final ExecutorService threads;

    HostLookup(ExecutorService threads) {
        this.threads = threads;
    }

    /** @throws TimeoutException if there is no answer in time; the looking goes on, and may help the next attempt */
    void resolve(URI endpoint, Duration limit) throws InterruptedException, UnknownHostException, TimeoutException {
        String host = endpoint.getHost();
        if (LITERAL.matcher(host).matches()) {
            return;
        }
        Future<InetAddress> address = threads.submit(() -> InetAddress.getByName(host));
        try {
            InetAddress unused = address.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            UnknownHostException unknown = new UnknownHostException(host);
            unknown.initCause(e.getCause());
            throw unknown;
        }
    }
}
