package io.forrest.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotModifiedException;
import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.Failure;
import io.forrest.NameTakenException;
import io.forrest.spi.Container;
import io.forrest.spi.ContainerSpec;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes and starts containers, each under its name, and leaves none behind that failed. A POST is never repeated blindly:
 * after a lost answer the engine is asked what it has under the name. Thread-safe.
 */
final class ContainerStart {

    private static final int MAX_TRIES = 5;

    /** A name is taken a moment before its container can be found, and given back a moment after that is gone. */
    private static final int MAX_CONFLICTS = 100;

    private static final int MAX_PORT_LOOKS = 100;

    /** More starts at once only make each slower; an engine of two cores has its best at two to four. */
    private static final int MAX_AT_ONCE =
            Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors()));

    private static final Duration MAX_QUEUE = Duration.ofMinutes(5);

    private record Made(String id, boolean isNew) {}

    private final Engine engine;
    private final Containers containers;
    private final ProgramCheck programs;
    private final Consumer<? super CreateContainerCmd> customizer;
    private final Semaphore turns = new Semaphore(MAX_AT_ONCE, true);

    ContainerStart(Engine engine, Containers containers, Consumer<? super CreateContainerCmd> customizer) {
        this.engine = engine;
        this.containers = containers;
        this.programs = new ProgramCheck(engine, containers);
        this.customizer = customizer;
    }

    Container start(ContainerSpec spec) {
        awaitTurn();
        try {
            for (int tries = 1; ; tries++) {
                try {
                    return createAndStart(spec);
                } catch (InternalServerErrorException e) {
                    // the engine's picked port was taken by another in between; the container is removed already
                    if (tries == MAX_TRIES || !isPortTaken(e)) {
                        throw e;
                    }
                }
            }
        } finally {
            turns.release();
        }
    }

    private void awaitTurn() {
        try {
            if (!turns.tryAcquire(MAX_QUEUE.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new UncheckedIOException(new CallTimeoutException(MAX_QUEUE));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new CallInterruptedException());
        }
    }

    private static boolean isPortTaken(InternalServerErrorException e) {
        String words = EngineErrors.words(e);
        return words.contains("port is already allocated") || words.contains("address already in use");
    }

    private Container createAndStart(ContainerSpec spec) {
        Made made = create(spec);
        try {
            boolean doubtful = !spec.command().isEmpty() && programs.seemsMissing(made.id());
            startCreated(made, spec);
            if (doubtful) {
                programs.awaitVerdict(made.id(), spec.name());
            }
            return awaitPorts(made.id(), spec);
        } catch (RuntimeException e) {
            throw undone(spec, made.id(), e);
        }
    }

    /** Returns the spec's container, be it new or the outcome of an earlier request whose answer was lost. */
    private Made create(ContainerSpec spec) {
        for (int tries = 1; ; tries++) {
            String id = null;
            RuntimeException failure = new UncheckedIOException(new CallInterruptedException());
            try {
                id = settledCreate(spec);
            } catch (ConflictException e) {
                failure = e;
            } catch (RuntimeException e) {
                if (EngineErrors.transport(e).isEmpty() || EngineErrors.neverConnected(e)) {
                    throw e;
                }
                failure = e;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw undone(spec, id, failure);
            }
            if (id != null) {
                return new Made(id, true);
            }
            Optional<String> existing = existing(spec, failure);
            if (existing.isPresent()) {
                return new Made(existing.get(), false);
            }
            int maxTries = failure instanceof ConflictException ? MAX_CONFLICTS : MAX_TRIES;
            if (tries >= maxTries || isUnsettled(failure)) {
                throw undone(spec, null, failure);
            }
            containers.pause();
        }
    }

    /** An interrupt does not end this at once: the answer is near, and tells what is to be removed. */
    private String settledCreate(ContainerSpec spec) {
        Deadlines deadlines = engine.deadlines();
        return engine.workers()
                .settle(
                        () -> engine.askRaw(docker -> CreateRequest.of(docker, spec, customizer)
                                .exec()
                                .getId()),
                        deadlines.change().multipliedBy(2),
                        deadlines.settle());
    }

    private Optional<String> existing(ContainerSpec spec, RuntimeException failure) {
        Optional<Container> found;
        try {
            found = containers.find(spec.name());
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            throw undone(spec, null, failure);
        }
        if (found.isPresent() && !isOf(spec, found.get())) {
            throw new NameTakenException(
                    "the name " + spec.name() + " is taken on the engine at " + engine.address() + " by container "
                            + found.get().id() + ", which is of another launch; pick another name",
                    failure,
                    new Failure(null, spec.name(), List.of(), List.of()));
        }
        return found.map(Container::id);
    }

    /** Without labels nothing tells this launch's container from a stranger's. */
    private static boolean isOf(ContainerSpec spec, Container container) {
        return !spec.labels().isEmpty()
                && container.labels().entrySet().containsAll(spec.labels().entrySet());
    }

    /** Returns whether the engine may still be at it: an answer that was waited for no longer. */
    private static boolean isUnsettled(RuntimeException failure) {
        return EngineErrors.transport(failure)
                .filter(CallTimeoutException.class::isInstance)
                .isPresent();
    }

    private void startCreated(Made made, ContainerSpec spec) {
        for (int tries = 1; ; tries++) {
            if ((tries > 1 || !made.isNew()) && wasStarted(made.id(), spec)) {
                return;
            }
            try {
                engine.askRaw(docker -> docker.startContainerCmd(made.id()).exec());
                return;
            } catch (NotModifiedException e) {
                return;
            } catch (RuntimeException e) {
                if (tries == MAX_TRIES || !EngineErrors.lostConnection(e)) {
                    throw e;
                }
            }
        }
    }

    private boolean wasStarted(String id, ContainerSpec spec) {
        return containers.find(id).orElseThrow(() -> vanished(spec)).status() != Container.Status.CREATED;
    }

    private Container awaitPorts(String id, ContainerSpec spec) {
        for (int looks = 1; ; looks++) {
            Container container = containers.find(id).orElseThrow(() -> vanished(spec));
            if (container.status() == Container.Status.EXITED
                    || container.ports().stream().anyMatch(port -> port.containerPort() == spec.port())) {
                return container;
            }
            if (looks == MAX_PORT_LOOKS) {
                throw new ContainerRuntimeException(
                        Reason.REFUSED,
                        "container " + spec.name() + " runs, but the engine at " + engine.address()
                                + " published no port" + " for its port " + spec.port()
                                + "; does its network publish ports?",
                        null);
            }
            containers.pause();
        }
    }

    private ContainerRuntimeException vanished(ContainerSpec spec) {
        return new ContainerRuntimeException(
                Reason.REFUSED,
                "container " + spec.name()
                        + " was removed by somebody else while it was being started on the engine at "
                        + engine.address(),
                null);
    }

    /** Removes what a failed start has made, even if interrupted, and returns the failure, with what could not be removed. */
    private RuntimeException undone(ContainerSpec spec, @Nullable String id, RuntimeException failure) {
        Duration limit = engine.deadlines().undo();
        boolean maybeLeft;
        try {
            boolean removed = engine.workers()
                    .settle(
                            () -> {
                                Optional<String> made = id != null
                                        ? Optional.of(id)
                                        : containers
                                                .find(spec.name())
                                                .filter(found -> isOf(spec, found))
                                                .map(Container::id);
                                made.ifPresent(containers::remove);
                                return made.isPresent();
                            },
                            limit,
                            limit);
            maybeLeft = !removed && id == null && isUnsettled(failure);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
            maybeLeft = true;
        }
        return maybeLeft
                ? new LeftBehindException(failure, "container " + spec.name() + " on the engine at " + engine.address())
                : failure;
    }
}
