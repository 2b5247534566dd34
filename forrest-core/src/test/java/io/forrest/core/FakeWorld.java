package io.forrest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.ForrestEvent;
import io.forrest.Launch;
import io.forrest.OnClose;
import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.Scaler;
import io.forrest.Step;
import io.forrest.Supervision;
import io.forrest.event.StepReached;
import io.forrest.spi.TimeSource;
import io.forrest.testkit.FakeBalancer;
import io.forrest.testkit.FakeContainerRuntime;
import io.forrest.testkit.FakeEngine;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.FakeTime;
import io.forrest.testkit.Faults;
import io.forrest.testkit.InMemoryRegistry;
import io.forrest.testkit.Operation;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An engine, a registry and a scaler over them, made anew for each test, with nothing left of them afterwards. */
final class FakeWorld implements AfterEachCallback {

    static final String IMAGE = "demo/myapp";

    final FakeTime time = new FakeTime();
    final FakeEngine engine = new FakeEngine(time, 1);
    final Faults faults;
    final InMemoryRegistry.Store store = new InMemoryRegistry.Store();
    final InMemoryRegistry registry;
    final FakeContainerRuntime runtime;
    final List<ForrestEvent> events = new CopyOnWriteArrayList<>();
    final FakeBalancer balancer;
    final Scaler scaler;

    private final boolean balanced;

    /** Creates a world without a balancer. */
    FakeWorld() {
        this(false, 0);
    }

    /** Returns a world whose scalers are given the balancers {@code one} and {@code two}. */
    static FakeWorld balanced() {
        return new FakeWorld(true, 0);
    }

    /** Returns a world whose faults are drawn by a seed, and whose scalers are given the balancers or none. */
    static FakeWorld seeded(long seed, boolean balanced) {
        return new FakeWorld(balanced, seed);
    }

    private FakeWorld(boolean balanced, long seed) {
        this.balanced = balanced;
        this.faults = new Faults(seed, TimeSource.system());
        this.registry = new InMemoryRegistry(store, "/servers", faults);
        this.runtime = new FakeContainerRuntime(engine, faults);
        this.balancer = new FakeBalancer(unfaulted(), time, faults, "one", "two");
        this.scaler = scaler(OnClose.LEAVE);
        engine.addImage(IMAGE, FakeImage.exposing(8080).logs("hello"));
    }

    /** Returns another registry over the same store, which nothing befalls. */
    InMemoryRegistry unfaulted() {
        return new InMemoryRegistry(store, "/servers", new Faults());
    }

    /** Returns another scaler over the same engine and registry, as another process would have it. */
    Scaler scaler(OnClose onClose) {
        Forrest.Builder builder = builder(onClose);
        if (balanced) {
            builder.balancer(balancer);
        }
        return builder.build();
    }

    /** Returns a builder of a scaler over the same engine and registry, without a balancer yet, that does nothing unasked. */
    Forrest.Builder builder(OnClose onClose) {
        return Forrest.builder(runtime, registry)
                .advertise("127.0.0.1")
                .publishOn("127.0.0.1")
                .time(time)
                .supervision(Supervision.none())
                .onClose(onClose)
                .onEvent(events::add);
    }

    /** Returns a launch that is ready at once, and drains for no time. */
    Launch launch() {
        return scaler.launch(IMAGE).readyWhen(Readiness.probe(endpoint -> ProbeResult.ready()));
    }

    /** Returns what was asked of engine, registry and balancer so far. */
    List<Operation> asked() {
        return faults.calls().stream().map(Faults.Call::operation).toList();
    }

    List<Step> steps(String name) {
        return events.stream()
                .filter(event ->
                        event instanceof StepReached step && step.instance().equals(name))
                .map(event -> ((StepReached) event).step())
                .toList();
    }

    /** Asserts that no container, key or record exists. */
    void assertNothingLeft() {
        assertThat(engine.containers()).as("containers").isEmpty();
        assertThat(registry.values()).as("keys").isEmpty();
        assertThat(registry.records().list("instances")).as("records").isEmpty();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        end();
    }

    /** Ends a world that no test framework ends. */
    void end() {
        faults.heal();
        scaler.close();
        balancer.close();
        engine.close();
    }
}
