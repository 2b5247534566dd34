package io.forrest.core.internal.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forrest.Endpoint;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes records as JSON and reads them back. Fields that it does not know are skipped, and
 * kept when the record is changed, for the versions to come. */
final class RecordJson {

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private RecordJson() {}

    /** Writes a record in place of an older text, whose other fields are kept: a later version may have added them. */
    static String write(InstanceRecord value, @Nullable String older) {
        ObjectNode json = older == null ? MAPPER.createObjectNode() : fields(older);
        json.put("engine", value.engine());
        json.put("launch", value.launch());
        json.put("app", value.app());
        json.put("image", value.image());
        json.put("intent", value.intent().name());
        putIfPresent(json, "container", value.container());
        putIfPresent(json, "endpoint", value.endpoint());
        json.put("drainFor", value.drainFor().toString());
        json.put("stopGrace", value.stopGrace().toString());
        json.put("launchBy", value.launchBy().toString());
        putIfPresent(json, "withdrawn", value.withdrawn());
        putIfPresent(
                json, "aim", value.aim() == Intent.LIVE ? null : value.aim().name());
        putIfPresent(json, "worker", value.worker());
        return json.toString();
    }

    private static void putIfPresent(ObjectNode json, String field, @Nullable Object value) {
        if (value != null) {
            json.put(field, value.toString());
        } else {
            json.remove(field);
        }
    }

    static ObjectNode fields(String text) {
        try {
            return MAPPER.readTree(text) instanceof ObjectNode json ? json : MAPPER.createObjectNode();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }

    /** Reads a record; empty if the text is not one. */
    static Optional<InstanceRecord> read(String text) {
        try {
            JsonNode json = MAPPER.readTree(text);
            String container = optional(json, "container");
            String endpoint = optional(json, "endpoint");
            String withdrawn = optional(json, "withdrawn");
            String aim = optional(json, "aim");
            return Optional.of(new InstanceRecord(
                    required(json, "engine"),
                    required(json, "launch"),
                    required(json, "app"),
                    required(json, "image"),
                    Intent.valueOf(required(json, "intent")),
                    container,
                    endpoint == null ? null : Endpoint.parse(endpoint),
                    Duration.parse(required(json, "drainFor")),
                    Duration.parse(required(json, "stopGrace")),
                    Instant.parse(required(json, "launchBy")),
                    withdrawn == null ? null : Instant.parse(withdrawn),
                    aim == null ? Intent.LIVE : Intent.valueOf(aim),
                    optional(json, "worker")));
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    static String required(JsonNode json, String field) {
        String text = optional(json, field);
        if (text == null) {
            throw new IllegalArgumentException("no " + field);
        }
        return text;
    }

    private static @Nullable String optional(JsonNode json, String field) {
        JsonNode node = json.get(field);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isTextual()) {
            throw new IllegalArgumentException(field + " is no text");
        }
        return node.textValue();
    }
}
