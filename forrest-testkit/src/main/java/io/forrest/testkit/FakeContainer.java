package io.forrest.testkit;

import io.forrest.spi.Container;
import io.forrest.spi.Container.Health;
import io.forrest.spi.Container.Status;
import io.forrest.spi.ContainerListener;
import io.forrest.spi.ContainerSpec;
import io.forrest.spi.PublishedPort;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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
    private final FakeEvents events;
    private final List<String> log = new ArrayList<>();
    private Status status = Status.CREATED;
    private @Nullable Integer exitCode;
    private boolean outOfMemory;
    private @Nullable Health ordered;
    private Health said = Health.NONE;
    private @Nullable PublishedSocket socket;
    private long startedAt;
    private int run;

    FakeContainer(
            String id,
            ContainerSpec spec,
            FakeImage image,
            InetAddress bindAddress,
            Instant created,
            FakeEvents events) {
        this.id = id;
        this.spec = spec;
        this.image = image;
        this.bindAddress = bindAddress;
        this.created = created;
        this.events = events;
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
        if (isRunning()) {
            sayDied(TERMINATED, false);
        }
        run++;
        startedAt = nanoTime;
        exitCode = null;
        outOfMemory = false;
        said = image.hasHealthcheck() ? Health.STARTING : Health.NONE;
        ContainerCommand command = ContainerCommand.run(spec.command(), spec.environment());
        log.addAll(command.output());
        Integer ended = command.exitCode();
        if (ended != null) {
            begin();
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
        begin();
        log.addAll(image.log());
        sayHealth(nanoTime);
        if (Duration.ZERO.equals(image.exitsAfter())) {
            end(image.exitCode());
        } else if (Duration.ZERO.equals(image.listensAfter())) {
            listen();
        }
    }

    private void begin() {
        status = Status.RUNNING;
        say(listener -> listener.started(id, name()));
    }

    void listen() {
        PublishedSocket published = socket;
        if (published != null && image.exposedPorts().contains(spec.port())) {
            published.listen();
        }
    }

    /** Ends the process, if it runs, and lets its port go. */
    void end(int code) {
        end(code, false);
    }

    /** Ends the process, if it runs, for its memory ran out. */
    void exhaust() {
        if (isRunning()) {
            end(KILLED, true);
        }
    }

    private void end(int code, boolean exhausted) {
        boolean ran = isRunning();
        status = Status.EXITED;
        exitCode = code;
        outOfMemory = exhausted;
        PublishedSocket published = socket;
        socket = null;
        if (published != null) {
            published.close();
        }
        if (ran) {
            sayDied(code, exhausted);
        }
    }

    void order(Health health, long nanoTime) {
        ordered = health;
        sayHealth(nanoTime);
    }

    /** Says what the HEALTHCHECK says, if that is news. */
    void sayHealth(long nanoTime) {
        Health now = health(nanoTime);
        if (isRunning() && now != said) {
            said = now;
            say(listener -> listener.health(id, name(), now));
        }
    }

    private void sayDied(int code, boolean exhausted) {
        say(listener -> listener.died(id, name(), code, exhausted));
    }

    private void say(Consumer<ContainerListener> event) {
        events.say(spec.labels(), event);
    }

    void log(String line) {
        log.add(line);
    }

    List<String> lastLines(int lines) {
        return List.copyOf(log.subList(Math.max(0, log.size() - lines), log.size()));
    }

    /** Returns what an engine says of it when asked for it. */
    Container inspected(long nanoTime) {
        return seen(exitCode, outOfMemory, health(nanoTime));
    }

    /** Returns what an engine says of it in a list, which is less: Docker's has neither exit codes nor health. */
    Container listed() {
        return seen(null, false, Health.NONE);
    }

    private Container seen(@Nullable Integer code, boolean exhausted, Health health) {
        PublishedSocket published = socket;
        List<PublishedPort> ports =
                published == null ? List.of() : List.of(new PublishedPort(spec.port(), bindAddress, published.port()));
        return new Container(
                id, spec.name(), spec.image(), spec.labels(), status, code, exhausted, health, ports, created);
    }

    private Health health(long nanoTime) {
        if (status == Status.EXITED) {
            return image.hasHealthcheck() ? Health.UNHEALTHY : Health.NONE;
        }
        Health byOrder = ordered;
        return byOrder != null ? byOrder : image.health(Duration.ofNanos(isRunning() ? nanoTime - startedAt : 0));
    }
}
