package io.forrest.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.DockerException;
import io.forrest.ContainerRuntimeException;
import io.forrest.ContainerRuntimeException.Reason;
import io.forrest.spi.ImageReference;
import io.forrest.spi.PullProgress;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lets the engine fetch one image. Docker Engine API v1.41, ImageCreate; without a tag the engine would fetch all tags, so
 * there always is one.
 */
final class ImagePull {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Engine engine;
    private final DockerEnvironment environment;

    ImagePull(Engine engine, DockerEnvironment environment) {
        this.engine = engine;
        this.environment = environment;
    }

    void run(ImageReference image, Consumer<? super PullProgress> progress) {
        String registry = RegistryCredentials.registryOf(image);
        Optional<RegistryCredentials> credentials = credentials(image, registry);
        Map<String, String> headers = credentials
                .map(found -> Map.of("X-Registry-Auth", found.header()))
                .orElse(Map.of());
        String path = "/images/create?fromImage=" + encoded(image.name()) + "&tag="
                + encoded(image.digest().or(image::tag).orElse("latest"));
        Optional<String> refusal;
        try {
            refusal = engine.exchangeRaw(
                    "POST",
                    path,
                    headers,
                    Patience.idle(engine.deadlines().pullIdle()),
                    (status, body, response) -> follow(body, progress));
        } catch (DockerException e) {
            refusal = Optional.of(EngineErrors.words(e));
        }
        if (refusal.isPresent()) {
            List<String> secrets = credentials.map(RegistryCredentials::secrets).orElse(List.of());
            String means = credentials.isPresent() ? "with the" : "without";
            throw new ContainerRuntimeException(
                    Reason.IMAGE_MISSING,
                    "cannot pull image " + image + ": " + EngineErrors.masked(refusal.get(), secrets) + " (tried "
                            + means + " credentials for " + registry + " in " + environment.configFolder() + ")",
                    null);
        }
    }

    private Optional<RegistryCredentials> credentials(ImageReference image, String registry) {
        try {
            return RegistryCredentials.find(
                    registry, environment.config(), new CredentialHelper(environment, engine.workers()));
        } catch (IllegalArgumentException e) {
            throw new ContainerRuntimeException(
                    Reason.REFUSED, "cannot pull image " + image + ": " + e.getMessage(), e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Returns the engine's words if it gave up in the middle. */
    private static Optional<String> follow(InputStream body, Consumer<? super PullProgress> progress)
            throws IOException {
        String refusal = null;
        try (MappingIterator<JsonNode> items = JSON.readerFor(JsonNode.class).readValues(body)) {
            while (items.hasNextValue()) {
                JsonNode item = items.nextValue();
                if (item.has("error")) {
                    refusal = EngineErrors.printable(item.path("error").asText());
                } else {
                    progress.accept(read(item));
                }
            }
        }
        return Optional.ofNullable(refusal);
    }

    private static PullProgress read(JsonNode item) {
        JsonNode detail = item.path("progressDetail");
        return new PullProgress(
                item.path("id").asText(),
                EngineErrors.printable(item.path("status").asText()),
                Math.max(0, detail.path("current").asLong()),
                Math.max(0, detail.path("total").asLong()));
    }
}
