package io.forrest.spi;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which engine a runtime speaks to. Immutable and thread-safe.
 */
public final class EngineInfo {

    private final String id;
    private final String hostName;
    private final String version;
    private final @Nullable InetAddress address;
    private final @Nullable Instant time;

    /**
     * Creates the description.
     *
     * @param id what tells this engine from every other, the same for as long as it keeps its containers
     * @param hostName the name that the engine's host calls itself
     * @param version the engine's version, for a person
     * @param address the address by which it is reached over a network, or null if it is reached on this host
     * @param time what time it was by its own clock when it was asked, or null if it does not tell
     */
    public EngineInfo(
            String id, String hostName, String version, @Nullable InetAddress address, @Nullable Instant time) {
        this.id = requireNonNull(id, "id");
        this.hostName = requireNonNull(hostName, "hostName");
        this.version = requireNonNull(version, "version");
        this.address = address;
        this.time = time;
    }

    /**
     * Returns what tells this engine from every other.
     *
     * @return the id
     */
    public String id() {
        return id;
    }

    /**
     * Returns the name that the engine's host calls itself.
     *
     * @return the host's name
     */
    public String hostName() {
        return hostName;
    }

    /**
     * Returns the engine's version.
     *
     * @return the version, for a person
     */
    public String version() {
        return version;
    }

    /**
     * Returns the address by which the engine is reached over a network.
     *
     * @return the address; empty if it is reached on this host
     */
    public Optional<InetAddress> address() {
        return Optional.ofNullable(address);
    }

    /**
     * Returns what time it was by the engine's own clock when it was asked.
     *
     * @return the time; empty if the engine does not tell
     */
    public Optional<Instant> time() {
        return Optional.ofNullable(time);
    }

    /** Returns id, host and version. */
    @Override
    public String toString() {
        return "engine " + id + " (" + version + ") on " + hostName;
    }
}
