package io.forrest;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says that a rollout did not succeed. Where its report says {@link RolloutPhase#ROLLED_BACK} the fleet is as it was before;
 * otherwise the rollout has not ended, because engine or registry did not let it, and waits to be resumed or rolled back.
 */
public class RolloutException extends ForrestException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable RolloutReport report;

    /**
     * Creates the exception.
     *
     * @param message what failed, on what, and what to do next; never a secret
     * @param cause what it failed of, or null
     * @param report what it came to
     * @param failure the facts
     */
    public RolloutException(String message, @Nullable Throwable cause, RolloutReport report, Failure failure) {
        super(message, cause, failure);
        this.report = report;
    }

    /**
     * Returns what it came to.
     *
     * @return the report; empty only in an exception that was serialized
     */
    public Optional<RolloutReport> report() {
        return Optional.ofNullable(report);
    }
}
