package io.forrest.core.internal.lifecycle;

import io.forrest.Step;
import io.forrest.core.internal.event.Events;
import io.forrest.core.internal.record.InstanceRecords;
import io.forrest.event.StepFailed;
import io.forrest.event.StepReached;
import io.forrest.spi.Balancer;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.EngineInfo;
import io.forrest.spi.Registry;
import io.forrest.spi.TimeSource;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every part of a scaler works with. Immutable and thread-safe.
 *
 * @param runtime what runs containers
 * @param registry where endpoints stand
 * @param records Forrest's notes
 * @param balancer what routes traffic; null: nobody who could be asked
 * @param traffic looks at what the balancer sends
 * @param servedWithin how long it may take until the balancer serves what is announced
 * @param engine which engine it is
 * @param clock what time it is there
 * @param advertised the address under which instances are announced
 * @param publishOn the address that ports are bound to; null: left to the engine
 * @param worker the mark of this process, for the records that it works on
 * @param time the time
 * @param events who is told
 */
public record EngineRoom(
        ContainerRuntime runtime,
        Registry registry,
        InstanceRecords records,
        @Nullable Balancer balancer,
        TrafficLook traffic,
        Duration servedWithin,
        EngineInfo engine,
        EngineClock clock,
        InetAddress advertised,
        @Nullable InetAddress publishOn,
        String worker,
        TimeSource time,
        Events events) {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.lifecycle");

    /** Returns what waits for traffic to come and go. */
    Serving serving() {
        return new Serving(this);
    }

    void reached(String app, String name, Step step) {
        InstanceLog.about(LOGGER.atDebug(), app, name).log("{} of {} reached {}", name, app, step);
        events.publish(new StepReached(time.now(), app, name, step));
    }

    void failed(String app, String name, Step step, String reason) {
        InstanceLog.about(LOGGER.atDebug(), app, name).log("{} of {} did not reach {}: {}", name, app, step, reason);
        events.publish(new StepFailed(time.now(), app, name, step, reason));
    }
}
