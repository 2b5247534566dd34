package io.forrest.examples.cli;

import io.forrest.haproxy.HaproxyDriverBuilder;
import io.forrest.haproxy.HaproxyEvent;
import io.forrest.spi.Balancer;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import io.forrest.spi.Registry;
import io.forrest.testkit.FakeBalancer;
import io.forrest.testkit.FakeContainerRuntime;
import io.forrest.testkit.FakeEngine;
import io.forrest.testkit.FakeTime;
import io.forrest.testkit.Faults;
import io.forrest.testkit.InMemoryRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A shell whose engine, etcd and HAProxies are fakes, and where the address to announce is given: a machine that runs tests may be a
 * container itself. Not thread-safe, save for {@link #interrupt()}; confine it to one thread.
 */
final class Shell implements AutoCloseable, Foundations {

    /** Of its terminal. */
    static final int ROWS = 24;

    final FakeEngine engine = new FakeEngine();
    final Faults faults = new Faults();
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final InMemoryRegistry.Store store = new InMemoryRegistry.Store();
    private final Map<String, String> variables = new HashMap<>(Map.of("FORREST_IP", "127.0.0.1"));
    private final List<Runnable> onShutdown = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Consumer<? super HaproxyEvent>> driven = new CompletableFuture<>();
    private Consumer<FakeBalancer> balancing = balancer -> {};
    private FakeTime balancersTime = new FakeTime();
    private boolean terminal;
    private boolean interruptedEarly;

    /** How a command came out. */
    record Outcome(int exit, List<String> out, List<String> err) {}

    Shell export(String name, String value) {
        variables.put(name, value);
        return this;
    }

    Shell onTerminal() {
        terminal = true;
        return this;
    }

    /** Has HAProxies, called as they are given to the command, be prepared for each command to come. Their waits take no time. */
    Shell balancing(Consumer<FakeBalancer> preparation) {
        balancing = preparation;
        return this;
    }

    /** Has the waits of those HAProxies not end. */
    Shell standingStill() {
        balancersTime = FakeTime.manual();
        return this;
    }

    /** Returns who is told of what the driver does, once one was started. */
    Consumer<? super HaproxyEvent> driven() {
        return driven.join();
    }

    Outcome run(String... args) {
        out.reset();
        err.reset();
        int exit = ForrestCommand.run(
                new Surroundings(variables, printer(out), printer(err), terminal ? ROWS : 0, this, this::onShutdown),
                args);
        return new Outcome(exit, lines(out), lines(err));
    }

    /** Has Ctrl-C come as soon as a command is ready for it. */
    Shell interruptedEarly() {
        interruptedEarly = true;
        return this;
    }

    private void onShutdown(Runnable action) {
        onShutdown.add(action);
        if (interruptedEarly) {
            action.run();
        }
    }

    /** Does what the signal of Ctrl-C does to a process. */
    void interrupt() {
        onShutdown.forEach(Runnable::run);
    }

    /** Returns what stands in etcd under a prefix. */
    SortedMap<String, String> keys(String prefix) {
        return new InMemoryRegistry(store, prefix, new Faults()).values();
    }

    /** Returns what stands in etcd of a fleet. */
    String record(String app) {
        return records().list("fleets").getOrDefault(app, "");
    }

    /** Changes what stands in etcd of a fleet, as another process does. */
    void rewrite(String app, UnaryOperator<String> change) {
        String text = record(app);
        if (!records().compareAndSet(new RecordKey("fleets", app), text, change.apply(text))) {
            throw new AssertionError("changed meanwhile: " + text);
        }
    }

    /** Returns Forrest's records in etcd, which nothing befalls. */
    Records records() {
        return new InMemoryRegistry(store, "/servers", new Faults()).records();
    }

    @Override
    public ContainerRuntime runtime() {
        return new FakeContainerRuntime(engine, faults);
    }

    @Override
    public Registry registry(Settings settings) {
        new EngineAndEtcd().registry(settings).close(); // it finds fault with settings, and connects to nothing
        return new InMemoryRegistry(store, settings.prefix(), faults);
    }

    @Override
    public Optional<Balancer> balancer(Settings settings) {
        Optional<Balancer> real = new EngineAndEtcd().balancer(settings); // it finds fault, and connects to nothing
        real.ifPresent(Balancer::close);
        return real.map(unused -> fakeBalancer(settings));
    }

    private FakeBalancer fakeBalancer(Settings settings) {
        String[] names =
                settings.haproxies().stream().map(HaproxyAddress::toString).toArray(String[]::new);
        FakeBalancer balancer = new FakeBalancer(
                new InMemoryRegistry(store, settings.prefix(), new Faults()), balancersTime, faults, names);
        balancing.accept(balancer);
        return balancer;
    }

    @Override
    public Balancer drive(Driving driving, Registry registry, Consumer<? super HaproxyEvent> listener) {
        HaproxyDriverBuilder unused = driving.builder(registry); // it finds fault, and connects to nothing
        driven.complete(listener);
        return new FakeBalancer(registry);
    }

    @Override
    public void close() {
        engine.close();
    }

    static List<String> lines(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static PrintStream printer(ByteArrayOutputStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }
}
