package io.forrest.docker;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides which engine is meant. The order is that of the docker command line: what is set, {@code DOCKER_HOST}, the
 * docker context, the usual sockets. Host and certificates always come from the same place. Immutable and thread-safe.
 */
final class AddressLookup {

    private static final String WINDOWS_PIPE = "npipe:////./pipe/docker_engine";

    private final DockerEnvironment environment;

    AddressLookup(DockerEnvironment environment) {
        this.environment = environment;
    }

    /**
     * Decides.
     *
     * @param host what is set, or null
     * @param certificates the folder that is set, or null; it wins over the folder of any other place
     * @throws IllegalArgumentException if what is configured contradicts itself or cannot be used
     */
    EngineAddress find(@Nullable String host, @Nullable Path certificates) {
        if (host != null) {
            return address(host, certificates, certificates != null);
        }
        String fromEnvironment = environment.variable("DOCKER_HOST");
        if (fromEnvironment != null) {
            return ofVariables(fromEnvironment, certificates);
        }
        Optional<DockerConfig.Context> context = context();
        if (context.isPresent() && !context.get().host().isEmpty()) {
            Path ofContext = context.get().certificates();
            return address(context.get().host(), certificates != null ? certificates : ofContext, certificates != null);
        }
        return address(usualSocket(), certificates, certificates != null);
    }

    /** The command line takes any value of DOCKER_TLS_VERIFY that is not empty for yes. */
    private EngineAddress ofVariables(String host, @Nullable Path certificates) {
        if (certificates != null || environment.variable("DOCKER_TLS_VERIFY") == null) {
            return address(host, certificates, certificates != null);
        }
        String folder = environment.variable("DOCKER_CERT_PATH");
        return address(host, folder == null ? environment.configFolder() : Path.of(folder), false);
    }

    private Optional<DockerConfig.Context> context() {
        String picked = environment.variable("DOCKER_CONTEXT");
        DockerConfig config = environment.config();
        return Optional.ofNullable(picked)
                .or(config::currentContext)
                .filter(name -> !name.equals("default"))
                .map(config::context);
    }

    private String usualSocket() {
        List<Path> sockets = environment.sockets();
        if (sockets.isEmpty()) {
            return WINDOWS_PIPE;
        }
        Path socket = sockets.stream().filter(Files::exists).findFirst().orElse(sockets.get(0));
        return "unix://" + socket;
    }

    private static EngineAddress address(String host, @Nullable Path certificates, boolean certificatesWereSet) {
        URI uri = EngineAddress.parse(host, certificates != null);
        if (certificates == null || !uri.getScheme().equals("tcp")) {
            if (certificatesWereSet) {
                throw new IllegalArgumentException(
                        "tls(" + certificates + ") is for an engine on tcp://, and the engine is " + uri);
            }
            return new EngineAddress(uri, null);
        }
        return new EngineAddress(uri, TlsFolder.context(certificates));
    }
}
