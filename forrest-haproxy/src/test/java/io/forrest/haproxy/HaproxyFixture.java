package io.forrest.haproxy;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * An HAProxy in a container of its own, master and worker, which {@link #close()} removes. It shares the network of this
 * host: so it reaches servers on 127.0.0.1, and what it listens on is there as well. Its Unix sockets are in a directory of
 * this host. Not thread-safe; confine it to one thread.
 */
public final class HaproxyFixture implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(1);
    private static final String MOUNT = "/forrest";
    private static final String INCLUDES = "/forrest-include";

    /** Below the ports that this host gives to outgoing connections and to containers, so that none is lost in a restart. */
    private static final int LOWEST_PORT = 20_000;

    private static final int HIGHEST_PORT = 32_000;

    /** Test classes run side by side in so many processes, each of which draws from ports of its own. */
    private static final int FORKS = 8;

    private static final int FORK = Integer.getInteger("forrest.test.fork", 0);
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private final Server server;
    private final Path directory;
    private final int frontendPort;
    private final int pagePort;
    private final int socketPort;

    /** The container; a class of its own because of the self type. */
    private static final class Server extends GenericContainer<Server> {
        Server(String image) {
            super(DockerImageName.parse(image));
        }
    }

    /** Leaves it to the fixture to see whether it runs: Testcontainers would drop the container with its log. */
    private static final class Unchecked extends StartupCheckStrategy {
        @Override
        public StartupStatus checkStartupState(DockerClient docker, String container) {
            return StartupStatus.SUCCESSFUL;
        }
    }

    private HaproxyFixture(HaproxyVersion version, Path directory) {
        this.server = new Server(version.image());
        this.directory = directory;
        this.frontendPort = freePort();
        this.pagePort = freePort();
        this.socketPort = freePort();
    }

    /** Returns a builder. */
    public static HaproxyFixtureBuilder builder() {
        return new HaproxyFixtureBuilder();
    }

    static HaproxyFixture start(HaproxyVersion version, HaproxyConfiguration configuration, Optional<Path> include) {
        HaproxyFixture fixture = new HaproxyFixture(version, directory());
        try {
            fixture.launch(configuration, include);
            return fixture;
        } catch (IOException e) {
            fixture.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            fixture.close();
            throw e;
        }
    }

    private static Path directory() {
        try {
            Path directory = Files.createTempDirectory("forrest-haproxy");
            // Docker Hub's image runs as a user of its own, who makes the sockets here
            return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        for (int i = 0; i < 1_000; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            if (port % FORKS != FORK % FORKS || !GIVEN.add(port)) {
                continue; // HAProxy shares a port with whoever listens on it: nothing would tell
            }
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // taken: another may be free
            }
        }
        throw new IllegalStateException("no free port");
    }

    private void launch(HaproxyConfiguration configuration, Optional<Path> include) throws IOException {
        write(directory.resolve("main.cfg"), configuration.main(MOUNT, frontendPort, pagePort, socketPort));
        List<String> command = new ArrayList<>(
                List.of("haproxy", "-W", "-db", "-S", MOUNT + "/master.sock,mode,666", "-f", MOUNT + "/main.cfg"));
        List<Bind> binds = new ArrayList<>(List.of(new Bind(directory.toString(), new Volume(MOUNT))));
        if (include.isPresent()) {
            Path file = include.get();
            if (Files.notExists(file)) {
                write(file, configuration.backend());
            }
            Path parent = requireNonNull(file.getParent(), "the directory of the included file");
            Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            // The directory: of a file, the mount would go on showing what a rename has replaced
            binds.add(new Bind(parent.toString(), new Volume(INCLUDES), AccessMode.ro));
            command.addAll(List.of("-f", INCLUDES + "/" + file.getFileName()));
        }
        // Not by Testcontainers' own method, which tries a mount first in a container of an image that it pulls
        server.withCreateContainerCmdModifier(
                        create -> requireNonNull(create.getHostConfig(), "host").withBinds(binds))
                .withNetworkMode("host")
                .withStartupCheckStrategy(new Unchecked())
                .withCommand(command.toArray(new String[0]));
        server.start();
        awaitWorker(OptionalLong.empty());
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    /** Waits for a worker that answers, other than a former one. */
    private void awaitWorker(OptionalLong former) {
        try {
            await().pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(10))
                    .atMost(START)
                    .until(() -> {
                        OptionalLong now = answeringPid();
                        return now.isPresent() && !now.equals(former);
                    });
        } catch (ConditionTimeoutException e) {
            throw new IllegalStateException("no new worker answers, the log: " + logs(), e);
        }
    }

    /** Returns the worker if both it and the master answer: the master executes itself anew once it has started one. */
    private OptionalLong answeringPid() {
        if (!server.isRunning()) {
            throw new IllegalStateException("HAProxy has ended, its log: " + logs());
        }
        try {
            long pid = pid();
            String processes = HaproxySocket.at(masterSocket()).ask("show proc");
            return processes.contains("\n" + pid + " ") ? OptionalLong.of(pid) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** Returns the statistics socket of this host's file system. */
    public URI socket() {
        return URI.create("unix://" + directory.resolve("admin.sock"));
    }

    /** Returns the same by TCP. */
    public URI tcpSocket() {
        return URI.create("tcp://127.0.0.1:" + socketPort);
    }

    /** Returns the socket of the master. */
    public URI masterSocket() {
        return URI.create("unix://" + directory.resolve("master.sock"));
    }

    /** Returns the statistics page. */
    public URI page() {
        return URI.create("http://127.0.0.1:" + pagePort + "/haproxy?stats");
    }

    /** Returns where it takes requests for the backend. */
    public URI frontend() {
        return URI.create("http://127.0.0.1:" + frontendPort + "/");
    }

    /** Returns the name of the backend. */
    public String backend() {
        return HaproxyConfiguration.BACKEND;
    }

    /** Sends a command to the statistics socket and returns the answer. */
    public String ask(String command) throws IOException {
        return HaproxySocket.at(socket()).ask(command);
    }

    /** Returns the number of the worker's process, within the container. */
    public long pid() throws IOException {
        return ask("show info")
                .lines()
                .filter(line -> line.startsWith("Pid: "))
                .mapToLong(line -> Long.parseLong(line.substring("Pid: ".length())))
                .findFirst()
                .orElseThrow(() -> new IOException("no Pid in the answer"));
    }

    /**
     * Reads the configuration anew (SIGUSR2) and returns once a new worker answers. The old one goes on until its
     * connections have ended.
     *
     * @throws IOException if no worker answers before it
     */
    public void reload() throws IOException {
        long former = pid();
        server.getDockerClient()
                .killContainerCmd(server.getContainerId())
                .withSignal("USR2")
                .exec();
        awaitWorker(OptionalLong.of(former));
    }

    /**
     * Ends it and starts it again, in another second than it was started in, or nobody could tell: what was added at run time is
     * gone.
     */
    public void restart() {
        await().pollInSameThread()
                .pollInterval(Duration.ofMillis(20))
                .until(() -> ask("show info").lines().noneMatch("Uptime_sec: 0"::equals));
        // SIGTERM: the stop signal of Docker Hub's image would wait for connections
        server.getDockerClient()
                .killContainerCmd(server.getContainerId())
                .withSignal("TERM")
                .exec();
        awaitEnd();
        startAgain();
    }

    /** Ends it at once (SIGKILL). Its sockets stay as files that nobody listens on. */
    public void kill() {
        server.getDockerClient().killContainerCmd(server.getContainerId()).exec();
        awaitEnd();
    }

    private void awaitEnd() {
        await().pollInSameThread()
                .pollInterval(Duration.ofMillis(10))
                .atMost(START)
                .until(() -> !server.isRunning());
    }

    /** Starts it again after {@link #kill()}, with the same sockets and ports. */
    public void startAgain() {
        server.getDockerClient().startContainerCmd(server.getContainerId()).exec();
        awaitWorker(OptionalLong.empty());
    }

    /** Freezes it: connections are taken, and nothing is answered. */
    public void pause() {
        server.getDockerClient().pauseContainerCmd(server.getContainerId()).exec();
    }

    /** Ends {@link #pause()}. */
    public void unpause() {
        server.getDockerClient().unpauseContainerCmd(server.getContainerId()).exec();
    }

    /** Returns what it has logged. */
    public String logs() {
        return server.getContainerId() == null ? "none" : server.getLogs();
    }

    /** Removes the container, and the directory with the sockets. */
    @Override
    public void close() {
        server.close();
        try (Stream<Path> files = Files.exists(directory) ? Files.walk(directory) : Stream.empty()) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
