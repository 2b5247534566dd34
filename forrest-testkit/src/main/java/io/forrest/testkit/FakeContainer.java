package io.forrest.testkit;

import io.forrest.spi.Container;
import io.forrest.spi.Container.Health;
import io.forrest.spi.Container.Status;
import io.forrest.spi.ContainerSpec;
import io.forrest.spi.PublishedPort;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One container of a fake engine. Not thread-safe; its engine guards it. */
final class FakeContainer {

    /** What a program that was asked to end exits with, by Docker's reckoning: 128 and SIGTERM. */
    static final int TERMINATED = 143;

    /** What a program that was killed exits with, by Docker's reckoning: 128 and SIGKILL. */
    static final int KILLED = 137;

    private final String id;
    private final ContainerSpec spec;
    private final FakeImage image;
    private final InetAddress bindAddress;
    private final Instant created;
    private final List<String> log = new ArrayList<>();
    private Status status = Status.CREATED;
    private @Nullable Integer exitCode;
    private @Nullable Health ordered;
    private @Nullable PublishedSocket socket;
    private long startedAt;
    private int run;

    FakeContainer(String id, ContainerSpec spec, FakeImage image, InetAddress bindAddress, Instant created) {
        this.id = id;
        this.spec = spec;
        this.image = image;
        this.bindAddress = bindAddress;
        this.created = created;
    }

    String id() {
        return id;
    }

    String name() {
        return spec.name();
    }

    FakeImage image() {
        return image;
    }

    boolean isRunning() {
        return status == Status.RUNNING;
    }

    boolean isCreated() {
        return status == Status.CREATED;
    }

    /** Returns which start of the container this is, so that what was planned for an earlier one is dropped. */
    int run() {
        return run;
    }

    boolean carries(Map<String, String> labels) {
        return spec.labels().entrySet().containsAll(labels.entrySet());
    }

    /** Runs the process, which may be over when this returns. */
    void start(long nanoTime) throws IOException {
        run++;
        startedAt = nanoTime;
        exitCode = null;
        ContainerCommand command = ContainerCommand.run(spec.command(), spec.environment());
        log.addAll(command.output());
        Integer ended = command.exitCode();
        if (ended != null) {
            end(ended);
            return;
        }
        PublishedSocket former = socket;
        PublishedSocket published = PublishedSocket.reserve(bindAddress);
        socket = published;
        if (former != null) {
            // Let go only now, so that the next run is not given the same port.
            former.close();
        }
        if (image.isBehindProxy()) {
            published.proxy();
        }
        status = Status.RUNNING;
        log.addAll(image.log());
        if (Duration.ZERO.equals(image.exitsAfter())) {
            end(image.exitCode());
        } else if (Duration.ZERO.equals(image.listensAfter())) {
            listen();
        }
    }

    void listen() {
        PublishedSocket published = socket;
        if (published != null && image.exposedPorts().contains(spec.port())) {
            published.listen();
        }
    }

    /** Ends the process, if it runs, and lets its port go. */
    void end(int code) {
        status = Status.EXITED;
        exitCode = code;
        PublishedSocket published = socket;
        socket = null;
        if (published != null) {
            published.close();
        }
    }

    void order(Health health) {
        ordered = health;
    }

    void log(String line) {
        log.add(line);
    }

    List<String> lastLines(int lines) {
        return List.copyOf(log.subList(Math.max(0, log.size() - lines), log.size()));
    }

    /** Returns what an engine says of it when asked for it. */
    Container inspected(long nanoTime) {
        return seen(exitCode, health(nanoTime));
    }

    /** Returns what an engine says of it in a list, which is less: Docker's has neither exit codes nor health. */
    Container listed() {
        return seen(null, Health.NONE);
    }

    private Container seen(@Nullable Integer code, Health health) {
        PublishedSocket published = socket;
        List<PublishedPort> ports =
                published == null ? List.of() : List.of(new PublishedPort(spec.port(), bindAddress, published.port()));
        return new Container(id, spec.name(), spec.image(), spec.labels(), status, code, health, ports, created);
    }

    private Health health(long nanoTime) {
        if (status == Status.EXITED) {
            return image.hasHealthcheck() ? Health.UNHEALTHY : Health.NONE;
        }
        Health said = ordered;
        return said != null ? said : image.health(Duration.ofNanos(isRunning() ? nanoTime - startedAt : 0));
    }
}
