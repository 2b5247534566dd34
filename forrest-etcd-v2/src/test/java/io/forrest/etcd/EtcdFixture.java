package io.forrest.etcd;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * An etcd of one member in a container of its own, which {@link #close()} removes. Not thread-safe; confine it to one thread.
 */
public final class EtcdFixture implements AutoCloseable {

    private static final int PORT = 2379;
    private static final Duration START = Duration.ofMinutes(1);

    private final Server server;
    private final String scheme;

    /** The container; a class of its own because of the self type. */
    private static final class Server extends GenericContainer<Server> {
        Server(String image) {
            super(DockerImageName.parse(image));
        }
    }

    private EtcdFixture(Server server, String scheme) {
        this.server = server;
        this.scheme = scheme;
    }

    /**
     * Starts an etcd that speaks v2, over HTTP.
     *
     * @param flags more of etcd's command-line flags
     */
    public static EtcdFixture start(String... flags) {
        List<String> all = new ArrayList<>(List.of("--enable-v2"));
        all.addAll(List.of(flags));
        return start("http", new Server(image()), all);
    }

    /** Starts an etcd that does not speak v2. */
    public static EtcdFixture startWithoutV2() {
        return start("http", new Server(image()), List.of());
    }

    /**
     * Starts an etcd that speaks v2 over HTTPS, and asks each client for a certificate.
     *
     * @param certificate its certificate, in PEM form
     * @param privateKey the key of that
     * @param authority from which clients' certificates must come
     */
    public static EtcdFixture startWithTls(Path certificate, Path privateKey, Path authority) {
        Server server = new Server(image())
                .withCopyFileToContainer(MountableFile.forHostPath(certificate), "/tls/server.crt")
                .withCopyFileToContainer(MountableFile.forHostPath(privateKey), "/tls/server.key")
                .withCopyFileToContainer(MountableFile.forHostPath(authority), "/tls/ca.crt");
        return start(
                "https",
                server,
                List.of(
                        "--enable-v2",
                        "--client-cert-auth",
                        "--cert-file=/tls/server.crt",
                        "--key-file=/tls/server.key",
                        "--trusted-ca-file=/tls/ca.crt"));
    }

    private static EtcdFixture start(String scheme, Server server, List<String> flags) {
        List<String> command = new ArrayList<>(List.of(
                "etcd",
                "--advertise-client-urls=" + scheme + "://0.0.0.0:" + PORT,
                "--listen-client-urls=" + scheme + "://0.0.0.0:" + PORT));
        command.addAll(flags);
        // Logged when there is a leader and the port is bound; with TLS no plain request could tell
        server.withCommand(command.toArray(new String[0]))
                .withExposedPorts(PORT)
                .waitingFor(Wait.forLogMessage(".*ready to serve client requests.*", 1)
                        .withStartupTimeout(START));
        EtcdFixture fixture = new EtcdFixture(server, scheme);
        try {
            server.start();
            return fixture;
        } catch (RuntimeException e) {
            fixture.close();
            throw e;
        }
    }

    private static String image() {
        return requireNonNull(
                System.getProperty("forrest.test.image.etcd"), "the system property forrest.test.image.etcd");
    }

    /** Returns the client URL, as this host reaches it. */
    public URI uri() {
        return URI.create(scheme + "://" + server.getHost() + ":" + server.getMappedPort(PORT));
    }

    /** Freezes it: connections are taken, and nothing is answered. */
    public void pause() {
        server.getDockerClient().pauseContainerCmd(server.getContainerId()).exec();
    }

    /** Ends {@link #pause()}. */
    public void unpause() {
        server.getDockerClient().unpauseContainerCmd(server.getContainerId()).exec();
    }

    /** Ends the server in its own time (SIGTERM). It cannot be started again. */
    public void stop() {
        server.getDockerClient().stopContainerCmd(server.getContainerId()).exec();
    }

    /** Ends the server at once (SIGKILL). It cannot be started again. */
    public void kill() {
        server.getDockerClient().killContainerCmd(server.getContainerId()).exec();
    }

    /** Removes the container with its volumes. */
    @Override
    public void close() {
        server.close();
    }
}
