package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.Instance;
import io.forrest.Supervision;
import io.forrest.core.internal.concurrent.Threads;
import io.forrest.core.internal.event.Events;
import io.forrest.core.internal.fleet.FleetRoom;
import io.forrest.core.internal.fleet.Successors;
import io.forrest.core.internal.lifecycle.EngineClock;
import io.forrest.core.internal.lifecycle.EngineRoom;
import io.forrest.core.internal.lifecycle.FluentLaunch;
import io.forrest.core.internal.lifecycle.Holdings;
import io.forrest.core.internal.lifecycle.Launcher;
import io.forrest.core.internal.lifecycle.TrafficLook;
import io.forrest.core.internal.lifecycle.UnderWay;
import io.forrest.core.internal.record.InstanceRecords;
import io.forrest.core.internal.record.ProcessMark;
import io.forrest.core.internal.supervise.Reconciling;
import io.forrest.core.internal.supervise.Replacing;
import io.forrest.core.internal.supervise.Supervisor;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A supervisor for which there is no thread to be had, now and then, to launch a successor on. */
class ReplaceWithoutThreadsTest {

    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration SELDOM = Duration.ofHours(1);

    @RegisterExtension
    final FakeWorld world = new FakeWorld();

    private final InetAddress address = InetAddress.getLoopbackAddress();
    private final Events events = new Events();
    private final ExecutorService threads = Threads.pool("launch");
    private final ScheduledExecutorService timer = Threads.timer();
    private final UnderWay underWay = new UnderWay();
    private final EngineRoom room = new EngineRoom(
            world.runtime,
            world.registry,
            new InstanceRecords(world.registry.records(), world.registry.prefix()),
            null,
            new TrafficLook(null),
            SELDOM,
            world.runtime.engine(),
            new EngineClock(world.runtime, world.runtime.engine(), world.time),
            address,
            address,
            ProcessMark.own(),
            world.time,
            events);
    private final Launcher launcher = new Launcher(room, new Holdings(room, underWay), underWay, threads, timer);
    private final AtomicInteger attempts = new AtomicInteger();

    private Supervisor supervisor(Executor executor) {
        Replacing replacing = new Replacing(
                room,
                underWay,
                new Successors(new FleetRoom(room, launcher, underWay, threads, timer), false),
                Supervision.replace(10, SELDOM),
                new Replacing.Pauses(SOON, SOON),
                executor,
                timer);
        Supervisor supervisor =
                new Supervisor(new Reconciling(room, underWay, threads), underWay, replacing, false, timer, SELDOM);
        underWay.onLaunched(name -> supervisor.begin());
        return supervisor;
    }

    @AfterEach
    void end() {
        timer.shutdownNow();
        threads.shutdown();
        events.close();
    }

    private void refusing(Runnable attempt) {
        switch (attempts.incrementAndGet()) {
            case 1 -> throw new OutOfMemoryError("unable to create native thread, as a test has it");
            case 2 -> throw new RejectedExecutionException("as a test has it");
            default -> threads.execute(attempt);
        }
    }

    @Test
    void died_noThreadForItsSuccessor_isReplacedOnceThereIsOne() {
        try (Supervisor supervisor = supervisor(this::refusing)) {
            Instance dead = FluentLaunch.of(launcher, FakeWorld.IMAGE)
                    .drainFor(Duration.ZERO)
                    .announce();

            world.engine.kill(dead.id(), 1);

            await().untilAsserted(() -> assertThat(world.engine.containers())
                    .singleElement()
                    .satisfies(one -> assertThat(one.id()).isNotEqualTo(dead.id())));
            await().untilAsserted(() -> assertThat(world.registry.values()).hasSize(1));
            assertThat(attempts).hasValueGreaterThan(2);
            assertThat(supervisor).isNotNull();
        }
    }
}
