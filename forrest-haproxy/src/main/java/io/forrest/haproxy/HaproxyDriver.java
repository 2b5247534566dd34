package io.forrest.haproxy;

import static java.util.Objects.requireNonNull;

import io.forrest.Subscription;
import io.forrest.Traffic;
import io.forrest.spi.Announcement;
import io.forrest.spi.Balancer;
import io.forrest.spi.Drained;
import io.forrest.spi.Registry;
import io.forrest.spi.Served;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Has HAProxy serve what a registry announces, at run time, without reloads and without confd. Thread-safe.
 */
public final class HaproxyDriver implements Balancer {

    private static final AtomicInteger THREADS = new AtomicInteger();

    private final List<DriverLoop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Wanted wanted = new Wanted(() -> loops.forEach(DriverLoop::wake));
    private final Subscription watch;
    private final AtomicBoolean closed = new AtomicBoolean();

    private HaproxyDriver(
            Registry registry,
            List<HaproxyInstance> instances,
            Set<String> backends,
            Plan.Rules rules,
            HaproxyEvents events) {
        for (HaproxyInstance instance : instances) {
            loops.add(new DriverLoop(instance, backends, wanted, rules, events, TimeSource.system()));
        }
        watch = registry.watch(wanted);
        for (DriverLoop loop : loops) {
            Thread thread = new Thread(loop, "forrest-haproxy-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /**
     * Begins to build a driver. No I/O.
     *
     * @param registry what tells what to serve; stays the caller's to close, after the driver
     * @return the builder
     */
    public static HaproxyDriverBuilder watching(Registry registry) {
        return new HaproxyDriverBuilder(requireNonNull(registry, "registry"));
    }

    static HaproxyDriver start(
            Registry registry,
            List<HaproxyInstance> instances,
            Set<String> backends,
            Plan.Rules rules,
            HaproxyEvents events) {
        return new HaproxyDriver(registry, instances, backends, rules, events);
    }

    /**
     * Sets an announced instance's share of the traffic, for as long as it is announced. By default each has 100, and a server
     * with half of that gets half as many requests. HAProxy follows within a moment, and again after each restart.
     *
     * @param name the instance's name
     * @param weight 0 to 256; 0: no traffic
     * @return whether the instance is announced
     * @throws IllegalArgumentException if the name cannot be one, or the weight is out of range
     * @throws IllegalStateException if this was closed
     */
    public boolean weigh(String name, int weight) {
        requireOpen();
        return wanted.weigh(name, weight);
    }

    @Override
    public Served awaitServing(Announcement announcement, Duration within) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public Drained awaitDrained(Announcement announcement, Duration within) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Traffic> traffic() {
        throw new UnsupportedOperationException();
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("the driver is closed");
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        watch.close();
        threads.forEach(Thread::interrupt);
    }
}
