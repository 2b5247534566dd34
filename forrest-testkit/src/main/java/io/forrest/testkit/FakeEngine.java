package io.forrest.testkit;

import static java.util.Objects.requireNonNull;

import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.Container;
import io.forrest.spi.Container.Health;
import io.forrest.spi.EngineInfo;
import io.forrest.spi.TimeSource;
import java.util.List;
import java.util.Random;

/**
 * A container engine in this JVM, for tests: ids and names as Docker's, and ports of the kernel's choice that really accept
 * connections, though no program stands behind them. It outlives the {@link FakeContainerRuntime}s that speak to it, as a
 * daemon outlives its clients. What a test does to it directly is never befallen by {@link Faults}. Thread-safe.
 */
public final class FakeEngine implements AutoCloseable {

    private final TimeSource time;
    private final String id;
    private final FakeImages images = new FakeImages();
    private final FakeContainers containers;

    /** Creates an engine without images, in the system's time. */
    public FakeEngine() {
        this(TimeSource.system(), 0);
    }

    /**
     * Creates an engine without images.
     *
     * @param time by which its containers come to listen, change health and end
     * @param seed what ids are drawn by; engines of different seeds are different engines
     */
    public FakeEngine(TimeSource time, long seed) {
        this.time = requireNonNull(time, "time");
        Random random = new Random(seed);
        this.id = "fake-" + FakeContainers.newId(random);
        this.containers = new FakeContainers(images, time, random);
    }

    /**
     * Makes an image present, in place of one of the same name. Containers of the old one go on as they were.
     *
     * @param name the image's name; without a tag it is {@code latest}
     * @param image the image
     * @return this engine
     * @throws IllegalArgumentException if the name is malformed
     */
    @CanIgnoreReturnValue
    public FakeEngine addImage(String name, FakeImage image) {
        images.add(name, image);
        return this;
    }

    /**
     * Makes an image one that can be pulled.
     *
     * @param name the image's name; without a tag it is {@code latest}
     * @param image the image
     * @return this engine
     * @throws IllegalArgumentException if the name is malformed
     */
    @CanIgnoreReturnValue
    public FakeEngine addRemoteImage(String name, FakeImage image) {
        images.addRemote(name, image);
        return this;
    }

    /**
     * Ends a container's program, as a crash would. One that does not run is left as it is.
     *
     * @param nameOrId the container
     * @param exitCode what it exits with
     * @throws IllegalArgumentException if there is no such container
     */
    public void kill(String nameOrId, int exitCode) {
        containers.change(nameOrId, container -> {
            if (container.isRunning()) {
                container.end(exitCode);
            }
        });
    }

    /**
     * Has memory run out in a container, which kills its program: it exits with 137. One that does not run is left as it is.
     *
     * @param nameOrId the container
     * @throws IllegalArgumentException if there is no such container
     */
    public void exhaustMemory(String nameOrId) {
        containers.change(nameOrId, FakeContainer::exhaust);
    }

    /**
     * Ends a container's program and runs it again, which gives it another port, as it does with Docker.
     *
     * @param nameOrId the container
     * @throws IllegalArgumentException if there is no such container
     */
    public void restart(String nameOrId) {
        containers.change(nameOrId, containers::run);
    }

    /**
     * Has a container's HEALTHCHECK say something from now on, whatever its image says.
     *
     * @param nameOrId the container
     * @param health what it says
     * @throws IllegalArgumentException if there is no such container
     */
    public void health(String nameOrId, Health health) {
        requireNonNull(health, "health");
        containers.change(nameOrId, container -> container.order(health, time.nanoTime()));
    }

    /**
     * Has a container log a line.
     *
     * @param nameOrId the container
     * @param line the line
     * @throws IllegalArgumentException if there is no such container
     */
    public void log(String nameOrId, String line) {
        requireNonNull(line, "line");
        containers.change(nameOrId, container -> container.log(line));
    }

    /**
     * Returns all containers, with their exit codes and health, in the order in which they were created.
     *
     * @return the containers
     */
    public List<Container> containers() {
        return containers.all();
    }

    /** Removes all containers and ends this engine's thread, if it has one. Closing again does nothing. */
    @Override
    public void close() {
        containers.close();
    }

    EngineInfo info() {
        return new EngineInfo(id, "fake-host", "fake", null, time.now());
    }

    TimeSource time() {
        return time;
    }

    FakeImages images() {
        return images;
    }

    FakeContainers held() {
        return containers;
    }

    /** Returns id and containers. */
    @Override
    public String toString() {
        return id + containers();
    }
}
