package io.forrest.spi;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;

/**
 * A container's TCP port and where the engine's host has it. Immutable and thread-safe.
 *
 * @param containerPort the port inside the container
 * @param hostAddress the address of the host that is bound, a wildcard for all of its family
 * @param hostPort the port of the host; 0 while the engine has not picked one
 */
public record PublishedPort(int containerPort, InetAddress hostAddress, int hostPort) {

    /** Checks that nothing is null. */
    public PublishedPort {
        requireNonNull(hostAddress, "hostAddress");
    }
}
