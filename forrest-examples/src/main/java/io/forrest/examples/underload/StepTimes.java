package io.forrest.examples.underload;

import io.forrest.ForrestEvent;
import io.forrest.Step;
import io.forrest.event.StepReached;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** When instances reached the steps of their lives. Thread-safe. */
final class StepTimes implements Consumer<ForrestEvent> {

    private final Map<String, Map<Step, Instant>> times = new ConcurrentHashMap<>();

    @Override
    public void accept(ForrestEvent event) {
        if (event instanceof StepReached reached) {
            times.compute(reached.instance(), (name, before) -> {
                Map<Step, Instant> steps = new EnumMap<>(Step.class);
                steps.putAll(before == null ? Map.of() : before);
                steps.put(reached.step(), reached.at());
                return steps;
            });
        }
    }

    /**
     * Returns how long an instance took from one step to another.
     *
     * @return the time; empty if it has not reached both, or that is not told yet
     */
    Optional<Duration> between(String instance, Step from, Step to) {
        Map<Step, Instant> steps = times.getOrDefault(instance, Map.of());
        return steps.containsKey(from) && steps.containsKey(to)
                ? Optional.of(Duration.between(steps.get(from), steps.get(to)))
                : Optional.empty();
    }
}
