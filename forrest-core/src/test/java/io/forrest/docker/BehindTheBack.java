package io.forrest.docker;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** What others do to containers, by a client that is not Forrest's. */
public final class BehindTheBack {

    private BehindTheBack() {}

    /** Kills a container's program by SIGKILL. */
    public static void kill(String id) {
        with(docker -> docker.killContainerCmd(id).exec());
    }

    /** Ends a container's program and starts it anew, without waiting for it to end by itself. */
    public static void restart(String id) {
        with(docker -> docker.restartContainerCmd(id).withTimeout(0).exec());
    }

    private static void with(Consumer<DockerClient> action) {
        try (DockerClient docker = TestImages.client()) {
            action.accept(docker);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
