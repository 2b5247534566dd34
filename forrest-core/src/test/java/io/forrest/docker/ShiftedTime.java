package io.forrest.docker;

import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** The system's time, moved forward by a test. Thread-safe. */
final class ShiftedTime implements TimeSource {

    private final AtomicLong shift = new AtomicLong();

    void advance(Duration by) {
        shift.addAndGet(by.toNanos());
    }

    @Override
    public Instant now() {
        return TimeSource.system().now().plusNanos(shift.get());
    }

    @Override
    public long nanoTime() {
        return TimeSource.system().nanoTime() + shift.get();
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
        TimeSource.system().sleep(time);
    }
}
