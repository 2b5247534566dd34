package io.forrest.examples.cli;

import io.forrest.haproxy.HaproxyEvent;
import io.forrest.spi.Balancer;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.Registry;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes what a scaler stands on, and what drives HAProxy. Whoever asks closes it. */
interface Foundations {

    ContainerRuntime runtime();

    /**
     * Makes the registry.
     *
     * @throws IllegalArgumentException if the settings cannot be those of one
     */
    Registry registry(Settings settings);

    /**
     * Makes what asks the HAProxies of the settings.
     *
     * @return the balancer; empty if the settings name no HAProxy
     * @throws IllegalArgumentException if the settings cannot be those of one
     */
    Optional<Balancer> balancer(Settings settings);

    /**
     * Starts what drives HAProxies.
     *
     * @param listener is told of what it does, on its own threads
     * @throws IllegalArgumentException if it cannot be driven so
     */
    Balancer drive(Driving driving, Registry registry, Consumer<? super HaproxyEvent> listener);
}
