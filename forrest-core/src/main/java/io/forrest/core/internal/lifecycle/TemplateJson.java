package io.forrest.core.internal.lifecycle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forrest.ByteSize;
import io.forrest.Mount;
import io.forrest.PullPolicy;
import io.forrest.spi.ImageReference;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes what a launch was told as JSON, all but its secrets' values and its functions, and reads it back. */
final class TemplateJson {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MAX_PORT = 65_535;

    /** What this version knows: a launch that leaves out what a later one wrote would be another. */
    private static final Set<String> KNOWN = Set.of(
            "image",
            "app",
            "port",
            "env",
            "secrets",
            "labels",
            "command",
            "memory",
            "cpus",
            "mounts",
            "network",
            "pull",
            "readyWhen",
            "readyWithin",
            "drainFor",
            "stopGrace",
            "within");

    private TemplateJson() {}

    /** What was read, and what of it is missing. Immutable and thread-safe. */
    record Read(LaunchOptions options, List<String> missing) {}

    static String write(LaunchOptions options) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("image", options.image.toString());
        json.put("app", Template.app(options));
        put(json, "port", options.port);
        write(json.putObject("env"), options.env);
        ArrayNode secrets = json.putArray("secrets");
        new TreeSet<>(options.secrets.keySet()).forEach(secrets::add);
        write(json.putObject("labels"), options.labels);
        ArrayNode command = json.putArray("command");
        options.command.forEach(command::add);
        put(json, "memory", options.memory == null ? null : options.memory.bytes());
        put(json, "cpus", options.cpus);
        ArrayNode mounts = json.putArray("mounts");
        options.mounts.forEach(mount -> mounts.addObject()
                .put("kind", mount.kind().name())
                .put("source", mount.source())
                .put("target", mount.target())
                .put("readOnly", mount.readOnly()));
        put(json, "network", options.network);
        json.put("pull", options.pull.name());
        put(json, "readyWhen", options.readyWhen == null ? null : ReadinessText.write(options.readyWhen));
        json.put("readyWithin", options.readyWithin.toString());
        json.put("drainFor", options.drainFor.toString());
        json.put("stopGrace", options.stopGrace.toString());
        json.put("within", options.within.toString());
        return json.toString();
    }

    private static void write(ObjectNode json, Map<String, String> texts) {
        new TreeMap<>(texts).forEach(json::put);
    }

    private static void put(ObjectNode json, String field, @Nullable Object value) {
        if (value != null) {
            json.putPOJO(field, value);
        }
    }

    /** Reads a template; empty if the text is not one. */
    static Optional<Read> read(String text) {
        try {
            return Optional.of(read(MAPPER.readTree(text)));
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Read read(JsonNode json) {
        LaunchOptions options = new LaunchOptions(new LaunchOptions(ImageReference.parse(text(json, "image"))));
        List<String> missing = new ArrayList<>();
        json.fieldNames().forEachRemaining(field -> {
            if (!KNOWN.contains(field)) {
                missing.add("the option " + field + ", which a later version knows");
            }
        });
        options.app = text(json, "app");
        options.port = json.hasNonNull("port") ? port(json.get("port")) : null;
        options.env.putAll(texts(json.path("env")));
        json.path("secrets").forEach(name -> missing.add("the secret " + name.asText()));
        options.labels.putAll(texts(json.path("labels")));
        List<String> command = new ArrayList<>();
        json.path("command").forEach(part -> command.add(part.asText()));
        options.command = List.copyOf(command);
        options.memory =
                json.hasNonNull("memory") ? new ByteSize(json.get("memory").longValue()) : null;
        options.cpus = json.hasNonNull("cpus") ? json.get("cpus").doubleValue() : null;
        List<Mount> mounts = new ArrayList<>();
        json.path("mounts")
                .forEach(mount -> mounts.add(new Mount(
                        Mount.Kind.valueOf(text(mount, "kind")),
                        text(mount, "source"),
                        text(mount, "target"),
                        mount.path("readOnly").booleanValue())));
        options.mounts = List.copyOf(mounts);
        options.network = json.hasNonNull("network") ? text(json, "network") : null;
        options.pull = PullPolicy.valueOf(text(json, "pull"));
        if (json.hasNonNull("readyWhen")) {
            String readyWhen = text(json, "readyWhen");
            if (ReadinessText.isFunction(readyWhen)) {
                missing.add("the function that readiness is told by");
            }
            options.readyWhen = ReadinessText.read(readyWhen).orElseThrow(IllegalArgumentException::new);
        }
        options.readyWithin = Duration.parse(text(json, "readyWithin"));
        options.drainFor = Duration.parse(text(json, "drainFor"));
        options.stopGrace = Duration.parse(text(json, "stopGrace"));
        options.within = Duration.parse(text(json, "within"));
        return new Read(options, missing);
    }

    private static int port(JsonNode json) {
        if (!json.isIntegralNumber() || json.longValue() < 1 || json.longValue() > MAX_PORT) {
            throw new IllegalArgumentException("no port");
        }
        return json.intValue();
    }

    private static Map<String, String> texts(JsonNode json) {
        Map<String, String> texts = new LinkedHashMap<>();
        json.properties()
                .forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }

    private static String text(JsonNode json, String field) {
        JsonNode node = json.get(field);
        if (node == null || !node.isTextual()) {
            throw new IllegalArgumentException(field + " is no text");
        }
        return node.textValue();
    }
}
