package io.forrest.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import io.forrest.spi.TimeSource;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * docker-java's transport with what it lacks: each exchange, reading its body included, runs on a worker with a deadline,
 * and an interrupt of the caller ends the wait at once, on Unix sockets too. Thread-safe.
 */
final class GuardedHttpClient implements DockerHttpClient {

    /** Reads the answer to its end, on a worker. */
    interface Reader<T> {
        T read(int status, InputStream body, Response response) throws IOException;
    }

    private final ConnectionPool pool;
    private final Workers workers;
    private final Deadlines deadlines;
    private final TimeSource time;

    GuardedHttpClient(ConnectionPool pool, Workers workers, Deadlines deadlines, TimeSource time) {
        this.pool = pool;
        this.workers = workers;
        this.deadlines = deadlines;
        this.time = time;
    }

    /** Returns the whole answer. docker-java's own streams would never end here: they go by {@link #exchange}. */
    @Override
    public Response execute(Request request) {
        return exchange(request, Patience.inAll(deadlines.of(request)), BufferedResponse::read);
    }

    <T> T exchange(Request request, Patience patience, Reader<T> reader) {
        DockerHttpClient client = pool.take();
        if (Thread.currentThread().isInterrupted()) {
            pool.giveBack(client);
            throw new UncheckedIOException(new CallInterruptedException());
        }
        boolean done = false;
        try {
            T answer = converse(client, request, patience, reader);
            done = true;
            return answer;
        } finally {
            if (done) {
                pool.giveBack(client);
            } else {
                // closing may block for a moment on a broken connection: not the caller
                workers.run(() -> pool.discard(client));
            }
        }
    }

    private <T> T converse(DockerHttpClient client, Request request, Patience patience, Reader<T> reader) {
        LastSign lastSign = new LastSign(time);
        Future<T> future = workers.submit(() -> {
            try (Response response = client.execute(request)) {
                lastSign.begun();
                return reader.read(response.getStatusCode(), new WatchedBody(response.getBody(), lastSign), response);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        long start = time.nanoTime();
        try {
            while (true) {
                long since = patience.restarts() ? lastSign.at() : start;
                long left = patience.limit().toNanos() - (time.nanoTime() - since);
                if (left <= 0) {
                    if (!lastSign.hasBegun()) {
                        throw Patience.timeout(patience.limit());
                    }
                    patience.silence().endure();
                    lastSign.seen();
                    continue;
                }
                try {
                    return future.get(left, TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    // unless a piece came meanwhile, the next round throws
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new CallInterruptedException());
        } catch (ExecutionException e) {
            throw Workers.rethrown(e);
        } finally {
            future.cancel(true);
        }
    }

    @Override
    public void close() {
        pool.close();
    }

    /** When the engine last sent something. */
    private static final class LastSign {

        private final TimeSource time;
        private volatile long at;
        private volatile boolean begun;

        LastSign(TimeSource time) {
            this.time = time;
            this.at = time.nanoTime();
        }

        void begun() {
            seen();
            begun = true;
        }

        boolean hasBegun() {
            return begun;
        }

        void seen() {
            at = time.nanoTime();
        }

        long at() {
            return at;
        }
    }

    private static final class WatchedBody extends FilterInputStream {

        private final LastSign lastSign;

        WatchedBody(InputStream body, LastSign lastSign) {
            super(body);
            this.lastSign = lastSign;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            lastSign.seen();
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            lastSign.seen();
            return read;
        }
    }
}
