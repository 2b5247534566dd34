package io.forrest.haproxy;

import static java.util.Objects.requireNonNull;

import io.forrest.Subscription;
import io.forrest.spi.Registry;
import io.forrest.spi.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** x. Thread-safe. */
public final class HaproxyDriver implements AutoCloseable {

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

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        watch.close();
        threads.forEach(Thread::interrupt);
    }
}
