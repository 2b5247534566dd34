package io.forrest.core;

import static java.util.Objects.requireNonNull;

import io.forrest.Adoption;
import io.forrest.Endpoint;
import io.forrest.ForrestEvent;
import io.forrest.OnClose;
import io.forrest.Scaler;
import io.forrest.Supervision;
import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.core.internal.concurrent.Durations;
import io.forrest.core.internal.event.Events;
import io.forrest.core.internal.lifecycle.EngineClock;
import io.forrest.core.internal.lifecycle.EngineRoom;
import io.forrest.core.internal.lifecycle.TrafficLook;
import io.forrest.core.internal.record.InstanceRecords;
import io.forrest.core.internal.record.ProcessMark;
import io.forrest.core.internal.supervise.Replacing;
import io.forrest.spi.Balancer;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.EngineInfo;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Registry;
import io.forrest.spi.TimeSource;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Builds scalers.
 *
 * <pre>{@code
 * try (ContainerRuntime runtime = DockerRuntime.create();
 *         Registry registry = EtcdV2Registry.builder(URI.create("http://10.10.10.20:4001")).build();
 *         Scaler scaler = Forrest.builder(runtime, registry).build()) {
 *     Instance instance = scaler.launch("demo/myapp").announce();
 *     System.out.println(instance.name() + " answers on " + instance.endpoint());
 * }
 * }</pre>
 *
 * Immutable and thread-safe.
 */
public final class Forrest {

    private Forrest() {}

    /**
     * Begins to build a scaler. No I/O.
     *
     * @param runtime what runs the containers; stays the caller's to close, after the scaler
     * @param registry where endpoints are announced; stays the caller's to close, after the scaler
     * @return the builder
     */
    public static Builder builder(ContainerRuntime runtime, Registry registry) {
        return new Builder(requireNonNull(runtime, "runtime"), requireNonNull(registry, "registry"));
    }

    /** Builds a scaler. Not thread-safe; confine it to one thread. */
    public static final class Builder {

        private static final Duration SERVED_WITHIN = Duration.ofSeconds(60);
        private static final Duration RETIRED_WITHIN = Duration.ofSeconds(60);
        private static final Duration SUPERVISED_EVERY = Duration.ofSeconds(30);

        private final ContainerRuntime runtime;
        private final Registry registry;
        private final List<Consumer<? super ForrestEvent>> listeners = new ArrayList<>();
        private @Nullable Balancer balancer;
        private Duration servedWithin = SERVED_WITHIN;
        private @Nullable InetAddress advertise;
        private @Nullable InetAddress publishOn;
        private OnClose onClose = OnClose.LEAVE;
        private Duration retiredWithin = RETIRED_WITHIN;
        private Supervision supervision = Supervision.withdraw();
        private Adoption adoption = Adoption.OWN;
        private Duration supervisedEvery = SUPERVISED_EVERY;
        private Replacing.Pauses pauses = Replacing.Pauses.DEFAULT;
        private TimeSource time = TimeSource.system();

        private Builder(ContainerRuntime runtime, Registry registry) {
            this.runtime = runtime;
            this.registry = registry;
        }

        /**
         * Sets the address under which instances are announced. By default the host of the engine's {@code tcp://} address,
         * else the local address from which the registry is reached.
         *
         * @param ip an IPv4 or IPv6 literal; loopback only if the registry is on loopback too
         * @return this builder
         * @throws IllegalArgumentException if it is no literal of one host's address
         */
        @CanIgnoreReturnValue
        public Builder advertise(String ip) {
            advertise = new Endpoint(Endpoint.address(ip), 1).address();
            return this;
        }

        /**
         * Sets the address of the engine's host that published ports are bound to. By default the advertised address where
         * that is an address of the engine's host, else whatever the engine binds by default. An address that cannot be bound
         * fails the launch.
         *
         * @param ip an IPv4 or IPv6 literal; {@code 0.0.0.0} for all addresses
         * @return this builder
         * @throws IllegalArgumentException if it is not a literal
         */
        @CanIgnoreReturnValue
        public Builder publishOn(String ip) {
            publishOn = Endpoint.address(ip);
            return this;
        }

        /**
         * Sets what routes traffic to the instances, so that announcing waits until they are served, and stopping until they
         * are drained. By default there is none: the registry's acknowledgement and a fixed drain time stand in.
         *
         * @param what the balancer; stays the caller's to close, after the scaler
         * @return this builder
         */
        @CanIgnoreReturnValue
        public Builder balancer(Balancer what) {
            balancer = requireNonNull(what, "what");
            return this;
        }

        /**
         * Sets how long it may take until the balancer serves what was announced; what is not served by then is taken back. The
         * deadline of a launch bounds it too. By default 60 seconds. Without a {@link #balancer} it means nothing.
         *
         * @param limit above zero, at most a day
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        @CanIgnoreReturnValue
        public Builder servedWithin(Duration limit) {
            Durations.requireLimit(limit, "servedWithin");
            servedWithin = limit;
            return this;
        }

        /**
         * Sets what closing the scaler does to the instances that it launched. By default {@link OnClose#LEAVE}. Retiring them
         * all is given the drain time and stop grace of the slowest, for each 32 of them, and a minute more; what has not gone
         * by then is left to be finished by whoever reconciles next, and {@link Scaler#close()} tells it.
         *
         * @param choice what
         * @return this builder
         */
        @CanIgnoreReturnValue
        public Builder onClose(OnClose choice) {
            onClose = requireNonNull(choice, "choice");
            return this;
        }

        /**
         * Sets what the scaler does by itself, for as long as it is open, to keep together what runs, what is announced and what
         * was wanted. By default {@link Supervision#withdraw()}.
         *
         * @param what what it does
         * @return this builder
         */
        @CanIgnoreReturnValue
        public Builder supervision(Supervision what) {
            supervision = requireNonNull(what, "what");
            return this;
        }

        /**
         * Sets whose instances the scaler supervises. By default {@link Adoption#OWN}: those that it launched. With {@link
         * Adoption#ALL} it takes care of what an earlier process left, too, from the start on. Without {@link #supervision} it
         * means nothing.
         *
         * @param whose whose
         * @return this builder
         */
        @CanIgnoreReturnValue
        public Builder adopt(Adoption whose) {
            adoption = requireNonNull(whose, "whose");
            return this;
        }

        /** Sets how much longer than the instances' own times retiring them all may take. For tests. */
        @CanIgnoreReturnValue
        Builder retiredWithin(Duration time) {
            retiredWithin = time;
            return this;
        }

        /** Sets about how long a supervised instance goes without a look, where nothing tells of it. For tests. */
        @CanIgnoreReturnValue
        Builder supervisedEvery(Duration time) {
            supervisedEvery = time;
            return this;
        }

        /** Sets how long is waited before what died is replaced. For tests. */
        @CanIgnoreReturnValue
        Builder replacedAfter(Duration first, Duration longest) {
            pauses = new Replacing.Pauses(first, longest);
            return this;
        }

        /**
         * Adds a listener, as {@link Scaler#onEvent(Consumer)} does.
         *
         * @param listener the listener
         * @return this builder
         */
        @CanIgnoreReturnValue
        public Builder onEvent(Consumer<? super ForrestEvent> listener) {
            listeners.add(requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Sets the time that launches and drains wait by, and that events and records are dated by. By default the system's. For
         * tests.
         *
         * <p>It does not govern what cuts off or follows by itself: the alarm that ends a launch at its {@code within}, or a
         * probe that does not return; the replacing of what died, how often supervision looks, how long a fleet's lease holds, and
         * how long {@link Scaler#close()} waits. Those go by the system's time, whatever is set here.
         *
         * @param source the time
         * @return this builder
         */
        @CanIgnoreReturnValue
        public Builder time(TimeSource source) {
            time = requireNonNull(source, "source");
            return this;
        }

        /**
         * Builds the scaler. Blocks for a question to the engine and one to the registry: both must answer.
         *
         * @return the scaler
         * @throws io.forrest.ContainerRuntimeException if the engine does not answer
         * @throws io.forrest.RegistryException if the registry does not answer
         * @throws IllegalArgumentException if no address to announce is given and none can be told, or it is one that others
         *     could not reach
         */
        public Scaler build() {
            EngineInfo engine = runtime.engine();
            EngineClock clock = new EngineClock(runtime, engine, time); // now, as what it was told ages
            requireAnswer(registry);
            Advertising advertising = new Advertising(Advertising.reality());
            InetAddress advertised = advertising.address(advertise, engine, registry);
            Events events = new Events();
            listeners.forEach(events::subscribe);
            InstanceRecords records = new InstanceRecords(registry.records(), registry.prefix());
            return new EngineScaler(
                    new EngineRoom(
                            runtime,
                            registry,
                            records,
                            balancer,
                            new TrafficLook(balancer),
                            servedWithin,
                            engine,
                            clock,
                            advertised,
                            advertising.publishOn(publishOn, advertised, engine),
                            ProcessMark.own(),
                            time,
                            events),
                    onClose,
                    retiredWithin,
                    supervision,
                    adoption,
                    supervisedEvery,
                    pauses);
        }

        /** Asks for a record that need not exist: the cheapest question that takes the whole way. */
        private static void requireAnswer(Registry registry) {
            var unused = registry.records().get(new RecordKey("instances", "is-anybody-there"));
        }
    }
}
