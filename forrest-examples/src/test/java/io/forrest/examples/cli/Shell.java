package io.forrest.examples.cli;

import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.Registry;
import io.forrest.testkit.FakeContainerRuntime;
import io.forrest.testkit.FakeEngine;
import io.forrest.testkit.Faults;
import io.forrest.testkit.InMemoryRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A shell whose engine and etcd are fakes, and where the address to announce is given: a machine that runs tests may be a
 * container itself. Not thread-safe, save for {@link #interrupt()}; confine it to one thread.
 */
final class Shell implements AutoCloseable, Foundations {

    final FakeEngine engine = new FakeEngine();
    final Faults faults = new Faults();
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final InMemoryRegistry.Store store = new InMemoryRegistry.Store();
    private final Map<String, String> variables = new HashMap<>(Map.of("FORREST_IP", "127.0.0.1"));
    private final List<Runnable> onShutdown = new CopyOnWriteArrayList<>();
    private boolean terminal;

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

    Outcome run(String... args) {
        out.reset();
        err.reset();
        int exit = ForrestCommand.run(
                new Surroundings(variables, printer(out), printer(err), terminal, this, onShutdown::add), args);
        return new Outcome(exit, lines(out), lines(err));
    }

    /** Does what the signal of Ctrl-C does to a process. */
    void interrupt() {
        onShutdown.forEach(Runnable::run);
    }

    /** Returns what stands in etcd under a prefix. */
    SortedMap<String, String> keys(String prefix) {
        return new InMemoryRegistry(store, prefix, new Faults()).values();
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
