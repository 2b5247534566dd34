package io.forrest.docker;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import io.forrest.ContainerRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An engine of a test's own, which may be harmed. It has network, mounts and host name of its own, so that neither its
 * bridge nor its firewall rules touch the machine's, and listens on a Unix socket and, joined by a pair of virtual network
 * cards, on {@link #ADDRESS} and {@link #OTHER_ADDRESS}. Needs root. Not thread-safe; confine it to one thread.
 */
public final class OwnDaemon implements AutoCloseable {

    /** Named after this process, so that what is taken away in the end is nobody else's. */
    private static final long PROCESS = ProcessHandle.current().pid();

    private static final String NAME = "forrest-own-" + PROCESS;
    private static final String CARD = "fo" + PROCESS;
    private static final String SUBNET = "10.213." + PROCESS % 250 + ".";

    /** Where it listens on TCP, port 2376. */
    public static final String ADDRESS = SUBNET + "2";

    /** A second address, for which its certificate is not. */
    static final String OTHER_ADDRESS = SUBNET + "3";

    private static final Duration START = Duration.ofSeconds(60);

    private final Path folder;
    private final List<String> options;
    private @Nullable Process daemon;

    private OwnDaemon(Path folder, List<String> options) {
        this.folder = folder;
        this.options = options;
    }

    /** Returns whether this machine and this process can run one. */
    public static boolean isPossible() {
        return Shell.canDoAnythingWith("ip", "nsenter", "unshare", "mount", "umount", "dockerd", "openssl");
    }

    /** Starts an engine that listens on its socket only, unless the options say more. */
    public static OwnDaemon start(List<String> options) throws IOException {
        Path folder = Files.createTempDirectory(
                Path.of("/tmp"),
                "forrest-own",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        OwnDaemon own = new OwnDaemon(folder, options);
        try {
            own.joinNetwork();
            own.startAgain();
        } catch (RuntimeException | IOException e) {
            own.close();
            throw e;
        }
        return own;
    }

    private void joinNetwork() throws IOException {
        Files.writeString(folder.resolve("resolv.conf"), "nameserver 127.0.0.1\n");
        Shell.run(
                "ip netns add $1; ip -n $1 link set lo up; ip link add $2 type veth peer name eth0 netns $1;"
                        + " ip addr add $5/29 dev $2; ip link set $2 up;"
                        + " ip -n $1 addr add $3/29 dev eth0; ip -n $1 addr add $4/29 dev eth0;"
                        + " ip -n $1 link set eth0 up; ip -n $1 route add default via $5",
                NAME,
                CARD,
                ADDRESS,
                OTHER_ADDRESS,
                SUBNET + "1");
    }

    /** Starts it after {@link #kill}, on what it kept. */
    public void startAgain() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "nsenter",
                "--net=/var/run/netns/" + NAME,
                "unshare",
                "--uts",
                "--mount",
                "sh",
                "-euc",
                "hostname forrest-own; mount --bind \"$1\" /etc/resolv.conf; shift; exec \"$@\"",
                "own-daemon",
                folder.resolve("resolv.conf").toString(),
                "dockerd",
                "--data-root=" + folder.resolve("data"),
                "--exec-root=" + folder.resolve("exec"),
                "--pidfile=" + folder.resolve("pid"),
                "--host=unix://" + socket(),
                "--cgroup-parent=/" + NAME));
        command.addAll(options);
        Files.deleteIfExists(folder.resolve("pid"));
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
        daemon = started;
        await().atMost(START).until(() -> {
            if (!started.isAlive()) {
                throw new IllegalStateException(Files.readString(folder.resolve("log")));
            }
            return answers();
        });
    }

    private boolean answers() {
        try (DockerRuntime runtime = runtime()) {
            return !runtime.engine().id().isEmpty();
        } catch (ContainerRuntimeException e) {
            return false;
        }
    }

    private Path socket() {
        return folder.resolve("docker.sock");
    }

    String host() {
        return "unix://" + socket();
    }

    /** Returns a runtime on its socket, to be closed by the caller. */
    public DockerRuntime runtime() {
        return DockerRuntime.builder().host(host()).build();
    }

    /** Brings an image from the engine of the machine. */
    public void load(String image) throws IOException {
        try (DockerClient from = TestImages.client();
                DockerClient to = TestImages.client(new EngineAddress(EngineAddress.parse(host(), false), null));
                InputStream saved = from.saveImageCmd(image).exec()) {
            to.loadImageCmd(saved).exec();
        }
    }

    /** Sends a signal, by its name, to the engine's process. */
    void signal(String name) {
        Shell.run("kill -$1 $2", name, Long.toString(running().pid()));
    }

    /** Returns the program of a container, as this machine sees it: it can be killed while the engine is away. */
    public ProcessHandle program(String container) throws IOException {
        try (DockerClient docker = TestImages.client(new EngineAddress(EngineAddress.parse(host(), false), null))) {
            Long pid = docker.inspectContainerCmd(container).exec().getState().getPidLong();
            return ProcessHandle.of(Objects.requireNonNull(pid, "pid")).orElseThrow();
        }
    }

    private Process running() {
        return Objects.requireNonNull(daemon, "daemon");
    }

    /** Ends it and its containerd as a crash would; what runs in containers goes on. */
    public void kill() {
        try {
            signal("KILL");
            if (!running().waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the engine survived SIGKILL");
            }
            // a dead containerd that nobody buries is taken for a living one by the next dockerd
            Shell.run(
                    "cd \"$1\"; test ! -e containerd.pid || { kill -KILL $(cat containerd.pid) || true; rm containerd.pid; }",
                    folder.resolve("exec/containerd").toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the engine with all that it runs, and takes away all that it made. */
    @Override
    public void close() {
        Process last = daemon;
        if (last != null && last.isAlive()) {
            signal("CONT");
            last.destroy();
            try {
                if (!last.waitFor(20, TimeUnit.SECONDS)) {
                    last.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        // what survived: by the process ids in the network and the control groups that are this engine's alone
        Shell.run(
                "set +e; for i in 1 2 3; do"
                        + " for pid in $(ip netns pids $1 2>/dev/null)"
                        + " $(find /sys/fs/cgroup -path '*/'$1'/*' -name cgroup.procs -exec cat {} + 2>/dev/null);"
                        + " do kill -9 $pid 2>/dev/null; done; sleep 0.2; done;"
                        + " ip link del $2 2>/dev/null; ip netns del $1 2>/dev/null;"
                        + " find /sys/fs/cgroup -depth -type d -path '*/'$1'*' -exec rmdir {} + 2>/dev/null;"
                        + " awk -v b=\"$3\" 'index($2, b) == 1 {print $2}' /proc/mounts | sort -r | xargs -r umount -l;"
                        + " rm -rf \"$3\"; exit 0",
                NAME,
                CARD,
                folder.toString());
    }
}
