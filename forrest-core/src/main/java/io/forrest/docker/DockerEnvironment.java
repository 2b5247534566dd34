package io.forrest.docker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the process's surroundings say of Docker. Immutable and thread-safe.
 *
 * @param variables the environment variables
 * @param home the user's home folder
 * @param sockets where an engine's socket may be, the usual place first; on Windows none, for a pipe is used there
 */
record DockerEnvironment(Map<String, String> variables, Path home, List<Path> sockets) {

    DockerEnvironment {
        variables = Map.copyOf(variables);
        sockets = List.copyOf(sockets);
    }

    static DockerEnvironment ofProcess() {
        Map<String, String> variables = System.getenv();
        Path home = Path.of(System.getProperty("user.home", ""));
        boolean windows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        return new DockerEnvironment(variables, home, windows ? List.of() : sockets(variables, home));
    }

    /** Docker's own place, then those of rootless Docker, Docker Desktop and Podman. */
    private static List<Path> sockets(Map<String, String> variables, Path home) {
        List<Path> places = new ArrayList<>();
        places.add(Path.of("/var/run/docker.sock"));
        String runtimeFolder = variables.get("XDG_RUNTIME_DIR");
        if (runtimeFolder != null) {
            places.add(Path.of(runtimeFolder, "docker.sock"));
        }
        places.add(home.resolve(".docker/run/docker.sock"));
        places.add(home.resolve(".docker/desktop/docker.sock"));
        if (runtimeFolder != null) {
            places.add(Path.of(runtimeFolder, "podman/podman.sock"));
        }
        return places;
    }

    /** Returns the value of a variable, or null if it is unset or empty, which mean the same to Docker. */
    @Nullable
    String variable(String name) {
        String value = variables.get(name);
        return value == null || value.isBlank() ? null : value;
    }

    /** Returns the folder of Docker's configuration. */
    Path configFolder() {
        String configured = variable("DOCKER_CONFIG");
        return configured == null ? home.resolve(".docker") : Path.of(configured);
    }

    /** Returns Docker's configuration as it now is. */
    DockerConfig config() {
        return DockerConfig.read(configFolder());
    }

    /** Returns the variables' names alone. */
    @Override
    public String toString() {
        return "DockerEnvironment[variables=" + variables.keySet() + ", home=" + home + ", sockets=" + sockets + "]";
    }
}
