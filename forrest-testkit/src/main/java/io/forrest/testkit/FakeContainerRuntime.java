package io.forrest.testkit;

import static java.util.Objects.requireNonNull;

import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.Failure;
import io.forrest.PullPolicy;
import io.forrest.Subscription;
import io.forrest.spi.Container;
import io.forrest.spi.ContainerListener;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.ContainerSpec;
import io.forrest.spi.EngineInfo;
import io.forrest.spi.ImageInfo;
import io.forrest.spi.ImageReference;
import io.forrest.spi.PullProgress;
import io.forrest.testkit.Fault.Outcome;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A runtime that speaks to a {@link FakeEngine}, for tests; {@link Faults} befall its calls. Of a container's options it
 * knows the name, image, port, bind address, environment, command and labels. Thread-safe.
 */
public final class FakeContainerRuntime implements ContainerRuntime {

    private final FakeEngine engine;
    private final Faults faults;
    private final MemoryThreads threads = new MemoryThreads();
    private final Set<FakeContainerWatch> watches = new HashSet<>();
    private volatile boolean closed;

    /** What a call comes to, once no fault is in its way. */
    private interface Work<T> {
        T get() throws InterruptedException;
    }

    /**
     * Creates a runtime without faults.
     *
     * @param engine the engine that it speaks to
     */
    public FakeContainerRuntime(FakeEngine engine) {
        this(engine, new Faults());
    }

    /**
     * Creates a runtime.
     *
     * @param engine the engine that it speaks to
     * @param faults what befalls its calls
     */
    public FakeContainerRuntime(FakeEngine engine, Faults faults) {
        this.engine = requireNonNull(engine, "engine");
        this.faults = requireNonNull(faults, "faults");
    }

    @Override
    public ImageInfo prepare(ImageReference image, PullPolicy policy, Consumer<? super PullProgress> progress) {
        requireNonNull(policy, "policy");
        requireNonNull(progress, "progress");
        return call(Operation.PREPARE, image.toString(), () -> {
            FakeImage prepared = engine.images().prepare(image.toString(), policy, progress);
            return new ImageInfo(prepared.exposedPorts(), prepared.hasHealthcheck());
        });
    }

    @Override
    public Container start(ContainerSpec spec) {
        Faults.Fate fate = befall(Operation.START, spec.name());
        if (fate.outcome() == Outcome.FAIL_HALFWAY) {
            throw lost(Operation.START, spec.name(), leaving(engine.held().create(spec)));
        }
        return finish(
                Operation.START, spec.name(), fate, () -> engine.held().start(spec), FakeContainerRuntime::leaving);
    }

    private static Failure leaving(Container container) {
        return Failure.unspecified().leaving(List.of("container " + container.name() + " (" + container.id() + ")"));
    }

    @Override
    public Optional<Container> find(String nameOrId) {
        return call(Operation.FIND, nameOf(nameOrId), () -> engine.held().find(nameOrId));
    }

    @Override
    public List<Container> list(Map<String, String> labels) {
        Map<String, String> wanted = Map.copyOf(labels);
        return call(Operation.LIST, "", () -> engine.held().list(wanted));
    }

    @Override
    public void stop(String id, Duration grace) {
        requireNonNull(grace, "grace");
        Boolean unused = call(Operation.STOP, nameOf(id), () -> {
            if (engine.held().isStubborn(id)) {
                engine.time().sleep(grace);
            }
            engine.held().stop(id);
            return true;
        });
    }

    @Override
    public void remove(String id) {
        Boolean unused = call(Operation.REMOVE, nameOf(id), () -> {
            engine.held().remove(id);
            return true;
        });
    }

    @Override
    public List<String> logs(String id, int lines) {
        if (lines < 1) {
            throw new IllegalArgumentException("at least one line can be asked for, was " + lines);
        }
        return call(Operation.LOGS, nameOf(id), () -> engine.held().logs(id, lines));
    }

    @Override
    public Subscription watch(Map<String, String> labels, ContainerListener listener) {
        Map<String, String> wanted = Map.copyOf(labels);
        requireNonNull(listener, "listener");
        synchronized (watches) {
            requireOpen();
            FakeContainerWatch watch =
                    new FakeContainerWatch(link(), engine.held().events(), wanted, listener, threads, this::forget);
            watches.add(watch);
            watch.begin();
            return watch;
        }
    }

    private FakeContainerWatch.Link link() {
        return new FakeContainerWatch.Link() {
            @Override
            public void look() {
                Boolean unused = call(Operation.CONTAINER_WATCH, "", () -> true);
            }

            @Override
            public boolean isAtRisk() {
                return faults.mayBefall(Operation.CONTAINER_WATCH);
            }
        };
    }

    private void forget(FakeContainerWatch watch) {
        synchronized (watches) {
            watches.remove(watch);
        }
    }

    @Override
    public EngineInfo engine() {
        return call(Operation.ENGINE, "", engine::info);
    }

    @Override
    public void close() {
        List<FakeContainerWatch> open;
        synchronized (watches) {
            closed = true;
            open = List.copyOf(watches);
        }
        faults.wake();
        open.forEach(FakeContainerWatch::close);
    }

    /** Returns what a test knows a container by: its name, while there is one. */
    private String nameOf(String nameOrId) {
        return engine.held().find(nameOrId).map(Container::name).orElse(nameOrId);
    }

    private <T> T call(Operation operation, String subject, Work<T> work) {
        return finish(operation, subject, befall(operation, subject), work, result -> Failure.unspecified());
    }

    private Faults.Fate befall(Operation operation, String subject) {
        requireOpen();
        try {
            return faults.befall(operation, subject, () -> closed);
        } catch (InterruptedException e) {
            throw interrupted(operation, subject, e);
        }
    }

    private <T> T finish(
            Operation operation,
            String subject,
            Faults.Fate fate,
            Work<T> work,
            Function<T, Failure> leftByLostAnswer) {
        requireOpen();
        switch (fate.outcome()) {
            case FAIL, LOSE_REQUEST -> throw lost(operation, subject, Failure.unspecified());
            case REFUSE ->
                throw new ContainerRuntimeException(
                        Reason.REFUSED, text(operation, subject, "was refused by the engine"), null);
            default -> {
                T result = get(operation, subject, work);
                fate.afterwards().forEach(Runnable::run);
                if (fate.outcome() == Outcome.LOSE_ANSWER) {
                    throw lost(operation, subject, leftByLostAnswer.apply(result));
                }
                return result;
            }
        }
    }

    private <T> T get(Operation operation, String subject, Work<T> work) {
        try {
            return work.get();
        } catch (InterruptedException e) {
            throw interrupted(operation, subject, e);
        }
    }

    private ContainerRuntimeException lost(Operation operation, String subject, Failure failure) {
        return new ContainerRuntimeException(
                Reason.UNAVAILABLE, text(operation, subject, "got no answer; try again"), null, failure);
    }

    private ContainerRuntimeException interrupted(Operation operation, String subject, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new ContainerRuntimeException(Reason.UNAVAILABLE, text(operation, subject, "was interrupted"), cause);
    }

    private String text(Operation operation, String subject, String what) {
        return new Faults.Call(operation, subject) + " on " + engine.info().id() + " " + what;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the runtime of " + engine.info().id() + " is closed");
        }
    }

    /** Returns the engine's id. */
    @Override
    public String toString() {
        return "FakeContainerRuntime of " + engine.info().id();
    }
}
