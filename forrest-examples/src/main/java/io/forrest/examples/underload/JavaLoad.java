package io.forrest.examples.underload;

import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients on the JDK's own HTTP client, a thread each. That client asks a second time, as browsers do, where a connection that
 * it had kept was closed before the answer began; such a request counts once, by how it came out. Thread-safe.
 */
final class JavaLoad implements LoadGenerator {

    private static final int CLIENTS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration AFTER_A_FAILURE = Duration.ofMillis(10);

    @Override
    public Clients start(URI page, boolean keepAlive) {
        return new Threads(page, keepAlive);
    }

    @Override
    public String toString() {
        return CLIENTS + " clients of the JDK";
    }

    private static final class Threads implements Clients {

        private final HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final HttpRequest request;
        private final List<Thread> threads = new ArrayList<>();
        private final AtomicLong sent = new AtomicLong();
        private final AtomicLong failed = new AtomicLong();
        private final Queue<String> words = new ConcurrentLinkedQueue<>();
        private volatile boolean ending;

        Threads(URI page, boolean keepAlive) {
            HttpRequest.Builder builder = HttpRequest.newBuilder(page).timeout(PATIENCE);
            // Allowed by -Djdk.httpclient.allowRestrictedHeaders=connection
            request = (keepAlive ? builder : builder.header("Connection", "close")).build();
            for (int i = 1; i <= CLIENTS; i++) {
                Thread thread = new Thread(this::run, "forrest-load-" + i);
                thread.setDaemon(true);
                threads.add(thread);
                thread.start();
            }
        }

        private void run() {
            try {
                while (!ending) {
                    ask();
                }
            } catch (InterruptedException e) {
                // ended amid a request, which then counts for nothing
            }
        }

        private void ask() throws InterruptedException {
            try {
                int status = http.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
                sent.incrementAndGet();
                if (!HttpStatus.isGood(status)) {
                    failed("answered with " + status);
                }
            } catch (IOException e) {
                sent.incrementAndGet();
                failed(e.toString());
            }
        }

        private void failed(String why) throws InterruptedException {
            if (failed.incrementAndGet() <= CLIENTS) {
                words.add(why);
            }
            TimeSource.system().sleep(AFTER_A_FAILURE);
        }

        @Override
        public Tally end() {
            ending = true;
            for (Thread thread : threads) {
                try {
                    thread.join(PATIENCE.toMillis());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            close();
            return new Tally(sent.get(), failed.get(), List.copyOf(words));
        }

        @Override
        public void close() {
            ending = true;
            threads.forEach(Thread::interrupt);
        }
    }
}
