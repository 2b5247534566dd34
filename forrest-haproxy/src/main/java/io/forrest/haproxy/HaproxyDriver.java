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
 * Has HAProxy serve what a registry announces, at run time: no reload, no confd. It runs in whatever process it is started in,
 * the gateway's say, needs no scaler, and is a balancer for one in the same process; a scaler elsewhere reads HAProxy by
 * {@link HaproxyStats}.
 *
 * <p>In each backend that it was given it makes a server {@code forrest:NAME} for each announced instance, checked, and
 * without traffic until a check has passed. A server whose instance was withdrawn gets no new requests, finishes those it has,
 * and is deleted. Servers of other names are left alone. HAProxy has only the balancing of the backend and its health checks
 * ({@code option httpchk}) apply to servers that were made at run time, and not its {@code default-server}.
 *
 * <p>It looks at HAProxy about once a second, at once when the registry tells of a change, and goes on from whatever it finds:
 * what a driver before it left half done, what a reload or a restart has forgotten, what somebody changed by hand. It does not
 * take away the last servers: not while the registry is away or says that nothing is announced
 * ({@link HaproxyDriverBuilder#allowEmpty}), nor while none of those that are announced is up. An instance that moved to another
 * address makes room for itself all the same; if no other is up, what it did is cut, and requests fail until it is checked.
 *
 * <p>No session of a drained instance is overlooked where HAProxy's master socket is given, or where the instance came while
 * this driver listened and HAProxy has not been reloaded since. Otherwise {@link Drained#blindSpots()} says so, and the whole
 * time is waited.
 * Thread-safe.
 */
public final class HaproxyDriver implements Balancer {

    private static final AtomicInteger THREADS = new AtomicInteger();

    /** How long to wait between two looks: half as long as a first check takes. */
    private static final Duration INTERVAL = Duration.ofMillis(50);

    private static final Duration ENDING = HaproxySocket.PATIENCE.multipliedBy(2);

    private final List<DriverLoop> loops;
    private final Wanted wanted;
    private final HaproxyStats stats;
    private final Subscription watch;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private HaproxyDriver(List<DriverLoop> loops, Wanted wanted, Set<String> backends, Registry registry) {
        this.loops = loops;
        this.wanted = wanted;
        this.stats = new HaproxyStats(
                loops.stream().<StatsSource>map(Driven::new).toList(),
                new BackendScope(backends),
                INTERVAL,
                TimeSource.system());
        this.watch = registry.watch(wanted);
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
        List<DriverLoop> loops = new ArrayList<>();
        Wanted wanted = new Wanted(() -> loops.forEach(DriverLoop::wake));
        instances.forEach(
                instance -> loops.add(new DriverLoop(instance, backends, wanted, rules, events, TimeSource.system())));
        HaproxyDriver driver = new HaproxyDriver(List.copyOf(loops), wanted, backends, registry);
        driver.begin();
        return driver;
    }

    private void begin() {
        for (DriverLoop loop : loops) {
            Thread thread = new Thread(loop, "forrest-haproxy-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
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

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if this was closed before or meanwhile
     */
    @Override
    public Served awaitServing(Announcement announcement, Duration within) throws InterruptedException {
        return stats.awaitServing(announcement, within);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if this was closed before or meanwhile
     */
    @Override
    public Drained awaitDrained(Announcement announcement, Duration within) throws InterruptedException {
        return stats.awaitDrained(announcement, within);
    }

    /**
     * {@inheritDoc}
     *
     * @throws io.forrest.BalancerException if no HAProxy can be asked, or the thread is interrupted, which then is its status
     * @throws IllegalStateException if this was closed
     */
    @Override
    public Map<String, Traffic> traffic() {
        return stats.traffic();
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("the driver is closed");
        }
    }

    /**
     * Ends the driving. HAProxy goes on serving what it serves, a server that was half made is left to the next driver. Blocks
     * until its threads have ended: a moment, and 4 seconds at most for each HAProxy that hangs. When interrupted it returns,
     * with the interrupted status set. Closing again does nothing.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        watch.close();
        stats.close();
        loops.forEach(DriverLoop::close);
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) {
                thread.join(ENDING.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
