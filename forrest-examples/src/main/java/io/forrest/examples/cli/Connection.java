package io.forrest.examples.cli;

import io.forrest.Adoption;
import io.forrest.ForrestEvent;
import io.forrest.OnClose;
import io.forrest.Scaler;
import io.forrest.Supervision;
import io.forrest.core.Forrest;
import io.forrest.spi.Balancer;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.Registry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A scaler with what it stands on, opened and closed together. Thread-safe. */
final class Connection implements AutoCloseable {

    private final Settings settings;
    private final Registry registry;
    private final ContainerRuntime runtime;
    private final @Nullable Balancer balancer;
    private final Scaler scaler;

    private Connection(
            Settings settings,
            Registry registry,
            ContainerRuntime runtime,
            @Nullable Balancer balancer,
            Scaler scaler) {
        this.settings = settings;
        this.registry = registry;
        this.runtime = runtime;
        this.balancer = balancer;
        this.scaler = scaler;
    }

    /**
     * Connects to engine and registry, and to HAProxy where the settings name any.
     *
     * @throws IllegalArgumentException if the settings cannot be
     * @throws io.forrest.ForrestException if engine or registry do not answer
     */
    static Connection open(
            Foundations foundations,
            Settings settings,
            Supervision supervision,
            Consumer<? super ForrestEvent> listener) {
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            Registry registry = foundations.registry(settings);
            opened.push(registry);
            Optional<Balancer> balancer = foundations.balancer(settings);
            balancer.ifPresent(opened::push);
            ContainerRuntime runtime = foundations.runtime();
            opened.push(runtime);
            Scaler scaler = scaler(registry, runtime, balancer, settings.ip(), supervision, listener);
            return new Connection(settings, registry, runtime, balancer.orElse(null), scaler);
        } catch (RuntimeException e) {
            opened.forEach(part -> close(part, e));
            throw e;
        }
    }

    private static void close(AutoCloseable part, Exception failure) {
        try {
            part.close();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }

    private static Scaler scaler(
            Registry registry,
            ContainerRuntime runtime,
            Optional<Balancer> balancer,
            Optional<String> ip,
            Supervision supervision,
            Consumer<? super ForrestEvent> listener) {
        Forrest.Builder builder = Forrest.builder(runtime, registry)
                .onClose(OnClose.LEAVE)
                .supervision(supervision)
                .adopt(Adoption.ALL)
                .onEvent(listener);
        balancer.ifPresent(builder::balancer);
        ip.ifPresent(builder::advertise);
        try {
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + " (that is --ip or FORREST_IP)", e);
        }
    }

    Scaler scaler() {
        return scaler;
    }

    /** Returns the etcd, for a person. */
    String etcd() {
        return settings.etcd().toString();
    }

    /** Returns the HAProxies, for a person; empty if there are none to ask. */
    String haproxies() {
        return settings.haproxies().stream().map(HaproxyAddress::toString).collect(Collectors.joining(", "));
    }

    /** Returns what tells of traffic; empty if there is no HAProxy to ask. */
    Optional<Balancer> balancer() {
        return Optional.ofNullable(balancer);
    }

    /** Returns the folder of the keys. */
    String prefix() {
        return settings.prefix();
    }

    /** Returns the address that launches are announced at. */
    String address() {
        return scaler.advertised().getHostAddress();
    }

    /** Closes all of it, the scaler first. A second caller waits for the first. */
    @Override
    public synchronized void close() {
        try (registry;
                balancer;
                runtime;
                scaler) {
            // closed in the reverse order, each whatever became of the other
        }
    }
}
