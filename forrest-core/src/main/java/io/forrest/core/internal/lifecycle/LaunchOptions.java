package io.forrest.core.internal.lifecycle;

import io.forrest.ByteSize;
import io.forrest.Mount;
import io.forrest.PullPolicy;
import io.forrest.Readiness;
import io.forrest.spi.ImageReference;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a launch was told. Changed only between its copying and its first use by a {@link FluentLaunch}. Not thread-safe;
 * confine it to one thread until then.
 */
final class LaunchOptions {

    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    static final Duration STOP_GRACE = Duration.ofSeconds(10);
    private static final Duration WITHIN = Duration.ofMinutes(5);
    static final Duration DRAIN_FOR = Duration.ofSeconds(15);

    ImageReference image;
    final Map<String, String> env;
    final Map<String, String> secrets;
    final Map<String, String> labels;

    @Nullable
    String app;

    @Nullable
    String name;

    @Nullable
    Integer port;

    List<String> command = List.of();

    @Nullable
    ByteSize memory;

    @Nullable
    Double cpus;

    List<Mount> mounts = List.of();

    @Nullable
    String network;

    PullPolicy pull = PullPolicy.IF_MISSING;

    @Nullable
    Readiness readyWhen;

    Duration readyWithin = READY_WITHIN;
    Duration drainFor = DRAIN_FOR;
    Duration stopGrace = STOP_GRACE;
    Duration within = WITHIN;

    /** Which template of its fleet it is; 0 outside of any. */
    int generation;

    LaunchOptions(ImageReference image) {
        this.image = image;
        this.env = Map.of();
        this.secrets = Map.of();
        this.labels = Map.of();
    }

    LaunchOptions(LaunchOptions other) {
        image = other.image;
        env = new LinkedHashMap<>(other.env);
        secrets = new LinkedHashMap<>(other.secrets);
        labels = new LinkedHashMap<>(other.labels);
        app = other.app;
        name = other.name;
        port = other.port;
        command = other.command;
        memory = other.memory;
        cpus = other.cpus;
        mounts = other.mounts;
        network = other.network;
        pull = other.pull;
        readyWhen = other.readyWhen;
        readyWithin = other.readyWithin;
        drainFor = other.drainFor;
        stopGrace = other.stopGrace;
        within = other.within;
        generation = other.generation;
    }

    Map<String, String> environment() {
        Map<String, String> all = new LinkedHashMap<>(env);
        all.putAll(secrets);
        return all;
    }
}
