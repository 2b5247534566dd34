package io.forrest.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forrest.spi.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the user's Docker configuration holds for one image registry: an entry of {@code auths}, or what a credential helper
 * gives out. docker-java 3.7.1 knows no helpers. Immutable and thread-safe.
 */
final class RegistryCredentials {

    /** What Docker Hub is called in a configuration. */
    private static final String HUB = "https://index.docker.io/v1/";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String registry;
    private final String user;
    private final String password;
    private final String token;

    private RegistryCredentials(String registry, String user, String password, String token) {
        this.registry = registry;
        this.user = user;
        this.password = password;
        this.token = token;
    }

    /** Returns the registry that an image comes from, as a configuration names it. */
    static String registryOf(ImageReference image) {
        int slash = image.name().indexOf('/');
        String first = slash < 0 ? "" : image.name().substring(0, slash);
        boolean isDomain = first.contains(".")
                || first.contains(":")
                || first.equals("localhost")
                || !first.equals(first.toLowerCase(Locale.ROOT));
        return !isDomain || first.equals("docker.io") || first.equals("index.docker.io") ? HUB : first;
    }

    /**
     * Looks credentials up.
     *
     * @param registry the registry
     * @param config where to look
     * @param helpers runs credential helpers
     * @return the credentials; empty if there are none
     */
    static Optional<RegistryCredentials> find(String registry, DockerConfig config, CredentialHelper helpers) {
        String helper = config.at("credHelpers")
                .path(registry)
                .asText(config.at("credsStore").asText());
        if (!helper.isEmpty()) {
            Optional<RegistryCredentials> given = helpers.get(helper, registry)
                    .map(answer -> answer.user().equals("<token>")
                            ? new RegistryCredentials(registry, "", "", answer.secret())
                            : new RegistryCredentials(registry, answer.user(), answer.secret(), ""));
            if (given.isPresent()) {
                return given;
            }
        }
        return entry(config.at("auths"), registry).flatMap(entry -> ofEntry(registry, entry));
    }

    private static Optional<JsonNode> entry(JsonNode auths, String registry) {
        if (auths.has(registry)) {
            return Optional.of(auths.path(registry));
        }
        for (Map.Entry<String, JsonNode> entry : auths.properties()) {
            if (hostOf(entry.getKey()).equals(hostOf(registry))) {
                return Optional.of(entry.getValue());
            }
        }
        return Optional.empty();
    }

    /** Older entries are whole addresses. */
    private static String hostOf(String registry) {
        return registry.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
    }

    private static Optional<RegistryCredentials> ofEntry(String registry, JsonNode entry) {
        String user = entry.path("username").asText();
        String password = entry.path("password").asText();
        String token = entry.path("identitytoken").asText();
        String both = entry.path("auth").asText();
        if (!both.isEmpty()) {
            String decoded = decoded(registry, both);
            int colon = decoded.indexOf(':');
            user = decoded.substring(0, Math.max(colon, 0));
            password = decoded.substring(colon + 1).replaceFirst("\0+$", "");
        }
        return user.isEmpty() && token.isEmpty()
                ? Optional.empty()
                : Optional.of(new RegistryCredentials(registry, user, password, token));
    }

    private static String decoded(String registry, String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // neither text nor cause: both would show what was to be decoded
            throw new IllegalArgumentException("the entry for " + registry + " in Docker's config.json is not base64");
        }
    }

    /** Returns the header that the engine takes. Docker Engine API v1.41, "Authentication". */
    String header() {
        ObjectNode content = JSON.createObjectNode().put("serveraddress", registry);
        if (token.isEmpty()) {
            content.put("username", user).put("password", password);
        } else {
            content.put("identitytoken", token);
        }
        return Base64.getUrlEncoder().encodeToString(content.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Returns what must not be shown. */
    List<String> secrets() {
        return Stream.of(password, token, header())
                .filter(secret -> !secret.isEmpty())
                .toList();
    }

    /** Returns the registry alone. */
    @Override
    public String toString() {
        return "credentials for " + registry;
    }
}
