package io.forrest.examples.soak;

import io.forrest.examples.underload.FreePorts;
import io.forrest.examples.underload.Program;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/** An etcd that may be harmed, of one member on this host. Not thread-safe; confine it to one thread. */
final class OwnEtcd implements AutoCloseable {

    private final Path folder;
    private final URI uri = URI.create("http://127.0.0.1:" + FreePorts.next());
    private final String peer = "http://127.0.0.1:" + FreePorts.next();
    private Program program;

    /** Starts it. Whoever uses it waits until it answers. */
    OwnEtcd(Path folder) {
        this.folder = folder;
        this.program = etcd();
    }

    private Program etcd() {
        return Program.start(
                folder,
                Map.of(),
                "etcd",
                "--enable-v2",
                "--name=soak",
                "--data-dir=" + folder.resolve("data"),
                "--listen-client-urls=" + uri,
                "--advertise-client-urls=" + uri,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=soak=" + peer);
    }

    URI uri() {
        return uri;
    }

    void signal(String signal) {
        program.signal(signal);
    }

    /** Ends it as a crash would. */
    void kill() {
        program.signal("KILL");
        if (!program.awaitEnd()) {
            throw new IllegalStateException("etcd survived SIGKILL");
        }
    }

    /** Starts it after {@link #kill}, on what it kept. */
    void startAgain() {
        program = etcd();
    }

    @Override
    public void close() {
        program.signal("CONT");
        program.close();
    }
}
