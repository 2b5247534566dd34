package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forrest.ContainerRuntimeException;
import io.forrest.Endpoint;
import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.spi.Container;
import io.forrest.spi.Container.Status;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.ContainerSpec;
import io.forrest.spi.PublishedPort;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The runtimes and containers of one test of the contract. Not thread-safe; confine it to one thread. */
abstract class ContainerRuntimeFixture {

    static final int PORT = 8080;
    static final String MISSING_IMAGE = "forrest.invalid/no-such-image:none";

    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration CONNECT = Duration.ofSeconds(1);

    private final String id = UUID.randomUUID().toString();
    private final List<ContainerRuntime> opened = new ArrayList<>();
    private ContainerRuntime runtime;

    protected abstract ContainerRuntime newRuntime();

    protected abstract String image();

    @BeforeEach
    void openRuntime() {
        runtime = another();
    }

    final ContainerRuntime runtime() {
        return runtime;
    }

    /** Returns one more runtime of the engine. */
    final ContainerRuntime another() {
        ContainerRuntime created = newRuntime();
        opened.add(created);
        return created;
    }

    /** Returns the label that all containers of the test carry, and no other container. */
    final Map<String, String> labels() {
        return Map.of("io.forrest.contract", id);
    }

    final Map<String, String> labels(String name, String value) {
        Map<String, String> labels = new HashMap<>(labels());
        labels.put(name, value);
        return labels;
    }

    /** Returns a container of the test's own, bound to the loopback address, with the image's own program. */
    final ContainerSpec spec(String name) {
        return new ContainerSpec(
                "contract-" + id + "-" + name,
                image(),
                PORT,
                Endpoint.address("127.0.0.1"),
                Map.of(),
                List.of(),
                labels("launch", "launch-of-" + name),
                null,
                null,
                List.of(),
                null,
                null);
    }

    static ContainerSpec ofImage(ContainerSpec spec, String image) {
        return copy(spec, image, spec.bindAddress(), spec.environment(), spec.command(), spec.labels());
    }

    static ContainerSpec checkedEvery(ContainerSpec spec, String image, Duration interval) {
        return new ContainerSpec(
                spec.name(),
                image,
                spec.port(),
                spec.bindAddress(),
                spec.environment(),
                spec.command(),
                spec.labels(),
                null,
                null,
                List.of(),
                null,
                interval);
    }

    static ContainerSpec boundTo(ContainerSpec spec, @Nullable InetAddress address) {
        return copy(spec, spec.image(), address, spec.environment(), spec.command(), spec.labels());
    }

    static ContainerSpec withEnvironment(ContainerSpec spec, Map<String, String> environment) {
        return copy(spec, spec.image(), spec.bindAddress(), environment, spec.command(), spec.labels());
    }

    static ContainerSpec running(ContainerSpec spec, String... command) {
        return copy(spec, spec.image(), spec.bindAddress(), spec.environment(), List.of(command), spec.labels());
    }

    static ContainerSpec labelled(ContainerSpec spec, String name, String value) {
        Map<String, String> labels = new HashMap<>(spec.labels());
        labels.put(name, value);
        return copy(spec, spec.image(), spec.bindAddress(), spec.environment(), spec.command(), labels);
    }

    private static ContainerSpec copy(
            ContainerSpec spec,
            String image,
            @Nullable InetAddress address,
            Map<String, String> environment,
            List<String> command,
            Map<String, String> labels) {
        return new ContainerSpec(
                spec.name(),
                image,
                spec.port(),
                address,
                environment,
                command,
                labels,
                null,
                null,
                List.of(),
                null,
                null);
    }

    @CanIgnoreReturnValue
    final Container awaitExit(String containerId) {
        Container last = Eventually.look(
                PATIENCE,
                () -> runtime.find(containerId).orElseThrow(),
                container -> container.status() == Status.EXITED);
        assertThat(last.status()).isEqualTo(Status.EXITED);
        return last;
    }

    static void assertAccepts(PublishedPort port) {
        assertThat(Eventually.look(PATIENCE, () -> accepts(port), accepted -> accepted))
                .as("accepts connections at %s", port)
                .isTrue();
    }

    private static boolean accepts(PublishedPort port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(port.hostAddress(), port.hostPort()), (int) CONNECT.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Makes a call with the interrupted status set, and clears that. */
    static void assertEndsWhenInterrupted(ThrowingCallable call) {
        TimeSource time = TimeSource.system();
        long start = time.nanoTime();
        boolean kept;
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(ContainerRuntimeException.class).isThrownBy(call);
        } finally {
            kept = Thread.interrupted();
        }
        assertThat(kept).as("interrupted status").isTrue();
        assertThat(Duration.ofNanos(time.nanoTime() - start)).isLessThan(SOON);
    }

    /**
     * Interrupts a start after a while, whatever it has come to by then. A runtime that an engine keeps waiting for very long may give
     * up, if it says what that leaves behind.
     */
    final void assertReturnsOrLeavesNothing(ContainerSpec spec, Duration after) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        FutureTask<Optional<ContainerRuntimeException>> start = new FutureTask<>(() -> {
            begun.countDown();
            try {
                Container unused = runtime.start(spec);
                return Optional.empty();
            } catch (ContainerRuntimeException e) {
                assertThat(Thread.currentThread().isInterrupted())
                        .as("interrupted status")
                        .isTrue();
                return Optional.of(e);
            }
        });
        Thread starter = new Thread(start, "contract-starter");
        starter.setDaemon(true);
        starter.start();
        begun.await();
        TimeSource.system().sleep(after);
        starter.interrupt();

        Optional<ContainerRuntimeException> thrown = start.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        List<String> left = thrown.map(ContainerRuntimeException::leftBehind).orElse(List.of());
        if (left.isEmpty()) {
            assertThat(runtime.find(spec.name()).isPresent())
                    .as("container is there, after %s", thrown)
                    .isEqualTo(thrown.isEmpty());
        } else {
            assertThat(left).singleElement().asString().contains(spec.name());
            removeLate(spec.name());
        }
    }

    /** Removes a container that its engine may be making still. */
    private void removeLate(String name) {
        Eventually.look(PATIENCE, () -> runtime.find(name), Optional::isPresent)
                .ifPresent(container -> runtime.remove(container.id()));
        assertThat(runtime.find(name)).isEmpty();
    }

    final void assertNothingIsLeft() {
        assertThat(runtime.list(labels())).isEmpty();
    }

    @AfterEach
    void noContainerIsLeft() {
        boolean unused = Thread.interrupted();
        try {
            runtime.list(labels()).forEach(container -> runtime.remove(container.id()));
            assertNothingIsLeft();
        } finally {
            opened.forEach(ContainerRuntime::close);
        }
    }
}
