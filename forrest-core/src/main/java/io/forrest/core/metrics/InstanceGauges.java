package io.forrest.core.metrics;

import io.forrest.Instance;
import io.forrest.Stage;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How many instances there are at each stage, by app, in one registry. An app that was seen once is shown with zeros as long as
 * this lives: what is missing in a graph is not known, and not zero. Not thread-safe; its owner takes care of that.
 */
final class InstanceGauges {

    private final MultiGauge gauge;
    private final Set<String> apps = new TreeSet<>();

    InstanceGauges(MeterRegistry registry, Tags common) {
        this.gauge = MultiGauge.builder("forrest.instances")
                .description("Instances on this engine under this prefix, whoever launched them")
                .tags(common)
                .register(registry);
    }

    void show(List<Instance> instances) {
        Map<String, Map<Stage, Integer>> counts = new TreeMap<>();
        for (Instance instance : instances) {
            apps.add(instance.app());
            counts.computeIfAbsent(instance.app(), app -> new EnumMap<>(Stage.class))
                    .merge(instance.state().stage(), 1, Integer::sum);
        }
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        for (String app : apps) {
            Map<Stage, Integer> ofApp = counts.getOrDefault(app, Map.of());
            for (Stage stage : Stage.values()) {
                rows.add(MultiGauge.Row.of(
                        Tags.of("app", app, "stage", EventMeters.word(stage)), ofApp.getOrDefault(stage, 0)));
            }
        }
        gauge.register(rows, true);
    }

    /** Shows nothing: nobody knows. */
    void clear() {
        gauge.register(List.of(), true);
    }
}
