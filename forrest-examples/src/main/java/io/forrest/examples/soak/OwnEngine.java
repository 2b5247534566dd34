package io.forrest.examples.soak;

import io.forrest.docker.DockerRuntime;
import io.forrest.examples.underload.Program;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An engine that may be harmed: with data, network, control group and host name of its own, joined to this host by a pair of virtual
 * network cards. Needs root. Not thread-safe; confine it to one thread.
 */
final class OwnEngine implements AutoCloseable {

    private static final long PROCESS = ProcessHandle.current().pid();
    private static final String NAME = "forrest-soak-" + PROCESS;
    private static final String CARD = "fs" + PROCESS % 10_000_000;
    private static final String SUBNET = "10.214." + PROCESS % 250 + ".";
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Path folder;
    private Program daemon;

    private OwnEngine(Path folder) {
        this.folder = folder;
        shell(
                "mkdir -p \"$4\"; echo nameserver 127.0.0.1 > \"$4/resolv.conf\";"
                        + " ip netns add $1; ip -n $1 link set lo up;"
                        + " ip link add $2 type veth peer name eth0 netns $1;"
                        + " ip addr add ${3}1/29 dev $2; ip link set $2 up;"
                        + " ip -n $1 addr add ${3}2/29 dev eth0; ip -n $1 link set eth0 up;"
                        + " ip -n $1 route add default via ${3}1",
                NAME, CARD, SUBNET, folder.toString());
        this.daemon = dockerd();
    }

    /** Starts it, with an image of the machine's engine. */
    static OwnEngine start(Path folder, String image) throws InterruptedException {
        OwnEngine engine = new OwnEngine(folder);
        try {
            engine.awaitAnswer();
            shell(
                    "docker save -o \"$3\" \"$1\"; docker -H \"$2\" load -i \"$3\"; rm \"$3\"",
                    image,
                    engine.host(),
                    folder.resolve("image.tar").toString());
        } catch (RuntimeException | InterruptedException e) {
            engine.close();
            throw e;
        }
        return engine;
    }

    private Program dockerd() {
        return Program.start(
                folder,
                Map.of(),
                "nsenter",
                "--net=/var/run/netns/" + NAME,
                "unshare",
                "--uts",
                "--mount",
                "sh",
                "-euc",
                "hostname forrest-soak; mount --bind \"$1\" /etc/resolv.conf; shift; exec \"$@\"",
                "soak",
                folder.resolve("resolv.conf").toString(),
                "dockerd",
                "--data-root=" + folder.resolve("data"),
                "--exec-root=" + folder.resolve("exec"),
                "--pidfile=" + folder.resolve("pid"),
                "--host=" + host(),
                "--cgroup-parent=/" + NAME);
    }

    private void awaitAnswer() throws InterruptedException {
        TimeSource time = TimeSource.system();
        long start = time.nanoTime();
        while (!answers()) {
            daemon.requireAlive();
            if (time.nanoTime() - start > START.toNanos()) {
                throw new IllegalStateException("the engine does not answer after " + START);
            }
            time.sleep(LOOK_EVERY);
        }
    }

    private boolean answers() {
        try (DockerRuntime runtime = DockerRuntime.builder().host(host()).build()) {
            return !runtime.engine().id().isEmpty();
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** Returns where it listens. */
    String host() {
        return "unix://" + folder.resolve("docker.sock");
    }

    /** Returns the address at which its containers' ports are reached. */
    String address() {
        return SUBNET + "2";
    }

    /** Kills the program of a container; false if that has ended. */
    boolean kill(String id) {
        return isDone("docker -H \"$1\" kill --signal KILL \"$2\"", host(), id);
    }

    /** Removes a container, running or not; false if it is gone. */
    boolean remove(String id) {
        return isDone("docker -H \"$1\" rm -f \"$2\"", host(), id);
    }

    /**
     * Ends it and its containerd as a crash of the whole host would: what is left of its containers' networks goes too. Docker 20.10,
     * killed while it makes containers, leaves network cards on its bridge that it does not know afterwards, with addresses that it
     * gives to new containers; those cannot be reached then.
     */
    void kill() {
        daemon.signal("KILL");
        if (!daemon.awaitEnd()) {
            throw new IllegalStateException("the engine survived SIGKILL");
        }
        shell(
                "cd \"$1\"; test ! -e containerd.pid || { kill -KILL $(cat containerd.pid) || true; rm containerd.pid; };"
                        + " rm -f \"$2\"",
                folder.resolve("exec/containerd").toString(),
                folder.resolve("pid").toString());
        shell(
                "for card in $(ip -n $1 -o link show master docker0 | sed 's/^[0-9]*: \\([^@:]*\\).*/\\1/');"
                        + " do ip -n $1 link del $card; done",
                NAME);
    }

    /** Starts it after {@link #kill}, on what it kept. */
    void startAgain() throws InterruptedException {
        daemon = dockerd();
        awaitAnswer();
    }

    /** Ends it with all that it runs, and takes away all that it made. */
    @Override
    public void close() {
        daemon.close();
        shell(
                "set +e; for i in 1 2 3; do"
                        + " for pid in $(ip netns pids $1 2>/dev/null)"
                        + " $(find /sys/fs/cgroup -path '*/'$1'/*' -name cgroup.procs -exec cat {} + 2>/dev/null);"
                        + " do kill -9 $pid 2>/dev/null; done; sleep 0.2; done;"
                        + " ip link del $2 2>/dev/null; ip netns del $1 2>/dev/null;"
                        + " find /sys/fs/cgroup -depth -type d -path '*/'$1'*' -exec rmdir {} + 2>/dev/null;"
                        + " awk -v b=\"$3\" 'index($2, b) == 1 {print $2}' /proc/mounts | sort -r | xargs -r umount -l;"
                        + " rm -rf \"$3/data\" \"$3/exec\"; exit 0",
                NAME,
                CARD,
                folder.toString());
    }

    /** Runs a script with arguments, and throws what it wrote if it fails. */
    private static void shell(String script, String... arguments) {
        if (!isDone(script, arguments)) {
            throw new IllegalStateException("failed: " + script);
        }
    }

    /** Runs a script, and returns whether it ended well; what it says of why not is printed. */
    private static boolean isDone(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", "-euc", script, "soak"));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean done = process.waitFor() == 0;
            if (!done) {
                System.err.print(output);
            }
            return done;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: " + script, e);
        }
    }
}
