package io.forrest.haproxy;

import static java.util.Objects.requireNonNull;

import io.forrest.BalancerException;
import io.forrest.Traffic;
import io.forrest.haproxy.StatsSource.OldWorker;
import io.forrest.haproxy.StatsSource.Reading;
import io.forrest.haproxy.StatsSources.Look;
import io.forrest.spi.Announcement;
import io.forrest.spi.Balancer;
import io.forrest.spi.Drained;
import io.forrest.spi.Served;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One HAProxy, or several that stand side by side, read by their statistics: the page, or the statistics socket. It changes
 * nothing in HAProxy, and does not care who configures it: confd, {@code HaproxyDriver} in another process, a person.
 *
 * <p>A server stands for an instance if it is called like it, or {@code forrest:} and its name, and has its endpoint for its
 * address. HAProxy shows addresses on a socket to the level operator and up, and on the page with {@code stats show-legends};
 * where it does not, the name alone counts, and {@link Served#blindSpots()} says so. An instance is served where each server
 * that stands for it is up, or not checked, and has a weight.
 *
 * <p>An instance is drained where no server stands for it, or each that does is in maintenance and has no session; and that
 * in the workers that a reload has left behind, too. Only the master's socket shows those
 * ({@link HaproxyStatsBuilder#masterSocket}). Without it, and with the page in any case, the drain time is never ended early,
 * and {@link Drained#blindSpots()} says so.
 *
 * <p>The counts of {@link #traffic()} go on when HAProxy begins its own anew: by a reload, a restart, or {@code clear counters
 * all}. What was sent between the last look and that moment is lost, and so is what an old worker still sends. A socket tells
 * that the process is another; the page does not, so that only counters that have gone back show it. The counts of the 10,000
 * instances seen last are kept. HAProxy 3.0 counts a request that gets no answer as two errors.
 *
 * <p>The HAProxies are asked one after another, on the caller's thread, each for some 2 s, and for as long as its host name
 * takes to be looked up. One that hangs counts as unreachable and is not asked again for 5 s; a look that is under way is
 * finished, so that a wait may end that much later. There are no threads, and no connections are kept. Thread-safe.
 */
public final class HaproxyStats implements Balancer {

    private final StatsSources sources;
    private final BackendScope scope;
    private final Duration interval;
    private final TrafficLedger ledger;
    private final TimeSource time;
    private volatile boolean closed;

    /**
     * Creates it.
     *
     * @param sources the HAProxies
     * @param scope which servers count
     * @param interval the time between two looks
     * @param time the time
     */
    HaproxyStats(List<StatsSource> sources, BackendScope scope, Duration interval, TimeSource time) {
        this.scope = scope;
        this.interval = interval;
        this.ledger = new TrafficLedger(scope);
        this.sources = new StatsSources(sources, ledger, time);
        this.time = time;
    }

    /**
     * Begins the description of what reads HAProxies.
     *
     * @param first one HAProxy: {@code http://10.0.0.1:8404/haproxy?stats} or {@code https}, the address of its statistics page
     *     ({@code ;csv;norefresh} is added); {@code unix:///run/haproxy/admin.sock} or {@code tcp://127.0.0.1:9999}, its
     *     statistics socket
     * @param more the others, if there are any
     * @return a builder
     * @throws IllegalArgumentException if a URI is anything else, carries credentials, or is there twice
     */
    public static HaproxyStatsBuilder at(URI first, URI... more) {
        return new HaproxyStatsBuilder(first, more);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if this was closed before or meanwhile
     */
    @Override
    public Served awaitServing(Announcement announcement, Duration within) throws InterruptedException {
        requireNonNull(announcement, "announcement");
        long end = end(within);
        Served before = served(announcement);
        boolean sure = before.unreachable().isEmpty();
        while (!(before.serving() && sure) && pause(end)) {
            Served now = served(announcement);
            // One that is just reloading refuses for a moment: it counts as unreachable if it still is at the next look
            sure = before.unreachable().size() >= now.unreachable().size();
            before = now;
        }
        return before;
    }

    private Served served(Announcement announcement) throws InterruptedException {
        Look look = look();
        List<String> waitingFor = new ArrayList<>();
        List<String> blindSpots = new ArrayList<>();
        look.readings().forEach((source, reading) -> {
            List<ServerRows> rows = ServerRows.each(reading.table(), scope, announcement);
            words(rows, ServerRows::notServing).ifPresent(why -> waitingFor.add(source + ": " + why + trouble(source)));
            if (rows.stream().anyMatch(ServerRows::isUnverified)) {
                blindSpots.add(source + ": address unverified, `" + source.showsAddresses() + "` shows it");
            }
        });
        boolean serving = waitingFor.isEmpty() && !look.readings().isEmpty();
        return new Served(serving, waitingFor, look.unreachable(), blindSpots);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if this was closed before or meanwhile
     */
    @Override
    public Drained awaitDrained(Announcement announcement, Duration within) throws InterruptedException {
        requireNonNull(announcement, "announcement");
        long end = end(within);
        Drained drained = drained(announcement);
        while (!drained.drained() && pause(end)) {
            drained = drained(announcement);
        }
        return drained;
    }

    private Drained drained(Announcement announcement) throws InterruptedException {
        Look look = look();
        List<String> waitingFor = new ArrayList<>();
        List<String> blindSpots = new ArrayList<>();
        long sessions = 0;
        for (Map.Entry<StatsSource, Reading> said : look.readings().entrySet()) {
            StatsSource source = said.getKey();
            List<ServerRows> rows = ServerRows.each(said.getValue().table(), scope, announcement);
            words(rows, ServerRows::notDrained).ifPresent(why -> waitingFor.add(source + ": " + why + trouble(source)));
            source.blindSpot(announcement.name(), said.getValue())
                    .ifPresent(what -> blindSpots.add(source + ": " + what));
            sessions += sessions(rows) + sessionsOfOldWorkers(source, said.getValue(), announcement, waitingFor);
        }
        boolean drained = waitingFor.isEmpty()
                && blindSpots.isEmpty()
                && look.unreachable().isEmpty();
        return new Drained(
                drained, (int) Math.min(sessions, Integer.MAX_VALUE), waitingFor, look.unreachable(), blindSpots);
    }

    private long sessionsOfOldWorkers(
            StatsSource source, Reading current, Announcement announcement, List<String> waitingFor)
            throws InterruptedException {
        long sessions = 0;
        try {
            for (OldWorker worker : source.oldWorkers(current)) {
                List<ServerRows> rows = ServerRows.each(worker.table(), scope, announcement).stream()
                        .map(ServerRows::whereBackendMayBeMissing)
                        .toList();
                words(rows, ServerRows::notDrained)
                        .ifPresent(why -> waitingFor.add(source + ": in old worker " + worker.pid() + ", " + why));
                sessions += sessions(rows);
            }
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw (InterruptedException) new InterruptedException().initCause(e);
            }
            waitingFor.add(source + ": " + Words.of(e));
        }
        return sessions;
    }

    /**
     * {@inheritDoc}
     *
     * @throws BalancerException if none can be asked, or the thread is interrupted, which then is its status
     * @throws IllegalStateException if this was closed
     */
    @Override
    public Map<String, Traffic> traffic() {
        try {
            Look look = look();
            if (look.readings().isEmpty()) {
                throw new BalancerException("no HAProxy can be asked: " + String.join("; ", look.unreachable()), null);
            }
            return TrafficReport.of(look.readings().values(), scope, ledger.totals());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BalancerException("interrupted while HAProxy was asked", e);
        }
    }

    private static Optional<String> words(List<ServerRows> rows, Function<ServerRows, Optional<String>> verdict) {
        List<String> words =
                rows.stream().flatMap(in -> verdict.apply(in).stream()).toList();
        return words.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", words));
    }

    private static String trouble(StatsSource source) {
        return source.trouble().map(what -> "; it " + what).orElse("");
    }

    private static long sessions(List<ServerRows> rows) {
        return rows.stream().mapToLong(ServerRows::sessions).sum();
    }

    private Look look() throws InterruptedException {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        return sources.look();
    }

    private long end(Duration within) {
        if (within.isNegative()) {
            throw new IllegalArgumentException("the time to wait cannot be negative, was " + within);
        }
        return time.nanoTime() + within.toNanos();
    }

    /** Waits until it is time to look again; returns false if the time is over. */
    private boolean pause(long end) throws InterruptedException {
        Duration left = Duration.ofNanos(end - time.nanoTime());
        if (left.isNegative() || left.isZero()) {
            return false;
        }
        time.sleep(left.compareTo(interval) < 0 ? left : interval);
        return true;
    }

    /** {@inheritDoc} There is nothing to end but waits that are under way; they end with an exception. */
    @Override
    public void close() {
        closed = true;
    }
}
