package io.forrest.core.internal.lifecycle;

import io.forrest.Traffic;
import io.forrest.spi.Balancer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at what a balancer sends to all instances, and logs once that it does not answer, and once that it does again. Thread-safe. */
public final class TrafficLook {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.lifecycle");

    private final @Nullable Balancer balancer;
    private final AtomicBoolean away = new AtomicBoolean();

    /**
     * Creates what looks.
     *
     * @param balancer the balancer; null: there is none
     */
    public TrafficLook(@Nullable Balancer balancer) {
        this.balancer = balancer;
    }

    /** Returns what every instance is sent; nothing where there is no balancer, or none that can be asked. */
    Map<String, Traffic> look() {
        if (balancer == null) {
            return Map.of();
        }
        try {
            Map<String, Traffic> traffic = balancer.traffic();
            if (away.compareAndSet(true, false)) {
                LOGGER.info("the balancer answers again");
            }
            return traffic;
        } catch (RuntimeException e) {
            if (away.compareAndSet(false, true)) {
                LOGGER.warn("the balancer does not answer, so what is served is not known: {}", e.toString());
            }
            return Map.of();
        }
    }
}
