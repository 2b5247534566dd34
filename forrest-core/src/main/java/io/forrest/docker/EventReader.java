package io.forrest.docker;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.forrest.spi.Container.Health;
import io.forrest.spi.ContainerListener;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Reads one stream of a Docker engine's events. Docker Engine API v1.41, SystemEvents; of the two ways in which an event
 * tells what happened it reads the one that API 1.52 has kept: {@code Action} and {@code Actor}. Not thread-safe; confine it
 * to one thread.
 */
final class EventReader {

    private static final String HEALTH = "health_status";

    /** Closing the body would read on until the stream has ended, which it never does. */
    private static final ObjectMapper JSON =
            JsonMapper.builder().disable(JsonParser.Feature.AUTO_CLOSE_SOURCE).build();

    private final Map<String, String> labels;

    /** The containers whose memory ran out and that have not died yet. */
    private final Set<String> starved = new HashSet<>();

    EventReader(Map<String, String> labels) {
        this.labels = labels;
    }

    /** Returns the query that has the engine tell what this reads, and little else. */
    static String query(Map<String, String> labels, String since) {
        Map<String, List<String>> filters =
                new TreeMap<>(Map.of("type", List.of("container"), "event", List.of("start", "oom", "die", HEALTH)));
        if (!labels.isEmpty()) {
            filters.put(
                    "label",
                    labels.entrySet().stream()
                            .map(label -> label.getKey() + "=" + label.getValue())
                            .sorted()
                            .toList());
        }
        try {
            return "since=" + since + "&filters="
                    + URLEncoder.encode(JSON.writeValueAsString(filters), StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of texts is always JSON", e);
        }
    }

    /** Reads until the stream ends. */
    @SuppressWarnings("resource") // closing is what must not happen here; the exchange aborts the connection
    void read(InputStream body, Consumer<Consumer<ContainerListener>> sink) throws IOException {
        MappingIterator<JsonNode> events = JSON.readerFor(JsonNode.class).readValues(body);
        while (events.hasNextValue()) {
            read(events.nextValue()).ifPresent(sink);
        }
    }

    /** Returns what an event has to be told as, if it concerns the watch. */
    Optional<Consumer<ContainerListener>> read(JsonNode event) throws IOException {
        if (!event.isObject()) {
            throw new IOException("an event that is none");
        }
        JsonNode attributes = event.path("Actor").path("Attributes");
        if (!event.path("Type").asText().equals("container") || !isLabelled(attributes)) {
            return Optional.empty();
        }
        String id = event.path("Actor").path("ID").asText();
        String name = attributes.path("name").asText();
        String action = event.path("Action").asText();
        switch (action) {
            case "start" -> {
                starved.remove(id);
                return Optional.of(listener -> listener.started(id, name));
            }
            case "oom" -> {
                starved.add(id);
                return Optional.empty();
            }
            case "die" -> {
                boolean outOfMemory = starved.remove(id);
                int exitCode = attributes.path("exitCode").asInt(ContainerListener.UNKNOWN_EXIT_CODE);
                return Optional.of(listener -> listener.died(id, name, exitCode, outOfMemory));
            }
            default -> {
                return health(action).map(health -> listener -> listener.health(id, name, health));
            }
        }
    }

    private boolean isLabelled(JsonNode attributes) {
        return labels.entrySet().stream()
                .allMatch(label ->
                        label.getValue().equals(attributes.path(label.getKey()).asText(null)));
    }

    /** Reads {@code health_status: healthy}. */
    private static Optional<Health> health(String action) {
        String[] parts = action.split(":", 2);
        if (parts.length < 2 || !parts[0].equals(HEALTH)) {
            return Optional.empty();
        }
        return switch (parts[1].strip()) {
            case "starting" -> Optional.of(Health.STARTING);
            case "healthy" -> Optional.of(Health.HEALTHY);
            case "unhealthy" -> Optional.of(Health.UNHEALTHY);
            default -> Optional.empty();
        };
    }
}
