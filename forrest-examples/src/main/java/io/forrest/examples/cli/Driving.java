package io.forrest.examples.cli;

import io.forrest.haproxy.HaproxyDriver;
import io.forrest.haproxy.HaproxyDriverBuilder;
import io.forrest.haproxy.HaproxyInstance;
import io.forrest.spi.Registry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a gateway is to drive. Immutable and thread-safe.
 *
 * @param haproxies which HAProxies
 * @param backends which backends of each
 * @param drainWithin how long a server may take to finish; empty: as the driver has it
 * @param mayEmpty whether the last server may go
 */
record Driving(
        List<HaproxyInstance> haproxies, List<String> backends, Optional<Duration> drainWithin, boolean mayEmpty) {

    Driving {
        haproxies = List.copyOf(haproxies);
        backends = List.copyOf(backends);
    }

    /**
     * Describes a driver. No I/O.
     *
     * @throws IllegalArgumentException if this cannot be driven
     */
    HaproxyDriverBuilder builder(Registry registry) {
        HaproxyDriverBuilder builder = HaproxyDriver.watching(registry);
        haproxies.forEach(builder::instance);
        backends.forEach(builder::backend);
        drainWithin.ifPresent(builder::drainWithin);
        return mayEmpty ? builder.allowEmpty() : builder;
    }

    /** Returns which backends of which HAProxies. */
    @Override
    public String toString() {
        return String.join(", ", backends) + " of "
                + haproxies.stream().map(HaproxyInstance::toString).collect(Collectors.joining(", "));
    }
}
