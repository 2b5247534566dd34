package io.forrest.core.internal.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forrest.RolloutPhase;
import io.forrest.Wave;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes fleets' records as JSON and reads them back. Fields that it does not know are kept, of the fleet and of its rollout. */
final class FleetJson {

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** What a record may say at most: whoever may write to the registry may write anything. */
    private static final int MAX_SIZE = 1_000;

    private static final int MAX_GENERATION = 100_000_000;
    private static final int MAX_EXTENSIONS = 1_000;
    private static final Duration MAX_OBSERVE = Duration.ofDays(1);

    private FleetJson() {}

    static String write(FleetRecord value, @Nullable String older) {
        ObjectNode json = older == null ? MAPPER.createObjectNode() : RecordJson.fields(older);
        json.put("engine", value.engine());
        json.put("size", value.size());
        json.set("template", tree(value.template()));
        json.put("image", value.image());
        json.put("generation", value.generation());
        json.put("lastGeneration", value.lastGeneration());
        if (value.rollout() == null) {
            json.remove("rollout");
        } else {
            json.set("rollout", rollout(value.rollout(), json.get("rollout")));
        }
        return json.toString();
    }

    private static ObjectNode rollout(RolloutRecord value, @Nullable JsonNode older) {
        ObjectNode json = older instanceof ObjectNode same
                        && value.id().equals(same.path("id").asText())
                ? same
                : MAPPER.createObjectNode();
        json.put("id", value.id());
        json.set("template", tree(value.template()));
        json.put("image", value.image());
        json.put("generation", value.generation());
        json.put("size", value.size());
        ArrayNode waves = json.putArray("waves");
        value.waves().forEach(wave -> waves.add(wave.toString()));
        json.put("wave", value.wave());
        json.put("phase", value.phase().name());
        json.put("observe", value.observe().toString());
        json.put("judge", value.judge());
        json.put("extendAtMost", value.extendAtMost());
        ArrayNode verdicts = json.putArray("verdicts");
        value.verdicts().forEach(verdicts::add);
        json.put("reason", value.reason());
        json.put("begun", value.begun().toString());
        return json;
    }

    private static JsonNode tree(String template) {
        try {
            return MAPPER.readTree(template);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a template that is no JSON", e);
        }
    }

    /** Reads a record; empty if the text is not one. */
    static Optional<FleetRecord> read(String text) {
        try {
            JsonNode json = MAPPER.readTree(text);
            JsonNode rollout = json.get("rollout");
            return Optional.of(new FleetRecord(
                    RecordJson.required(json, "engine"),
                    number(json, "size", MAX_SIZE),
                    template(json),
                    RecordJson.required(json, "image"),
                    number(json, "generation", MAX_GENERATION),
                    number(json, "lastGeneration", MAX_GENERATION),
                    rollout == null || rollout.isNull() ? null : rollout(rollout)));
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static RolloutRecord rollout(JsonNode json) {
        List<Wave> waves = new ArrayList<>();
        texts(json, "waves").forEach(wave -> waves.add(Wave.parse(wave)));
        int wave = number(json, "wave", waves.size());
        Duration observe = Duration.parse(RecordJson.required(json, "observe"));
        if (wave < 1 || observe.isNegative() || observe.compareTo(MAX_OBSERVE) > 0) {
            throw new IllegalArgumentException("no such wave or time");
        }
        return new RolloutRecord(
                RecordJson.required(json, "id"),
                template(json),
                RecordJson.required(json, "image"),
                number(json, "generation", MAX_GENERATION),
                number(json, "size", MAX_SIZE),
                waves,
                wave,
                RolloutPhase.valueOf(RecordJson.required(json, "phase")),
                observe,
                RecordJson.required(json, "judge"),
                number(json, "extendAtMost", MAX_EXTENSIONS),
                texts(json, "verdicts"),
                RecordJson.required(json, "reason"),
                Instant.parse(RecordJson.required(json, "begun")));
    }

    private static String template(JsonNode json) {
        JsonNode template = json.get("template");
        if (template == null || !template.isObject()) {
            throw new IllegalArgumentException("no template");
        }
        return template.toString();
    }

    private static List<String> texts(JsonNode json, String field) {
        List<String> texts = new ArrayList<>();
        json.path(field).forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static int number(JsonNode json, String field, int most) {
        JsonNode node = json.get(field);
        if (node == null
                || !node.isIntegralNumber()
                || !node.canConvertToInt()
                || node.intValue() < 0
                || node.intValue() > most) {
            throw new IllegalArgumentException(field + " is no number from 0 to " + most);
        }
        return node.intValue();
    }
}
