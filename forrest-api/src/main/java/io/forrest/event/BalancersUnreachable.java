package io.forrest.event;

import static java.util.Objects.requireNonNull;

import io.forrest.Step;
import java.time.Instant;
import java.util.List;

/**
 * A step was reached without some of the balancers, which could not be asked. Immutable and thread-safe.
 *
 * @param at when
 * @param app the instance's app
 * @param instance the instance's name
 * @param step the step: {@link Step#SERVE} or {@link Step#DRAIN}
 * @param balancers which could not be asked and why, each in one line
 */
public record BalancersUnreachable(Instant at, String app, String instance, Step step, List<String> balancers)
        implements InstanceEvent {

    /** Checks that nothing is null, and copies the list. */
    public BalancersUnreachable {
        requireNonNull(at, "at");
        requireNonNull(app, "app");
        requireNonNull(instance, "instance");
        requireNonNull(step, "step");
        balancers = List.copyOf(balancers);
    }
}
