package io.forrest.haproxy;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where one HAProxy is that a {@link HaproxyDriver} shall drive. Each option returns a new description and does no I/O.
 * Immutable and thread-safe.
 */
public final class HaproxyInstance {

    private final HaproxySocket socket;
    private final @Nullable HaproxySocket master;
    private final @Nullable Path template;
    private final @Nullable Path file;

    private HaproxyInstance(
            HaproxySocket socket, @Nullable HaproxySocket master, @Nullable Path template, @Nullable Path file) {
        this.socket = socket;
        this.master = master;
        this.template = template;
        this.file = file;
    }

    /**
     * Describes an HAProxy by its statistics socket, which must have the level {@code admin}.
     *
     * @param socket {@code unix:///run/haproxy/admin.sock}, or {@code tcp://127.0.0.1:9999}: that one asks nobody who they
     *     are, so let it listen on loopback alone
     * @return the description, without a master socket or a configuration
     * @throws IllegalArgumentException if it is neither
     */
    public static HaproxyInstance at(URI socket) {
        return new HaproxyInstance(HaproxySocket.at(socket), null, null, null);
    }

    /**
     * Sets the socket of its master process ({@code haproxy -W -S ...}). With it, what processes of before a reload still do is
     * seen, and a stop waits for that; without it, a stop after a reload waits for the whole drain time.
     *
     * @param socket as for {@link #at}
     * @return the new description
     * @throws IllegalArgumentException if it is no socket's URI
     */
    public HaproxyInstance masterSocket(URI socket) {
        return new HaproxyInstance(this.socket, HaproxySocket.at(socket), template, file);
    }

    /**
     * Has the servers written into a configuration file before each change, so that a reload or restart of HAProxy begins with
     * them: give HAProxy the file by a further {@code -f}. By default there is none, and a reload is without the servers until
     * the driver has made them again, within about a second.
     *
     * @param template a file that holds the sections of the driver's backends; in each, the line {@code # forrest: servers} is
     *     where its servers go
     * @param file where to write it, in a folder that this process may write to; it is replaced atomically,
     *     and has the permissions of the template
     * @return the new description
     * @throws IllegalArgumentException if both are the same
     */
    public HaproxyInstance configuration(Path template, Path file) {
        requireNonNull(template, "template");
        requireNonNull(file, "file");
        if (template.toAbsolutePath().normalize().equals(file.toAbsolutePath().normalize())) {
            throw new IllegalArgumentException("the template " + template + " cannot be the file that is written");
        }
        return new HaproxyInstance(
                socket, master, template, file.toAbsolutePath().normalize());
    }

    HaproxySocket socket() {
        return socket;
    }

    Optional<HaproxySocket> master() {
        return Optional.ofNullable(master);
    }

    Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    Optional<IncludeFile> includeFile() {
        return template == null || file == null ? Optional.empty() : Optional.of(new IncludeFile(template, file));
    }

    /** Returns the URI of its statistics socket. */
    @Override
    public String toString() {
        return socket.toString();
    }
}
