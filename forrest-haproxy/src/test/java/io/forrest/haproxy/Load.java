package io.forrest.haproxy;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that send one request after another, until they are closed. Thread-safe. */
final class Load implements AutoCloseable {

    private final AtomicLong sent = new AtomicLong();
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ending;

    /** Starts clients. */
    static Load on(URI uri, int clients) {
        Load load = new Load();
        Frontend frontend = new Frontend(uri);
        for (int i = 0; i < clients; i++) {
            Thread thread = new Thread(() -> load.send(frontend), "load-" + i);
            thread.setDaemon(true);
            load.threads.add(thread);
            thread.start();
        }
        return load;
    }

    private void send(Frontend frontend) {
        while (!ending) {
            try {
                String answer = frontend.get();
                if (answer.matches("\\d{3}")) {
                    failures.merge(answer, 1, Integer::sum);
                }
            } catch (IOException e) {
                failures.merge(e.toString(), 1, Integer::sum);
            } catch (InterruptedException e) {
                return;
            }
            sent.incrementAndGet();
        }
    }

    /** Returns how many requests were sent and answered. */
    long sent() {
        return sent.get();
    }

    /** Returns how often what failed. */
    Map<String, Integer> failures() {
        return failures;
    }

    /** Ends the clients, each after its request. */
    @Override
    public void close() {
        ending = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                thread.interrupt();
                Thread.currentThread().interrupt();
            }
        }
    }
}
