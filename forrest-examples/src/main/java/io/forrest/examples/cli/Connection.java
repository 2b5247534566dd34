package io.forrest.examples.cli;

import io.forrest.ForrestEvent;
import io.forrest.OnClose;
import io.forrest.Scaler;
import io.forrest.core.Forrest;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.Registry;
import java.util.Optional;
import java.util.function.Consumer;

/** A scaler with what it stands on, opened and closed together. Thread-safe. */
final class Connection implements AutoCloseable {

    private final Settings settings;
    private final Registry registry;
    private final ContainerRuntime runtime;
    private final Scaler scaler;

    private Connection(Settings settings, Registry registry, ContainerRuntime runtime, Scaler scaler) {
        this.settings = settings;
        this.registry = registry;
        this.runtime = runtime;
        this.scaler = scaler;
    }

    /**
     * Connects to engine and registry.
     *
     * @throws IllegalArgumentException if the settings cannot be
     * @throws io.forrest.ForrestException if engine or registry do not answer
     */
    static Connection open(Foundations foundations, Settings settings, Consumer<? super ForrestEvent> listener) {
        Registry registry = foundations.registry(settings);
        try {
            ContainerRuntime runtime = foundations.runtime();
            try {
                return new Connection(settings, registry, runtime, scaler(registry, runtime, settings.ip(), listener));
            } catch (RuntimeException e) {
                runtime.close();
                throw e;
            }
        } catch (RuntimeException e) {
            registry.close();
            throw e;
        }
    }

    private static Scaler scaler(
            Registry registry, ContainerRuntime runtime, Optional<String> ip, Consumer<? super ForrestEvent> listener) {
        Forrest.Builder builder =
                Forrest.builder(runtime, registry).onClose(OnClose.LEAVE).onEvent(listener);
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

    /** Returns the folder of the keys. */
    String prefix() {
        return settings.prefix();
    }

    /** Returns the address that launches are announced at. */
    String address() {
        return scaler.advertised().getHostAddress();
    }

    /** Closes all three, the scaler first. A second caller waits for the first. */
    @Override
    public synchronized void close() {
        try (registry;
                runtime;
                scaler) {
            // closed in the reverse order, each whatever became of the other
        }
    }
}
