package io.forrest.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.spi.Container;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out that a container's program is not there. Without an init process the engine refuses to start such a container;
 * with one it starts, and the init process exits. A file that is missing before the start is a hint and no more (a mount
 * may bring it), so the verdict is the exit code. Thread-safe.
 */
final class ProgramCheck {

    private static final Set<Integer> NOT_EXECUTED = Set.of(126, 127);
    private static final int MAX_LOOKS = 100;
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Engine engine;
    private final Containers containers;

    ProgramCheck(Engine engine, Containers containers) {
        this.engine = engine;
        this.containers = containers;
    }

    /** Returns whether a created container has no file where its program should be. */
    boolean seemsMissing(String id) {
        try {
            InspectContainerResponse answer =
                    engine.askRaw(docker -> docker.inspectContainerCmd(id).exec());
            return candidates(answer).noneMatch(path -> exists(id, path));
        } catch (DockerException e) {
            // the start will tell
            return false;
        }
    }

    private static Stream<String> candidates(InspectContainerResponse answer) {
        String program = answer.getPath();
        if (program.startsWith("/")) {
            return Stream.of(program);
        }
        if (program.contains("/")) {
            @Nullable String folder = answer.getConfig().getWorkingDir();
            return Stream.of((folder == null ? "" : folder) + "/" + program);
        }
        String @Nullable [] environment = answer.getConfig().getEnv();
        String path = Arrays.stream(environment == null ? new String[0] : environment)
                .filter(variable -> variable.startsWith("PATH="))
                .map(variable -> variable.substring("PATH=".length()))
                .findFirst()
                .orElse(DEFAULT_PATH);
        // most programs are in the folders that are searched last
        List<String> folders = Arrays.asList(path.split(":"));
        return Stream.iterate(folders.size() - 1, i -> i >= 0, i -> i - 1).map(i -> folders.get(i) + "/" + program);
    }

    /** Docker Engine API v1.41, ContainerArchiveInfo. */
    private boolean exists(String id, String path) {
        String query = "/containers/" + id + "/archive?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8);
        try {
            return engine.exchangeRaw(
                    "HEAD",
                    query,
                    Map.of(),
                    Patience.inAll(engine.deadlines().read()),
                    (status, body, response) -> true);
        } catch (DockerException e) {
            return e.getHttpStatus() != 404;
        }
    }

    /** Waits for a doubtful program to end or not, and throws if it was never executed. */
    void awaitVerdict(String id, String name) {
        Optional<Container> container = containers.find(id);
        for (int looks = 1; looks < MAX_LOOKS; looks++) {
            if (container.isEmpty() || container.get().status() == Container.Status.EXITED) {
                break;
            }
            containers.pause();
            container = containers.find(id);
        }
        @Nullable Integer exitCode = container.map(Container::exitCode).orElse(null);
        if (exitCode != null && NOT_EXECUTED.contains(exitCode)) {
            throw new ContainerRuntimeException(
                    Reason.REFUSED,
                    "cannot start container " + name
                            + ": its image has no such program as its command names (exit code " + exitCode + ")",
                    null);
        }
    }
}
