package io.forrest.examples.soak;

import io.forrest.RegistryException;
import io.forrest.spi.Registry;
import io.forrest.spi.TimeSource;
import java.time.Duration;

/** Waits for what only looking can tell. */
final class Waiting {

    private static final Duration EVERY = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Waiting() {}

    static void untilAnswered(Registry registry) throws InterruptedException {
        TimeSource time = TimeSource.system();
        long start = time.nanoTime();
        while (true) {
            try {
                int unused = registry.announcements().size();
                return;
            } catch (RegistryException e) {
                if (time.nanoTime() - start > LIMIT.toNanos()) {
                    throw e;
                }
                time.sleep(EVERY);
            }
        }
    }
}
