package io.forrest.docker;

import static java.util.Objects.requireNonNull;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Info;
import io.forrest.ContainerRuntimeException;
import io.forrest.Failure;
import io.forrest.PullPolicy;
import io.forrest.Subscription;
import io.forrest.spi.Container;
import io.forrest.spi.ContainerListener;
import io.forrest.spi.ContainerRuntime;
import io.forrest.spi.ContainerSpec;
import io.forrest.spi.EngineInfo;
import io.forrest.spi.ImageInfo;
import io.forrest.spi.ImageReference;
import io.forrest.spi.PullProgress;
import io.forrest.spi.TimeSource;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs containers on one Docker engine. It speaks the Docker Engine API from 1.40 (Engine 19.03) on, in a version that it
 * agrees on with the engine; Podman's imitation of that API is not tested.
 *
 * <p>Which engine is meant is decided as the docker command line does: what the builder is told, else {@code DOCKER_HOST}
 * with {@code DOCKER_TLS_VERIFY} and {@code DOCKER_CERT_PATH}, else the current docker context, else the first of the usual
 * sockets that exists. An engine behind TLS is always verified. {@code ssh://} is refused; forward the socket instead.
 *
 * <p>A call that looks has 30 s, one that creates, starts or removes 2 minutes, a stop its grace and 30 s, and a pull 2
 * minutes from one sign of progress to the next. Pulls use the credentials of the user's Docker configuration, credential
 * helpers included. At most four containers are started at once; further starts wait their turn.
 *
 * <p>At the level DEBUG the logger {@code com.github.dockerjava} prints whole requests, environments and so secrets among
 * them: keep it at WARN.
 *
 * <p>Thread-safe.
 */
public final class DockerRuntime implements ContainerRuntime {

    private static final int MAX_LOG_LINES = 10_000;

    private final Engine engine;
    private final Images images;
    private final Containers containers;
    private final ContainerStart starts;
    private final EventWatches watches;

    private DockerRuntime(Builder builder) {
        EngineAddress address = new AddressLookup(builder.environment).find(builder.host, builder.certificates);
        engine = new Engine(address, builder.deadlines, builder.time);
        containers = new Containers(engine, builder.time);
        images = new Images(engine, new SharedPulls(new ImagePull(engine, builder.environment), engine.workers()));
        starts = new ContainerStart(engine, containers, builder.customizer);
        watches = new EventWatches(engine, builder.time);
    }

    /**
     * Creates a runtime for the engine that the environment names. Does no I/O with the engine yet.
     *
     * @return the runtime, to be closed by the caller
     * @throws IllegalArgumentException if what is configured cannot be used: an unknown docker context, say
     */
    public static DockerRuntime create() {
        return builder().build();
    }

    /**
     * Returns a builder with the defaults.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@inheritDoc}
     *
     * <p>An image without tag or digest is pulled as {@code latest}. Callers who need the same image at the same time share
     * one pull. Interrupting the last of them ends it.
     */
    @Override
    public ImageInfo prepare(ImageReference image, PullPolicy policy, Consumer<? super PullProgress> progress) {
        requireNonNull(image, "image");
        requireNonNull(policy, "policy");
        requireNonNull(progress, "progress");
        return translated("prepare image " + image, () -> images.prepare(image, policy, progress));
    }

    @Override
    public Container start(ContainerSpec spec) {
        requireNonNull(spec, "spec");
        engine.checkOpen();
        String what = "start container " + spec.name();
        try {
            return starts.start(spec);
        } catch (LeftBehindException e) {
            throw leaving(spec, e.thing(), translated(what, spec, e.failure()));
        } catch (RuntimeException e) {
            throw translated(what, spec, e);
        }
    }

    private RuntimeException translated(String what, ContainerSpec spec, RuntimeException failure) {
        return engine.errors().translate(what, failure, spec.environment().values());
    }

    private static RuntimeException leaving(ContainerSpec spec, String thing, RuntimeException failure) {
        if (!(failure instanceof ContainerRuntimeException known)) {
            return failure;
        }
        return new ContainerRuntimeException(
                known.reason(),
                String.valueOf(known.getMessage()),
                known.getCause(),
                new Failure(null, spec.name(), List.of(thing), List.of()));
    }

    @Override
    public Optional<Container> find(String nameOrId) {
        requireNonNull(nameOrId, "nameOrId");
        return translated("look for container " + nameOrId, () -> containers.find(nameOrId));
    }

    @Override
    public List<Container> list(Map<String, String> labels) {
        Map<String, String> wanted = Map.copyOf(labels);
        return translated("list containers", () -> containers.list(wanted));
    }

    @Override
    public void stop(String id, Duration grace) {
        requireNonNull(id, "id");
        requireNonNull(grace, "grace");
        done("stop container " + id, () -> containers.stop(id, grace));
    }

    @Override
    public void remove(String id) {
        requireNonNull(id, "id");
        done("remove container " + id, () -> containers.remove(id));
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if {@code lines} is not 1 to 10000
     */
    @Override
    public List<String> logs(String id, int lines) {
        requireNonNull(id, "id");
        if (lines < 1 || lines > MAX_LOG_LINES) {
            throw new IllegalArgumentException("lines must be 1 to " + MAX_LOG_LINES + ", was " + lines);
        }
        return translated("read the log of container " + id, () -> containers.logs(id, lines));
    }

    /**
     * {@inheritDoc}
     *
     * <p>It tells the engine's own events, and takes two threads and a connection with a third. An engine that has told
     * nothing for 30 s is asked whether it is there, and after 5 minutes for its events anew, which tells a gap. A try to
     * reconnect is made after 0.1 s at first, and every 5 s in the end. Up to 4096 events are kept for a listener that blocks.
     */
    @Override
    public Subscription watch(Map<String, String> labels, ContainerListener listener) {
        Map<String, String> wanted = Map.copyOf(labels);
        requireNonNull(listener, "listener");
        return watches.open(wanted, listener);
    }

    @Override
    public EngineInfo engine() {
        return translated("ask the engine who it is", () -> {
            Info info = engine.askRaw(docker -> docker.infoCmd().exec());
            try {
                return new EngineInfo(
                        info.getId(),
                        info.getName(),
                        info.getServerVersion(),
                        engine.address().network(),
                        EngineTime.read(info.getSystemTime()).orElse(null));
            } catch (UnknownHostException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void done(String what, Runnable task) {
        engine.checkOpen();
        try {
            task.run();
        } catch (RuntimeException e) {
            throw engine.errors().translate(what, e);
        }
    }

    private <T> T translated(String what, Supplier<T> task) {
        engine.checkOpen();
        try {
            return task.get();
        } catch (RuntimeException e) {
            throw engine.errors().translate(what, e);
        }
    }

    @Override
    public void close() {
        watches.close();
        engine.close();
    }

    /** Returns the engine's address. */
    @Override
    public String toString() {
        return "DockerRuntime[" + engine.address() + "]";
    }

    /**
     * Collects what a {@link DockerRuntime} is to be. Not thread-safe; confine it to one thread.
     */
    public static final class Builder {

        private @Nullable String host;
        private @Nullable Path certificates;
        private Consumer<? super CreateContainerCmd> customizer = command -> {};
        private DockerEnvironment environment = DockerEnvironment.ofProcess();
        private Deadlines deadlines = Deadlines.DEFAULT;
        private TimeSource time = TimeSource.system();

        private Builder() {}

        /**
         * Sets where the engine listens. By default the environment decides.
         *
         * @param address {@code unix:///path}, {@code npipe:////./pipe/name} or {@code tcp://host:port}; without a port 2375,
         *     or 2376 with {@link #tls}
         * @return this
         * @throws IllegalArgumentException if it is none of these
         */
        public Builder host(String address) {
            requireNonNull(address, "address");
            URI unused = EngineAddress.parse(address, false);
            this.host = address;
            return this;
        }

        /**
         * Sets where the engine listens. By default the environment decides.
         *
         * @param address {@code unix:///path}, {@code npipe:////./pipe/name} or {@code tcp://host:port}
         * @return this
         * @throws IllegalArgumentException if it is none of these
         */
        public Builder host(URI address) {
            return host(address.toString());
        }

        /**
         * Sets the folder with the certificates for an engine on TCP: {@code ca.pem}, by which the engine is verified, and
         * {@code cert.pem} with {@code key.pem}, which it is shown. By default the environment decides, if the engine's
         * address is the environment's too, and there is no TLS otherwise.
         *
         * @param folder the folder, read by {@link #build}
         * @return this
         */
        public Builder tls(Path folder) {
            this.certificates = requireNonNull(folder, "folder");
            return this;
        }

        /**
         * Sets a last word on each create command: the way to all that Docker has and Forrest does not name. It runs on a
         * thread of the runtime, may run more than once per container, and must not block. By default it does nothing.
         *
         * @apiNote This shows a type of docker-java, and may change with it. Name, labels and published port are Forrest's:
         *     whoever changes them loses what Forrest promises.
         * @param customizer changes the command that it is given
         * @return this
         */
        public Builder customize(Consumer<? super CreateContainerCmd> customizer) {
            this.customizer = requireNonNull(customizer, "customizer");
            return this;
        }

        Builder environment(DockerEnvironment environment) {
            this.environment = environment;
            return this;
        }

        Builder deadlines(Deadlines deadlines) {
            this.deadlines = deadlines;
            return this;
        }

        Builder time(TimeSource time) {
            this.time = time;
            return this;
        }

        /**
         * Creates the runtime. Does no I/O with the engine yet.
         *
         * @return the runtime, to be closed by the caller
         * @throws IllegalArgumentException if what is configured cannot be used: an unknown docker context, say, or a
         *     certificate that cannot be read
         */
        public DockerRuntime build() {
            return new DockerRuntime(this);
        }
    }
}
