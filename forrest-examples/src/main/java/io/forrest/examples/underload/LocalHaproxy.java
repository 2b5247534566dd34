package io.forrest.examples.underload;

import io.forrest.haproxy.HaproxyInstance;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * An HAProxy on this host, master and workers, that a driver may drive: with a master's socket, and with a file of servers that
 * a reload begins with. It writes a line for each request to its standard output. Thread-safe.
 */
final class LocalHaproxy {

    static final String BACKEND = "app";

    private static final String TEMPLATE = "backend.cfg.template";
    private static final String INCLUDED = "backend.cfg";

    private static final Pattern NEW_WORKER = Pattern.compile(".*New worker.* forked.*");

    private final Program program;
    private final HaproxyInstance instance;
    private final int port;
    private final int pagePort;

    private LocalHaproxy(Program program, HaproxyInstance instance, int port, int pagePort) {
        this.program = program;
        this.instance = instance;
        this.port = port;
        this.pagePort = pagePort;
    }

    /**
     * Starts it and returns once it takes commands.
     *
     * @param teardown ends it, at once
     * @param directory where its sockets and files go
     */
    static LocalHaproxy start(Teardown teardown, Path directory) throws InterruptedException {
        Path main = write(directory, "haproxy.cfg", "haproxy.cfg");
        Path template = write(directory, TEMPLATE, TEMPLATE);
        Path backend = write(directory, TEMPLATE, INCLUDED); // until there are servers
        int port = FreePorts.next();
        int pagePort = FreePorts.next();
        Program program = teardown.start(() -> Program.start(
                directory,
                Map.of(
                        "FORREST_DIRECTORY", directory.toString(),
                        "FORREST_PORT", Integer.toString(port),
                        "FORREST_PAGE_PORT", Integer.toString(pagePort)),
                "haproxy",
                "-W", // a master that reloads, and workers that serve
                "-db", // in the foreground
                "-S",
                directory.resolve("master.sock").toString(),
                "-f",
                main.toString(),
                "-f",
                backend.toString()));
        HaproxyInstance instance = HaproxyInstance.at(socket(directory, "admin.sock"))
                .masterSocket(socket(directory, "master.sock"))
                .configuration(template, backend);
        LocalHaproxy haproxy = new LocalHaproxy(program, instance, port, pagePort);
        Patience.until("HAProxy has made its socket " + instance, () -> {
            program.requireAlive();
            return Files.exists(directory.resolve("admin.sock")) && Files.exists(directory.resolve("master.sock"));
        });
        return haproxy;
    }

    private static Path write(Path directory, String resource, String name) {
        Path file = directory.resolve(name);
        try (InputStream text =
                Objects.requireNonNull(LocalHaproxy.class.getResourceAsStream(resource), "the resource " + resource)) {
            Files.createDirectories(directory);
            Files.copy(text, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URI socket(Path directory, String name) {
        return URI.create("unix://" + directory.resolve(name));
    }

    /** Returns how a driver finds it. */
    HaproxyInstance instance() {
        return instance;
    }

    /** Returns where it takes requests. */
    URI frontend() {
        return URI.create("http://127.0.0.1:" + port + "/");
    }

    /** Returns its statistics as CSV. */
    URI statistics() {
        return URI.create("http://127.0.0.1:" + pagePort + "/haproxy?stats;csv;norefresh");
    }

    /** Has it read its configuration anew. Does not wait for it. */
    void reload() {
        program.requireAlive();
        program.signal("USR2");
    }

    /** Returns how often it was reloaded, with a new worker each time, and not how often it was told to. */
    int reloads() {
        long workers = program.readErr(lines ->
                lines.filter(line -> NEW_WORKER.matcher(line).matches()).count());
        return (int) workers - 1;
    }

    /** Returns what all its workers logged. */
    RequestLog log() {
        return program.readOut(RequestLog::of);
    }
}
