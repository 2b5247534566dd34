package io.forrest.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds listeners in their calls until it is released, for a time at most. Thread-safe. */
final class HeldListeners {

    private final Duration limit;
    private final CountDownLatch latch = new CountDownLatch(1);
    private final List<String> endings = new ArrayList<>();

    /** Creates what holds each listener for so long at most, by when all must be done that is to be done while it is held. */
    HeldListeners(Duration limit) {
        this.limit = limit;
    }

    /** Takes a call that is held, and notes how that ended. */
    void hold(String line) {
        String ending;
        try {
            ending = latch.await(limit.toSeconds(), TimeUnit.SECONDS) ? "released" : "late";
        } catch (InterruptedException e) {
            ending = "interrupted";
        }
        synchronized (this) {
            endings.add(ending);
        }
    }

    /** Returns {@code released}, {@code interrupted} or {@code late} for each call that is over. */
    synchronized List<String> endings() {
        return List.copyOf(endings);
    }

    void release() {
        latch.countDown();
    }
}
