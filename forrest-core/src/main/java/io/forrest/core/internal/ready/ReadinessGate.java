package io.forrest.core.internal.ready;

import io.forrest.Endpoint;
import io.forrest.ProbeResult;
import io.forrest.Readiness;
import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.core.internal.concurrent.Durations;
import io.forrest.spi.Container;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.TimeSource;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tries an application again and again, until it answers, never will, or the time is up. Serves one wait, of which other threads
 * may ask how far it came; thread-safe.
 */
public final class ReadinessGate {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    private final ContainerRuntime runtime;
    private final TimeSource time;
    private final InetAddress advertised;

    /** Who has not answered yet; empty between two tries. */
    private volatile String pending = "";

    private volatile @Nullable String lastAnswer;

    /** Creates the gate of an engine whose containers answer on an address. */
    public ReadinessGate(ContainerRuntime runtime, TimeSource time, InetAddress advertised) {
        this.runtime = runtime;
        this.time = time;
        this.advertised = advertised;
    }

    /**
     * Waits until the application of a container answers.
     *
     * @param id the container
     * @param port the container's port
     * @param readiness how to tell
     * @param deadline by when it must
     * @param stopped whether the launch was told to stop, in case a probe swallowed the interrupt
     * @return the container and where it answers
     * @throws NotReady if it does not, or never will
     * @throws InterruptedException if interrupted
     */
    public Answering await(String id, int port, Readiness readiness, Deadline deadline, BooleanSupplier stopped)
            throws NotReady, InterruptedException {
        Check check = Checks.of(readiness);
        Duration pause = FIRST_PAUSE;
        while (true) {
            pending = "the engine did not tell of the container";
            Optional<Container> container = runtime.find(id);
            pending = "the probe did not return";
            Endpoint endpoint = container
                    .flatMap(found -> Ports.endpoint(found, port, advertised))
                    .orElse(null);
            ProbeResult result = look(container.orElse(null), endpoint, port, check);
            if (stopped.getAsBoolean()) {
                throw new InterruptedException("stopped while probing");
            }
            pending = "";
            lastAnswer = result.detail();
            if (result.verdict() == ProbeResult.Verdict.READY && container.isPresent() && endpoint != null) {
                return new Answering(container.get(), endpoint);
            }
            if (result.verdict() == ProbeResult.Verdict.NEVER) {
                throw new NotReady(
                        result.detail(),
                        true,
                        container.map(Container::exitCode).orElse(null));
            }
            if (deadline.passed()) {
                throw new NotReady(result.detail(), false, null);
            }
            time.sleep(Durations.shorter(pause, deadline.remaining()));
            pause = Durations.shorter(pause.multipliedBy(2), LONGEST_PAUSE);
        }
    }

    /** Returns what the last try showed that came to its end; empty before. For a wait that was told to stop. */
    public Optional<String> lastAnswer() {
        return Optional.ofNullable(lastAnswer);
    }

    /** Returns who had not answered when the wait was told to stop; empty if nobody was asked at that moment. */
    public Optional<String> pending() {
        return Optional.of(pending).filter(words -> !words.isEmpty());
    }

    private static ProbeResult look(@Nullable Container container, @Nullable Endpoint endpoint, int port, Check check)
            throws InterruptedException {
        if (container == null) {
            return ProbeResult.never("the container is gone");
        }
        if (container.status() == Container.Status.EXITED) {
            return ProbeResult.never("the container exited with code "
                    + container.exitCode()
                    + (container.outOfMemory() ? ", out of memory" : ""));
        }
        if (endpoint == null) {
            return ProbeResult.notYet("the engine has not published port " + port + " on the advertised address");
        }
        return tried(() -> check.check(container, endpoint));
    }

    @SuppressWarnings(
            "InterruptedExceptionSwallowed") // it is rethrown; the rest is the probe's own way to say "not yet"
    private static ProbeResult tried(Callable<ProbeResult> attempt) throws InterruptedException {
        try {
            return attempt.call();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            if (Thread.interrupted()) {
                InterruptedException interrupt = new InterruptedException("interrupted while probing");
                interrupt.initCause(e);
                throw interrupt;
            }
            return ProbeResult.notYet(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        }
    }
}
