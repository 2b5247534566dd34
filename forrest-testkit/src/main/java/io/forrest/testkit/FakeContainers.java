package io.forrest.testkit;

import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.Endpoint;
import io.forrest.Failure;
import io.forrest.NameTakenException;
import io.forrest.Step;
import io.forrest.spi.Container;
import io.forrest.spi.ContainerSpec;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The containers of a fake engine, and what an engine does with them. Thread-safe. */
final class FakeContainers implements AutoCloseable {

    private static final int ID_WORDS = 4;
    private static final String ALL_ADDRESSES = "0.0.0.0";

    private final FakeImages images;
    private final TimeSource time;
    private final Alarms alarms;
    private final Random random;

    /**
     * Held while sockets are bound and closed, too: that does not wait for anybody, and a port is known when a container is.
     */
    private final Object lock = new Object();

    private final Map<String, FakeContainer> containers = new LinkedHashMap<>();
    private final FakeEvents events = new FakeEvents();

    FakeContainers(FakeImages images, TimeSource time, Random random) {
        this.images = images;
        this.time = time;
        this.alarms = Alarms.by(time, task -> {
            // Not named forrest-: it plays a part of the world outside, which leftover checks leave alone.
            Thread thread = new Thread(task, "fake-engine-1");
            thread.setDaemon(true);
            return thread;
        });
        this.random = random;
    }

    FakeEvents events() {
        return events;
    }

    /** Does something to a container that is there. */
    void change(String nameOrId, Consumer<FakeContainer> action) {
        synchronized (lock) {
            FakeContainer container = lookUp(nameOrId);
            if (container == null) {
                throw new IllegalArgumentException("no container " + nameOrId + " on the fake engine");
            }
            action.accept(container);
        }
    }

    List<Container> all() {
        synchronized (lock) {
            return containers.values().stream()
                    .map(container -> container.inspected(time.nanoTime()))
                    .toList();
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            containers.values().forEach(container -> container.end(FakeContainer.KILLED));
            containers.clear();
        }
        alarms.close();
    }

    /** Makes a container without starting it, or returns the one of the same name that carries the spec's labels. */
    Container create(ContainerSpec spec) {
        synchronized (lock) {
            return createOrConfirm(spec).inspected(time.nanoTime());
        }
    }

    private FakeContainer createOrConfirm(ContainerSpec spec) {
        FakeContainer standing = lookUp(spec.name());
        if (standing == null) {
            InetAddress asked = spec.bindAddress();
            InetAddress bound = asked == null ? Endpoint.address(ALL_ADDRESSES) : asked;
            FakeContainer made =
                    new FakeContainer(newId(random), spec, images.get(spec.image()), bound, time.now(), events);
            containers.put(made.id(), made);
            return made;
        }
        if (!standing.carries(spec.labels())) {
            throw new NameTakenException(
                    "cannot create the container " + spec.name() + ": " + standing.id()
                            + " of another launch has the name; pick another",
                    null,
                    Failure.at(Step.LAUNCH, spec.name()));
        }
        return standing;
    }

    /** Makes and starts a container, or leaves none. */
    Container start(ContainerSpec spec) {
        synchronized (lock) {
            FakeContainer container = createOrConfirm(spec);
            if (container.isCreated()) {
                try {
                    run(container);
                } catch (ContainerRuntimeException e) {
                    container.end(FakeContainer.KILLED);
                    containers.remove(container.id());
                    throw e;
                }
            }
            return container.inspected(time.nanoTime());
        }
    }

    /** Starts a container; called by {@link #change}, too. */
    void run(FakeContainer container) {
        try {
            container.start(time.nanoTime());
        } catch (IOException | UncheckedIOException e) {
            throw new ContainerRuntimeException(
                    Reason.REFUSED,
                    "cannot start the container " + container.name() + " on the fake engine: " + e.getMessage(),
                    e);
        }
        int run = container.run();
        plan(container, run, container.image().listensAfter(), container::listen);
        plan(
                container,
                run,
                container.image().exitsAfter(),
                () -> container.end(container.image().exitCode()));
        container
                .image()
                .healthChanges()
                .forEach(delay -> plan(container, run, delay, () -> container.sayHealth(time.nanoTime())));
    }

    /** Has something happen to a container later, unless it does not run any more by then. */
    private void plan(FakeContainer container, int run, @Nullable Duration delay, Runnable action) {
        if (delay != null && !delay.isZero()) {
            alarms.after(delay, () -> {
                synchronized (lock) {
                    if (container.isRunning() && container.run() == run) {
                        action.run();
                    }
                }
            });
        }
    }

    Optional<Container> find(String nameOrId) {
        synchronized (lock) {
            return Optional.ofNullable(lookUp(nameOrId)).map(container -> container.inspected(time.nanoTime()));
        }
    }

    List<Container> list(Map<String, String> labels) {
        synchronized (lock) {
            return containers.values().stream()
                    .filter(container -> container.carries(labels))
                    .map(FakeContainer::listed)
                    .toList();
        }
    }

    /** Returns whether a container runs that will not end when asked to. */
    boolean isStubborn(String id) {
        synchronized (lock) {
            FakeContainer container = containers.get(id);
            return container != null
                    && container.isRunning()
                    && container.image().isStubborn();
        }
    }

    void stop(String id) {
        synchronized (lock) {
            FakeContainer container = containers.get(id);
            if (container != null && container.isRunning()) {
                container.end(container.image().isStubborn() ? FakeContainer.KILLED : FakeContainer.TERMINATED);
            }
        }
    }

    void remove(String id) {
        synchronized (lock) {
            FakeContainer container = containers.remove(id);
            if (container != null) {
                container.end(FakeContainer.KILLED);
            }
        }
    }

    List<String> logs(String id, int lines) {
        synchronized (lock) {
            FakeContainer container = containers.get(id);
            return container == null ? List.of() : container.lastLines(lines);
        }
    }

    private @Nullable FakeContainer lookUp(String nameOrId) {
        FakeContainer byId = containers.get(nameOrId);
        return byId != null
                ? byId
                : containers.values().stream()
                        .filter(container -> container.name().equals(nameOrId))
                        .findAny()
                        .orElse(null);
    }

    static String newId(Random random) {
        StringBuilder id = new StringBuilder();
        for (int word = 0; word < ID_WORDS; word++) {
            id.append(String.format("%016x", random.nextLong()));
        }
        return id.toString();
    }
}
