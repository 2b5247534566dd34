package io.forrest.core.internal.lifecycle;

import io.forrest.Stage;
import io.forrest.Step;
import io.forrest.Traffic;
import io.forrest.core.internal.concurrent.Durations;
import io.forrest.core.internal.concurrent.Operation;
import io.forrest.event.BalancersUnreachable;
import io.forrest.spi.Announcement;
import io.forrest.spi.Balancer;
import io.forrest.spi.Drained;
import io.forrest.spi.Served;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Waits until traffic reaches an instance, and until it has left it: asks the balancer, where there is one. Where there is
 * none, the registry's acknowledgement stands for the one, and the drain time for the other. Thread-safe.
 */
final class Serving {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.lifecycle");

    private final EngineRoom room;
    private final @Nullable Balancer balancer;

    Serving(EngineRoom room) {
        this.room = room;
        this.balancer = room.balancer();
    }

    /**
     * What came of draining an instance. Immutable and thread-safe.
     *
     * @param took how long it was given
     * @param sessionsCut how many sessions it still had
     * @param blindSpots what is not known of it, in words
     */
    record Drain(Duration took, int sessionsCut, List<String> blindSpots) {

        /** What comes of an instance that nothing is sent to. */
        static final Drain NONE = new Drain(Duration.ZERO, 0, List.of());
    }

    /**
     * Has an operation pass the registry's acknowledgement: nobody can cancel it any more, and where nothing is waited for
     * afterwards, nothing can stop it. False if it was stopped before.
     */
    boolean acknowledge(Operation<?> operation) {
        return balancer == null ? operation.commit() : operation.acknowledge();
    }

    /**
     * Waits until an announced instance is served, and returns where it stands then.
     *
     * @param limit how long to wait at most, beside the scaler's own limit
     */
    Stage awaitServed(Announcement announcement, Duration limit) throws InterruptedException, NotServed {
        if (balancer == null) {
            return Stage.ANNOUNCED;
        }
        Duration within = Durations.shorter(room.servedWithin(), limit);
        Served served = balancer.awaitServing(announcement, within);
        served.blindSpots()
                .forEach(spot -> log(LOGGER.atInfo(), announcement)
                        .log("{} is served as far as can be seen: {}", name(announcement), spot));
        if (!served.serving()) {
            throw new NotServed(served, within);
        }
        tellUnreachable(announcement, Step.SERVE, served.unreachable());
        room.reached(announcement.app(), announcement.name(), Step.SERVE);
        return Stage.SERVING;
    }

    /**
     * Waits until a withdrawn instance may be stopped, for a time at most. A balancer that fails does not keep an instance from
     * being stopped: the rest of the time is waited for in its place.
     *
     * @param announcement what was withdrawn; null if nobody knows any more where the instance answered
     * @param limit the time
     */
    Drain awaitDrained(@Nullable Announcement announcement, Duration limit) throws InterruptedException {
        if (balancer == null || announcement == null) {
            room.time().sleep(limit);
            return new Drain(limit, 0, List.of());
        }
        long start = room.time().nanoTime();
        Drained drained = drained(balancer, announcement, limit);
        if (!drained.drained()) {
            room.time().sleep(limit.minus(since(start)));
        }
        tellUnreachable(announcement, Step.DRAIN, drained.unreachable());
        List<String> blindSpots = new ArrayList<>(drained.blindSpots());
        drained.unreachable().forEach(line -> blindSpots.add("unreachable: " + line));
        drained.waitingFor().forEach(line -> blindSpots.add("not drained: " + line));
        if (drained.sessions() > 0) {
            log(LOGGER.atInfo(), announcement)
                    .log("{} is stopped with {} sessions", name(announcement), drained.sessions());
        }
        return new Drain(since(start), drained.sessions(), List.copyOf(blindSpots));
    }

    private Duration since(long start) {
        return Duration.ofNanos(room.time().nanoTime() - start);
    }

    private static Drained drained(Balancer balancer, Announcement announcement, Duration limit)
            throws InterruptedException {
        try {
            return balancer.awaitDrained(announcement, limit);
        } catch (RuntimeException e) {
            log(LOGGER.atWarn(), announcement)
                    .log(
                            "the balancer could not say when {} is drained, so it is given all of its {}: {}",
                            name(announcement),
                            limit,
                            e.toString());
            return new Drained(false, 0, List.of(), List.of(), List.of("the balancer failed: " + e.getMessage()));
        }
    }

    private void tellUnreachable(Announcement announcement, Step step, List<String> unreachable) {
        if (unreachable.isEmpty()) {
            return;
        }
        log(LOGGER.atWarn(), announcement)
                .log(
                        "{} reached {} without balancers that could not be asked: {}",
                        name(announcement),
                        step,
                        unreachable);
        room.events()
                .publish(new BalancersUnreachable(
                        room.time().now(), announcement.app(), announcement.name(), step, unreachable));
    }

    private static LoggingEventBuilder log(LoggingEventBuilder line, Announcement announcement) {
        return InstanceLog.about(line, announcement.app(), announcement.name());
    }

    private static String name(Announcement announcement) {
        return announcement.name() + " of " + announcement.app();
    }

    /** Returns what every instance is sent; nothing where there is no balancer, or none that can be asked. */
    Map<String, Traffic> look() {
        return room.traffic().look();
    }

    /** Returns what one instance is sent; empty where there is no balancer, or none that knows it. */
    Optional<Traffic> traffic(String name) {
        return balancer == null ? Optional.empty() : balancer.traffic(name);
    }
}
