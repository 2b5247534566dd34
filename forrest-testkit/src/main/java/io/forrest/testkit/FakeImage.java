package io.forrest.testkit;

import static java.util.Objects.requireNonNull;

import io.forrest.spi.Container.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An image of a {@link FakeEngine}: what it exposes, and how its containers behave. By default a container listens on its
 * exposed ports at once and for ever, has no HEALTHCHECK, logs nothing, and ends at once when asked to. Immutable and
 * thread-safe.
 */
public final class FakeImage {

    private final Traits traits;

    /** The parts of an image, changed only while a new image is being made of an old one. */
    private static final class Traits {
        private List<Integer> exposedPorts = List.of();
        private boolean healthcheck;
        private NavigableMap<Duration, Health> healths = new TreeMap<>();
        private @Nullable Duration listensAfter = Duration.ZERO;
        private @Nullable Duration exitsAfter;
        private int exitCode;
        private List<String> log = List.of();
        private boolean stubborn;
        private boolean proxied;

        Traits() {}

        Traits(Traits other) {
            exposedPorts = other.exposedPorts;
            healthcheck = other.healthcheck;
            healths = new TreeMap<>(other.healths);
            listensAfter = other.listensAfter;
            exitsAfter = other.exitsAfter;
            exitCode = other.exitCode;
            log = other.log;
            stubborn = other.stubborn;
            proxied = other.proxied;
        }
    }

    private FakeImage(Traits traits) {
        this.traits = traits;
    }

    private FakeImage with(Consumer<Traits> change) {
        Traits changed = new Traits(traits);
        change.accept(changed);
        return new FakeImage(changed);
    }

    /**
     * Returns an image.
     *
     * @param ports the TCP ports that it exposes and listens on; none is allowed
     * @return the image
     */
    public static FakeImage exposing(int... ports) {
        Traits traits = new Traits();
        traits.exposedPorts = IntStream.of(ports).sorted().boxed().toList();
        return new FakeImage(traits);
    }

    /**
     * Returns this image, listening only some time after a container's start.
     *
     * @param delay how long after
     * @return the image
     */
    public FakeImage listensAfter(Duration delay) {
        requireNonNull(delay, "delay");
        return with(traits -> traits.listensAfter = delay);
    }

    /**
     * Returns this image, running and never listening.
     *
     * @return the image
     */
    public FakeImage neverListens() {
        return with(traits -> traits.listensAfter = null);
    }

    /**
     * Returns this image, ending as soon as it is started.
     *
     * @param code the exit code
     * @return the image
     */
    public FakeImage exitsAtOnce(int code) {
        return exitsAfter(Duration.ZERO, code);
    }

    /**
     * Returns this image, ending by itself some time after a container's start.
     *
     * @param delay how long after
     * @param code the exit code
     * @return the image
     */
    public FakeImage exitsAfter(Duration delay, int code) {
        requireNonNull(delay, "delay");
        return with(traits -> {
            traits.exitsAfter = delay;
            traits.exitCode = code;
        });
    }

    /**
     * Returns this image with a HEALTHCHECK, which says {@link Health#STARTING} until said otherwise.
     *
     * @return the image
     */
    public FakeImage withHealthcheck() {
        return with(traits -> traits.healthcheck = true);
    }

    /**
     * Returns this image with a HEALTHCHECK that changes its mind some time after a container's start. Calls add up.
     *
     * @param delay how long after
     * @param health what it says from then on
     * @return the image
     */
    public FakeImage healthAfter(Duration delay, Health health) {
        requireNonNull(delay, "delay");
        requireNonNull(health, "health");
        return withHealthcheck().with(traits -> traits.healths.put(delay, health));
    }

    /**
     * Returns this image, logging lines as soon as it is started, after those said before.
     *
     * @param lines the lines
     * @return the image
     */
    public FakeImage logs(String... lines) {
        return with(traits -> {
            List<String> all = new ArrayList<>(traits.log);
            all.addAll(List.of(lines));
            traits.log = List.copyOf(all);
        });
    }

    /**
     * Returns this image, deaf to being asked to end: stopping takes the whole grace, and kills.
     *
     * @return the image
     */
    public FakeImage stubborn() {
        return with(traits -> traits.stubborn = true);
    }

    /**
     * Returns this image, its published port behind a proxy like Docker's: until the program listens, connections are
     * accepted and closed at once. Each such container takes a thread.
     *
     * @return the image
     */
    public FakeImage behindProxy() {
        return with(traits -> traits.proxied = true);
    }

    List<Integer> exposedPorts() {
        return traits.exposedPorts;
    }

    boolean hasHealthcheck() {
        return traits.healthcheck;
    }

    Health health(Duration sinceStart) {
        if (!traits.healthcheck) {
            return Health.NONE;
        }
        var last = traits.healths.floorEntry(sinceStart);
        return last == null ? Health.STARTING : last.getValue();
    }

    /** Returns how long after a container's start its HEALTHCHECK changes its mind. */
    Set<Duration> healthChanges() {
        return traits.healths.keySet();
    }

    /** Null: never. */
    @Nullable
    Duration listensAfter() {
        return traits.listensAfter;
    }

    /** Null: never. */
    @Nullable
    Duration exitsAfter() {
        return traits.exitsAfter;
    }

    int exitCode() {
        return traits.exitCode;
    }

    List<String> log() {
        return traits.log;
    }

    boolean isBehindProxy() {
        return traits.proxied;
    }

    boolean isStubborn() {
        return traits.stubborn;
    }
}
