package io.forrest.docker;

import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The system's time, but for sleeps, which are noted and last a moment. Thread-safe. */
final class NotedSleep implements TimeSource {

    private static final Duration MOMENT = Duration.ofMillis(5);

    private final List<Duration> sleeps = new CopyOnWriteArrayList<>();

    List<Duration> sleeps() {
        return List.copyOf(sleeps);
    }

    @Override
    public Instant now() {
        return TimeSource.system().now();
    }

    @Override
    public long nanoTime() {
        return TimeSource.system().nanoTime();
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
        sleeps.add(time);
        TimeSource.system().sleep(MOMENT);
    }
}
