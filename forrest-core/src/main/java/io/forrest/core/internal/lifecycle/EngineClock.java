package io.forrest.core.internal.lifecycle;

import io.forrest.ContainerRuntimeException;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.EngineInfo;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What time it is by the engine's clock, which is the one clock that all who work on its instances share. Measured now and then, and
 * told from there by this process's own. Thread-safe; two threads may measure at once, of which either is right.
 */
public final class EngineClock {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.lifecycle");

    /** For how long a measure is good: clocks that are steered differ by some milliseconds then. */
    private static final Duration FRESH = Duration.ofMinutes(10);

    /** By how much this process's two clocks may differ since: where it was suspended, or its clock was set, they differ by more. */
    private static final Duration STEADY = Duration.ofSeconds(1);

    private final ContainerRuntime runtime;
    private final TimeSource time;
    private volatile Measure last;

    /** What the engine told, and when by this process's clocks. */
    private record Measure(Instant engine, Instant own, long nanos) {}

    /**
     * Creates the clock.
     *
     * @param runtime the engine
     * @param info what it has just told of itself
     * @param time this process's time
     */
    public EngineClock(ContainerRuntime runtime, EngineInfo info, TimeSource time) {
        this.runtime = runtime;
        this.time = time;
        this.last = measure(info);
    }

    private Measure measure(EngineInfo info) {
        Instant own = time.now();
        return new Measure(info.time().orElse(own), own, time.nanoTime());
    }

    /** Returns what time it is; asks the engine if it was not asked for a while. One that does not answer keeps the time it told. */
    public Instant now() {
        Measure measure = last;
        Duration passed = Duration.ofNanos(time.nanoTime() - measure.nanos());
        Duration byOwnClock = Duration.between(measure.own(), time.now());
        boolean steady = byOwnClock.minus(passed).abs().compareTo(STEADY) <= 0;
        if (steady && passed.compareTo(FRESH) <= 0) {
            return measure.engine().plus(passed);
        }
        try {
            measure = measure(runtime.engine());
        } catch (ContainerRuntimeException e) {
            LOGGER.debug("the engine does not tell the time, so it goes on by this process's clock: {}", e.toString());
            measure = new Measure(measure.engine().plus(passed), time.now(), time.nanoTime());
        }
        last = measure;
        return measure.engine();
    }
}
