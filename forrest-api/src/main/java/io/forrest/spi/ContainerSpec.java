package io.forrest.spi;

import static java.util.Objects.requireNonNull;

import io.forrest.ByteSize;
import io.forrest.Mount;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A container to be made and started, with nothing left to decide. Immutable and thread-safe.
 *
 * @param name the container's name
 * @param image the image, which is present
 * @param port the TCP port inside the container that is published
 * @param bindAddress the address of the engine's host that the port is bound to, at a port of the engine's choice; null:
 *     the engine's own default
 * @param environment variables and their values; some are secrets, so {@link #toString()} has the names alone
 * @param command the program and its arguments; empty: the image's own
 * @param labels the labels; one of them tells this launch from every other
 * @param memory the memory limit, or null for none
 * @param cpus the processor limit, or null for none
 * @param mounts the mounts
 * @param network the network to attach to, or null for the engine's default
 * @param healthcheckInterval how often the engine runs the image's HEALTHCHECK, or null for the image's own interval
 */
public record ContainerSpec(
        String name,
        String image,
        int port,
        @Nullable InetAddress bindAddress,
        Map<String, String> environment,
        List<String> command,
        Map<String, String> labels,
        @Nullable ByteSize memory,
        @Nullable Double cpus,
        List<Mount> mounts,
        @Nullable String network,
        @Nullable Duration healthcheckInterval) {

    /** Copies the collections. */
    public ContainerSpec {
        requireNonNull(name, "name");
        requireNonNull(image, "image");
        environment = Map.copyOf(environment);
        command = List.copyOf(command);
        labels = Map.copyOf(labels);
        mounts = List.copyOf(mounts);
    }

    /** Returns what is no secret: of the environment the names alone, and nothing of the command but its length. */
    @Override
    public String toString() {
        return "ContainerSpec[name=" + name + ", image=" + image + ", port=" + port + ", bindAddress=" + bindAddress
                + ", environment=" + environment.keySet() + ", command of " + command.size() + ", labels=" + labels
                + ", memory=" + memory + ", cpus=" + cpus + ", mounts=" + mounts + ", network=" + network
                + ", healthcheckInterval=" + healthcheckInterval + "]";
    }
}
