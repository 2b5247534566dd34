package io.forrest.examples.cli;

import io.forrest.Launch;
import io.forrest.Readiness;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how an image is launched. Not thread-safe; confine it to one thread. */
final class TemplateOptions {

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "the container's port (the only one the image exposes)")
    private @Nullable Integer port;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "an environment variable of the container; may be repeated")
    private final Map<String, String> variables = new LinkedHashMap<>();

    @Option(
            names = "--ready-path",
            paramLabel = "PATH",
            description =
                    "ready when a GET of this path is answered with 200 (the image's HEALTHCHECK, else an open port)")
    private @Nullable String readyPath;

    @Option(names = "--ready-within", paramLabel = "TIME", description = "how long it may take to answer (60s)")
    private @Nullable Duration readyWithin;

    @Option(names = "--drain", paramLabel = "TIME", description = "instead of FORREST_DRAIN")
    private @Nullable Duration drain;

    /** Returns whether any of them was given. */
    boolean isGiven() {
        return port != null || !variables.isEmpty() || readyPath != null || readyWithin != null || drain != null;
    }

    /**
     * Returns a launch with what was given.
     *
     * @throws IllegalArgumentException if that cannot be
     */
    Launch apply(Launch image, ForrestCommand forrest) {
        Launch launch = port == null ? image : image.port(port);
        launch = readyPath == null ? launch : launch.readyWhen(Readiness.http(readyPath));
        launch = readyWithin == null ? launch : launch.readyWithin(readyWithin);
        launch = forrest.drain(drain).map(launch::drainFor).orElse(launch);
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            launch = launch.env(variable.getKey(), variable.getValue());
        }
        return launch;
    }
}
