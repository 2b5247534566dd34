package io.forrest.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import io.forrest.spi.Container;
import io.forrest.spi.TimeSource;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks at containers, and ends them. All methods throw docker-java's exceptions and those of the transport. Thread-safe.
 */
final class Containers {

    private static final Pattern FULL_ID = Pattern.compile("[0-9a-f]{64}");
    private static final Duration STEP = Duration.ofMillis(50);

    private final Engine engine;
    private final TimeSource time;

    Containers(Engine engine, TimeSource time) {
        this.engine = engine;
        this.time = time;
    }

    /** The engine takes the start of an id for the id; what it finds by that is not what was meant. */
    Optional<Container> find(String nameOrId) {
        if (nameOrId.isEmpty() || nameOrId.indexOf('/') >= 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(engine.askRaw(docker -> ContainerReader.read(
                            docker.inspectContainerCmd(nameOrId).exec())))
                    .filter(found -> found.name().equals(nameOrId) || found.id().equals(nameOrId));
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    List<Container> list(Map<String, String> labels) {
        return engine
                .askRaw(docker -> docker.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(labels)
                        .exec())
                .stream()
                .map(ContainerReader::read)
                .filter(found -> found.labels().entrySet().containsAll(labels.entrySet()))
                .toList();
    }

    void stop(String id, Duration grace) {
        @Nullable String fullId = fullId(id);
        if (fullId == null) {
            return;
        }
        int seconds = seconds(grace);
        try {
            try {
                sendStop(fullId, seconds);
            } catch (RuntimeException e) {
                if (!EngineErrors.lostConnection(e)) {
                    throw e;
                }
                // a stop may be repeated without harm
                sendStop(fullId, seconds);
            }
        } catch (NotFoundException | NotModifiedException e) {
            // gone or stopped already, which is what was asked for
        }
    }

    private void sendStop(String id, int seconds) {
        engine.askRaw(docker -> docker.stopContainerCmd(id).withTimeout(seconds).exec());
    }

    private static int seconds(Duration grace) {
        long seconds =
                grace.isNegative() ? 0 : grace.plusSeconds(1).minusNanos(1).toSeconds();
        return (int) Math.min(seconds, Duration.ofDays(1).toSeconds());
    }

    void remove(String id) {
        @Nullable String fullId = fullId(id);
        if (fullId == null) {
            return;
        }
        try {
            engine.askRaw(docker -> docker.removeContainerCmd(fullId)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec());
        } catch (NotFoundException e) {
            // gone already, which is what was asked for
        } catch (ConflictException e) {
            if (!EngineErrors.words(e).contains("already in progress")) {
                throw e;
            }
            awaitGone(fullId, e);
        }
    }

    private void awaitGone(String id, ConflictException conflict) {
        long end = time.nanoTime() + engine.deadlines().read().toNanos();
        while (find(id).isPresent()) {
            if (time.nanoTime() - end > 0) {
                throw conflict;
            }
            pause();
        }
    }

    /** Waits a moment before the engine is asked again. */
    void pause() {
        try {
            time.sleep(STEP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new CallInterruptedException());
        }
    }

    List<String> logs(String id, int lines) {
        @Nullable String fullId = fullId(id);
        if (fullId == null) {
            return List.of();
        }
        String path = "/containers/" + fullId + "/logs?stdout=1&stderr=1&tail=" + lines;
        try {
            return engine.exchangeRaw(
                    "GET",
                    path,
                    Map.of(),
                    Patience.inAll(engine.deadlines().read()),
                    (status, body, response) -> new LogLines(lines).read(body));
        } catch (NotFoundException e) {
            return List.of();
        }
    }

    private @Nullable String fullId(String id) {
        return FULL_ID.matcher(id).matches() ? id : find(id).map(Container::id).orElse(null);
    }
}
