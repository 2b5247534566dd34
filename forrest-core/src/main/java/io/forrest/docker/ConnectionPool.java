package io.forrest.docker;

import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to one engine: an HTTP client of its own for each exchange under way, so that a stream never starves a
 * call, and one exchange can be cut off without harm to the others. A client that was idle for {@link #MAX_IDLE} is not
 * used again, for the engine or a proxy may have closed its connection, and a POST cannot be repeated. Thread-safe.
 */
final class ConnectionPool implements AutoCloseable {

    static final Duration MAX_IDLE = Duration.ofSeconds(8);

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionPool.class);
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int MAX_KEPT = 4;

    private record Idle(DockerHttpClient client, long since) {}

    private final EngineAddress address;
    private final TimeSource time;
    private final Deque<Idle> idle = new ArrayDeque<>();
    private final Set<DockerHttpClient> taken = new HashSet<>();
    private boolean closed;

    ConnectionPool(EngineAddress address, TimeSource time) {
        this.address = address;
        this.time = time;
    }

    /** Returns a client for one exchange, the one used last if it is fresh. */
    DockerHttpClient take() {
        List<DockerHttpClient> stale = new ArrayList<>();
        DockerHttpClient client;
        synchronized (this) {
            if (closed) {
                throw new RuntimeClosedException();
            }
            dropStale(stale);
            Idle last = idle.pollLast();
            client = last == null ? open() : last.client();
            taken.add(client);
        }
        stale.forEach(ConnectionPool::closeQuietly);
        return client;
    }

    private DockerHttpClient open() {
        ApacheDockerHttpClient.Builder builder =
                new ApacheDockerHttpClient.Builder().dockerHost(address.uri()).connectionTimeout(CONNECT);
        if (address.tls() != null) {
            builder.sslConfig(address::tls);
        }
        return builder.build();
    }

    /** Takes a client back whose exchange has come to its end. */
    void giveBack(DockerHttpClient client) {
        List<DockerHttpClient> stale = new ArrayList<>();
        synchronized (this) {
            taken.remove(client);
            dropStale(stale);
            if (closed || idle.size() >= MAX_KEPT) {
                stale.add(client);
            } else {
                idle.addLast(new Idle(client, time.nanoTime()));
            }
        }
        stale.forEach(ConnectionPool::closeQuietly);
    }

    /** Closes a client whose exchange failed or was given up; whoever is blocked on it is freed. */
    void discard(DockerHttpClient client) {
        synchronized (this) {
            taken.remove(client);
        }
        closeQuietly(client);
    }

    private void dropStale(List<DockerHttpClient> stale) {
        long now = time.nanoTime();
        for (Iterator<Idle> each = idle.iterator(); each.hasNext(); ) {
            Idle kept = each.next();
            if (now - kept.since() < MAX_IDLE.toNanos()) {
                break;
            }
            each.remove();
            stale.add(kept.client());
        }
    }

    @Override
    public void close() {
        List<DockerHttpClient> clients = new ArrayList<>();
        synchronized (this) {
            closed = true;
            clients.addAll(taken);
            idle.forEach(kept -> clients.add(kept.client()));
            taken.clear();
            idle.clear();
        }
        clients.forEach(ConnectionPool::closeQuietly);
    }

    private static void closeQuietly(DockerHttpClient client) {
        try {
            client.close();
        } catch (IOException | RuntimeException e) {
            LOG.debug("closing a connection failed", e);
        }
    }
}
