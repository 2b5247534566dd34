package io.forrest.core.metrics;

import static java.util.Objects.requireNonNull;

import io.forrest.Instance;
import io.forrest.Scaler;
import io.forrest.Subscription;
import io.forrest.core.internal.concurrent.Durations;
import io.forrest.core.internal.concurrent.Threads;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows in Micrometer what a scaler does and what it sees: launches, failures and how long each took, deaths, repairs,
 * retirements, and how many instances there are at each stage. No meter has the name of an instance as a tag.
 *
 * <pre>{@code
 * MeterRegistry meters = new SimpleMeterRegistry();
 * try (ContainerRuntime runtime = DockerRuntime.create();
 *         Registry registry = EtcdV2Registry.builder(URI.create("http://10.10.10.20:4001")).build();
 *         Scaler scaler = Forrest.builder(runtime, registry).build();
 *         ScalerMetrics metrics = new ScalerMetrics(scaler)) {
 *     metrics.bindTo(meters);
 *     scaler.launch("demo/myapp").announce();
 * }
 * }</pre>
 *
 * What the scaler tells from the binding on is counted; what it told before is not. The instances are looked at by a thread of
 * this object's own, so that nobody who reads a meter waits for an engine or a registry.
 *
 * <p>This class is the one place of Forrest's that names types of Micrometer's, which is an optional dependency: a program that
 * uses it brings {@code io.micrometer:micrometer-core} itself. Thread-safe.
 */
public final class ScalerMetrics implements MeterBinder, AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(ScalerMetrics.class);
    private static final ThreadFactory THREADS = Threads.named("metrics");
    private static final Duration EVERY = Duration.ofSeconds(15);
    private static final Duration LAST_LOOK = Duration.ofSeconds(2);

    private final Scaler scaler;
    private final Tags tags;
    private final Duration every;
    private final List<Binding> bindings = new ArrayList<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, THREADS);
    private boolean closed;

    /** Whether the last look failed; of the looking thread's alone. */
    private boolean failing;

    /** What is shown in one registry. */
    private record Binding(MeterRegistry registry, InstanceGauges gauges, Subscription subscription) {}

    /**
     * Creates the metrics of a scaler, which looks at the instances every 15 seconds. No I/O: nothing happens until {@link
     * #bindTo} is called.
     *
     * @param scaler the scaler; stays the caller's to close
     */
    public ScalerMetrics(Scaler scaler) {
        this(scaler, Tags.empty(), EVERY);
    }

    /**
     * Creates the metrics of a scaler. No I/O: nothing happens until {@link #bindTo} is called.
     *
     * @param scaler the scaler; stays the caller's to close
     * @param tags what every meter is tagged with beside its own tags: two scalers of one program need different ones, for they
     *     would share their gauges
     * @param every how long to wait between two looks at the instances; above zero, at most a day
     * @throws IllegalArgumentException if the time is out of range
     */
    public ScalerMetrics(Scaler scaler, Iterable<Tag> tags, Duration every) {
        this.scaler = requireNonNull(scaler, "scaler");
        this.tags = Tags.of(requireNonNull(tags, "tags"));
        Durations.requireLimit(every, "every");
        this.every = every;
    }

    /**
     * Shows the scaler's meters in a registry, from now on. The first look at the instances begins at once, on a thread of this
     * object's own. Does not block.
     *
     * @param registry the registry; stays the caller's to close
     * @throws IllegalStateException if it is bound to that registry already, or this or the scaler is closed; nothing is changed
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        requireNonNull(registry, "registry");
        EventMeters meters = new EventMeters(registry, tags);
        InstanceGauges gauges = new InstanceGauges(registry, tags);
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("these metrics are closed");
            }
            if (bindings.stream().anyMatch(binding -> binding.registry() == registry)) {
                throw new IllegalStateException("these metrics are bound to this registry already");
            }
            bindings.add(new Binding(registry, gauges, scaler.onEvent(meters)));
            if (bindings.size() == 1) {
                var unused = timer.scheduleWithFixedDelay(
                        this::look, every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
            }
            timer.execute(this::look);
        }
        meters.begin();
    }

    /** Looks at the instances, and shows them; a failure, of a registry's too, is made good by the next look. */
    private void look() {
        try {
            show(scaler.instances());
        } catch (RuntimeException e) {
            missed(e);
        }
    }

    private void show(List<Instance> instances) {
        if (failing) {
            LOGGER.info("the instances can be counted again");
            failing = false;
        }
        open().forEach(binding -> binding.gauges().show(instances));
    }

    private void missed(RuntimeException e) {
        List<Binding> open = open();
        if (!failing && !open.isEmpty()) {
            LOGGER.warn(
                    "the instances cannot be counted, so no number of them is shown until they can: {}", e.toString());
            failing = true;
        }
        for (Binding binding : open) {
            try {
                binding.gauges().clear();
            } catch (RuntimeException alsoFailed) {
                LOGGER.warn("a registry of meters threw", alsoFailed);
            }
        }
    }

    /** Returns where something is to be shown: nowhere once this is closed. */
    private synchronized List<Binding> open() {
        return List.copyOf(bindings);
    }

    /**
     * Ends this. The gauges of instances are taken out of their registries; counters and timers stay there as they are. What the
     * scaler told and this did not count yet is lost: who wants all of it closes the scaler first, which waits for its
     * listeners. Closing again does nothing. Waits for a look that is under way, for 2 seconds at most.
     */
    @Override
    public void close() {
        List<Binding> ended;
        synchronized (this) {
            closed = true;
            ended = List.copyOf(bindings);
            bindings.clear();
        }
        ended.forEach(binding -> binding.subscription().close());
        timer.shutdownNow();
        try {
            if (!timer.awaitTermination(LAST_LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                LOGGER.warn("the instances were still being counted {} after their metrics were closed", LAST_LOOK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ended.forEach(binding -> binding.gauges().clear());
    }
}
