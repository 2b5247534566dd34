package io.forrest.haproxy;

import static java.util.Objects.requireNonNull;

import io.forrest.BalancerException;
import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.Registry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds a {@link HaproxyDriver}. Not thread-safe; confine it to one thread. */
public final class HaproxyDriverBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(HaproxyDriver.class);
    private static final Duration DRAIN_WITHIN = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    private final Registry registry;
    private final List<HaproxyInstance> instances = new ArrayList<>();
    private final Set<String> backends = new LinkedHashSet<>();
    private Duration drainWithin = DRAIN_WITHIN;
    private boolean mayEmpty;
    private Consumer<? super HaproxyEvent> listener = event -> {};

    HaproxyDriverBuilder(Registry registry) {
        this.registry = registry;
    }

    /**
     * Adds an HAProxy to drive. At least one is needed.
     *
     * @param instance where it is
     * @return this builder
     * @throws IllegalArgumentException if its socket, or the file that is written for it, is another's already
     */
    @CanIgnoreReturnValue
    public HaproxyDriverBuilder instance(HaproxyInstance instance) {
        for (HaproxyInstance other : instances) {
            if (other.toString().equals(instance.toString())) {
                throw new IllegalArgumentException("the HAProxy at " + instance + " is given twice");
            }
            if (other.file().isPresent() && other.file().equals(instance.file())) {
                throw new IllegalArgumentException("two HAProxies cannot have the same file written, "
                        + instance.file().get());
            }
        }
        instances.add(instance);
        return this;
    }

    /**
     * Adds an HAProxy to drive, by its statistics socket alone.
     *
     * @param socket as for {@link HaproxyInstance#at}
     * @return this builder
     * @throws IllegalArgumentException as {@link HaproxyInstance#at} and {@link #instance(HaproxyInstance)} do
     */
    @CanIgnoreReturnValue
    public HaproxyDriverBuilder instance(URI socket) {
        return instance(HaproxyInstance.at(socket));
    }

    /**
     * Adds a backend that shall have a server for each announced instance, in every HAProxy. At least one is needed. Its
     * balancing must be one that takes servers at run time: {@code roundrobin}, {@code leastconn}, {@code random},
     * {@code first}, or one with {@code hash-type consistent}. Servers that Forrest did not make are left alone.
     *
     * @param name the backend's name, 1 to 64 letters, digits, {@code _}, {@code .}, {@code :} and {@code -}
     * @return this builder
     * @throws IllegalArgumentException if it is anything else
     */
    @CanIgnoreReturnValue
    public HaproxyDriverBuilder backend(String name) {
        backends.add(ServerCommands.requireBackend(requireNonNull(name, "name")));
        return this;
    }

    /**
     * Sets how long a server of a withdrawn instance may finish what it has before it is cut. By default a minute. It should be
     * no shorter than the longest drain time of an instance, {@code Launch.drainFor}: whoever waits for an instance to drain is
     * told when its sessions were cut.
     *
     * @param limit zero to a day
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    @CanIgnoreReturnValue
    public HaproxyDriverBuilder drainWithin(Duration limit) {
        requireNonNull(limit, "limit");
        if (limit.isNegative() || limit.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("drainWithin must be from zero to a day, was " + limit);
        }
        drainWithin = limit;
        return this;
    }

    /**
     * Lets the last servers go when nothing is announced any more. By default they are kept, for as long as they are up even
     * when others are announced: a registry that says so is more often wiped than right. The price is that the last instance
     * is sent requests until it is stopped, and that stopping it takes its whole drain time.
     *
     * @return this builder
     */
    @CanIgnoreReturnValue
    public HaproxyDriverBuilder allowEmpty() {
        mayEmpty = true;
        return this;
    }

    /**
     * Sets who is told of what the driver does and what befalls it. By default nobody; the log has it all the same.
     *
     * @param listener called on the thread that drives the HAProxy in question, which waits for it; one that throws is logged
     * @return this builder
     */
    @CanIgnoreReturnValue
    public HaproxyDriverBuilder onEvent(Consumer<? super HaproxyEvent> listener) {
        this.listener = requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Starts to drive. Blocks for a few questions to each HAProxy. One that does not answer is driven as soon as it does.
     *
     * @return the driver
     * @throws IllegalStateException if there is no HAProxy or no backend, or the registry is closed
     * @throws BalancerException if interrupted, with the interrupted status set, or if an HAProxy says that it cannot be driven: its socket has not the level {@code admin}, it has
     *     no such backend, or one whose balancing takes no servers at run time; or a template has no place for servers.
     *     Nothing has been changed then
     */
    public HaproxyDriver start() {
        if (instances.isEmpty()) {
            throw new IllegalStateException("no HAProxy is given to drive: add one by instance(...)");
        }
        if (backends.isEmpty()) {
            throw new IllegalStateException("no backend is given to drive: add one by backend(...)");
        }
        instances.forEach(this::requireDrivable);
        return HaproxyDriver.start(
                registry,
                List.copyOf(instances),
                Set.copyOf(backends),
                new Plan.Rules(drainWithin.toNanos(), mayEmpty),
                new HaproxyEvents(listener));
    }

    private void requireDrivable(HaproxyInstance instance) {
        instance.includeFile().ifPresent(this::requirePlaces);
        try {
            for (String backend : backends) {
                new ServerCommands(instance.socket(), backend).requireDynamic();
            }
        } catch (RefusedException e) {
            throw new BalancerException(
                    "the HAProxy at " + instance + " cannot be driven: it " + e.getMessage()
                            + " (it takes the level admin, and a backend whose balancing takes servers at run time)",
                    e);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new BalancerException("interrupted while the HAProxy at " + instance + " was asked", e);
            }
            LOG.warn("the HAProxy at {} does not answer yet: {}", instance, Words.of(e));
        }
    }

    private void requirePlaces(IncludeFile file) {
        try {
            file.requirePlaces(backends);
        } catch (IOException e) {
            throw new BalancerException("cannot write HAProxy's configuration: " + Words.of(e), e);
        }
    }
}
