package io.forrest.examples.underload;

import io.forrest.Instance;
import io.forrest.Launch;
import io.forrest.Retirement;
import io.forrest.Scaler;
import io.forrest.Step;
import io.forrest.spi.TimeSource;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Replaces the instances of a service one after another, the oldest first. Not thread-safe; confine it to one thread. */
final class Replacements {

    private static final double NANOS = 1e9;

    private final Scaler scaler;
    private final Launch template;
    private final StepTimes times;
    private final PrintStream out;
    private final Deque<Instance> instances;
    private int done;

    Replacements(Scaler scaler, Launch template, List<Instance> instances, StepTimes times, PrintStream out) {
        this.scaler = scaler;
        this.template = template;
        this.times = times;
        this.out = out;
        this.instances = new ArrayDeque<>(instances);
    }

    /** Announces a new instance, which is served then, and takes the oldest back, which is drained before it is stopped. */
    void replaceOldest() {
        TimeSource time = TimeSource.system();
        long start = time.nanoTime();
        Instance next = template.announce();
        long served = time.nanoTime();
        instances.addLast(next);
        Instance oldest = instances.removeFirst();
        Retirement retirement = scaler.stop(oldest.name());
        long stopped = time.nanoTime();
        done++;
        out.printf(
                Locale.ROOT,
                "  %d  %s launched and served in %.2f s%s, %s drained in %.2f s and gone in %.2f s%s%n",
                done,
                next.name(),
                (served - start) / NANOS,
                announcedToServed(next),
                oldest.name(),
                seconds(retirement.drained()),
                (stopped - served) / NANOS,
                remarks(retirement));
    }

    private String announcedToServed(Instance instance) {
        Optional<Duration> time = times.between(instance.name(), Step.ANNOUNCE, Step.SERVE);
        return time.map(some -> String.format(Locale.ROOT, " (%.2f s after it was announced)", seconds(some)))
                .orElse("");
    }

    private static String remarks(Retirement retirement) {
        String cut = retirement.sessionsCut() == 0 ? "" : ", " + retirement.sessionsCut() + " sessions cut";
        return cut + (retirement.blindSpots().isEmpty() ? "" : ", not seen: " + retirement.blindSpots());
    }

    private static double seconds(Duration time) {
        return time.toNanos() / NANOS;
    }

    int done() {
        return done;
    }
}
