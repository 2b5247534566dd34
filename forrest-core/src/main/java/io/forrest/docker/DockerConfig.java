package io.forrest.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The docker command line's {@code config.json}, and the contexts beside it. Immutable and thread-safe. */
final class DockerConfig {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Where a context says that an engine is: its address, and the folder with its certificates if there is one. */
    record Context(String host, @Nullable Path certificates) {}

    private final Path folder;
    private final JsonNode root;

    private DockerConfig(Path folder, JsonNode root) {
        this.folder = folder;
        this.root = root;
    }

    /**
     * Reads the configuration.
     *
     * @throws IllegalArgumentException if there is one that cannot be read
     */
    static DockerConfig read(Path folder) {
        Path file = folder.resolve("config.json");
        return new DockerConfig(folder, Files.exists(file) ? parse(file) : MissingNode.getInstance());
    }

    private static JsonNode parse(Path file) {
        try {
            return JSON.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            // the parser's own message quotes the file, which holds credentials
            throw new IllegalArgumentException("cannot read Docker's configuration " + file + ": "
                    + (e instanceof com.fasterxml.jackson.core.JacksonException ? "it is not JSON" : e.toString()));
        }
    }

    /** Returns a part of the configuration, missing or not. */
    JsonNode at(String name) {
        return root.path(name);
    }

    Optional<String> currentContext() {
        return Optional.of(root.path("currentContext").asText()).filter(name -> !name.isEmpty());
    }

    /**
     * Returns what a context says.
     *
     * @throws IllegalArgumentException if there is no such context, or it is not to be trusted
     */
    Context context(String name) {
        String id = sha256(name);
        Path meta = folder.resolve("contexts").resolve("meta").resolve(id).resolve("meta.json");
        if (!Files.exists(meta)) {
            throw new IllegalArgumentException("there is no docker context \"" + name + "\" below " + folder
                    + "; \"docker context ls\" lists them, and DOCKER_CONTEXT or \"docker context use\" picks one");
        }
        JsonNode endpoint = parse(meta).path("Endpoints").path("docker");
        if (endpoint.path("SkipTLSVerify").asBoolean()) {
            throw new IllegalArgumentException("the docker context \"" + name
                    + "\" skips the verification of the engine's certificate, which Forrest never does");
        }
        Path certificates =
                folder.resolve("contexts").resolve("tls").resolve(id).resolve("docker");
        return new Context(endpoint.path("Host").asText(), Files.isDirectory(certificates) ? certificates : null);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each JDK has SHA-256", e);
        }
    }
}
