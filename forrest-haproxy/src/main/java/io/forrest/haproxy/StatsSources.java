package io.forrest.haproxy;

import io.forrest.haproxy.StatsSource.Reading;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Several HAProxies, asked one after another on the caller's thread. One that hangs costs its time-out and is then left alone
 * for a while, so that those that answer are looked at as often as before; it is asked last. Thread-safe.
 */
final class StatsSources {

    /** One that answers at all takes milliseconds, also to refuse. */
    private static final Duration SLOW = Duration.ofSeconds(1);

    private static final Duration REST = Duration.ofSeconds(5);

    private final List<Asked> sources;
    private final TrafficLedger ledger;
    private final TimeSource time;

    StatsSources(List<StatsSource> sources, TrafficLedger ledger, TimeSource time) {
        this.sources = sources.stream().map(Asked::new).toList();
        this.ledger = ledger;
        this.time = time;
    }

    /**
     * What they say now.
     *
     * @param readings what those say that could be asked
     * @param unreachable the others, each with the reason, in one line
     */
    record Look(Map<StatsSource, Reading> readings, List<String> unreachable) {}

    private record Hang(long until, String reason) {}

    private static final class Asked {

        private final StatsSource source;
        private volatile @Nullable Hang hang;

        Asked(StatsSource source) {
            this.source = source;
        }

        boolean hangs() {
            return hang != null;
        }
    }

    /**
     * Asks all of them, and enters in the ledger what they count. Blocks for some 2 s for each that hangs.
     *
     * @throws InterruptedException if interrupted before or meanwhile
     */
    Look look() throws InterruptedException {
        Map<StatsSource, Reading> readings = new LinkedHashMap<>();
        Map<StatsSource, String> reasons = new LinkedHashMap<>();
        for (Asked asked : hangingLast()) {
            Hang hang = asked.hang;
            if (hang != null && time.nanoTime() - hang.until() < 0) {
                reasons.put(asked.source, hang.reason());
            } else {
                ask(asked, readings, reasons);
            }
        }
        return new Look(inOrder(readings), unreachable(reasons));
    }

    private List<Asked> hangingLast() {
        Map<Boolean, List<Asked>> hanging = sources.stream().collect(Collectors.partitioningBy(Asked::hangs));
        return Stream.of(false, true)
                .flatMap(hangs -> hanging.getOrDefault(hangs, List.of()).stream())
                .toList();
    }

    private void ask(Asked asked, Map<StatsSource, Reading> readings, Map<StatsSource, String> reasons)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        StatsSource source = asked.source;
        long version = ledger.version(source);
        long start = time.nanoTime();
        try {
            Reading reading = source.read();
            asked.hang = null;
            ledger.enter(source, version, reading);
            readings.put(source, reading);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw (InterruptedException) new InterruptedException().initCause(e);
            }
            String reason = Words.of(e);
            boolean slow = time.nanoTime() - start >= SLOW.toNanos();
            asked.hang = slow ? new Hang(time.nanoTime() + REST.toNanos(), reason) : null;
            reasons.put(source, reason);
        }
    }

    private Map<StatsSource, Reading> inOrder(Map<StatsSource, Reading> readings) {
        Map<StatsSource, Reading> ordered = new LinkedHashMap<>();
        for (Asked asked : sources) {
            Reading reading = readings.get(asked.source);
            if (reading != null) {
                ordered.put(asked.source, reading);
            }
        }
        return ordered;
    }

    private List<String> unreachable(Map<StatsSource, String> reasons) {
        return sources.stream()
                .filter(asked -> reasons.containsKey(asked.source))
                .map(asked -> asked.source + ": " + reasons.get(asked.source))
                .toList();
    }
}
