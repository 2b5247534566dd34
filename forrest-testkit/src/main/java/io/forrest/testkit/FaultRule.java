package io.forrest.testkit;

import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A fault and the calls that it befalls. Not thread-safe; its {@link Faults} guard it. */
final class FaultRule {

    private final Set<Operation> operations;
    private final @Nullable String subject;
    private final BooleanSupplier condition;
    private final double probability;
    private final Fault fault;
    private int toSkip;
    private int left;

    FaultRule(
            Set<Operation> operations,
            @Nullable String subject,
            BooleanSupplier condition,
            double probability,
            int skipped,
            int times,
            Fault fault) {
        this.operations = operations;
        this.subject = subject;
        this.condition = condition;
        this.probability = probability;
        this.toSkip = skipped;
        this.left = times;
        this.fault = fault;
    }

    Fault fault() {
        return fault;
    }

    /** Returns whether it is about such an operation, and not used up. */
    boolean mayStrike(Operation operation) {
        return left > 0 && operations.contains(operation);
    }

    /** Returns whether it is about such a call at all; reads nothing that changes. */
    boolean concerns(Faults.Call call) {
        return operations.contains(call.operation())
                && (subject == null || subject.equals(call.subject()))
                && condition.getAsBoolean();
    }

    /** Returns whether it strikes a call that it is about, and counts that. */
    boolean strikes(Random random) {
        if (left == 0) {
            return false;
        }
        if (toSkip > 0) {
            toSkip--;
            return false;
        }
        if (probability < 1 && random.nextDouble() >= probability) {
            return false;
        }
        left--;
        return true;
    }

    @Override
    public String toString() {
        return fault + " on " + operations + (subject == null ? "" : " of " + subject) + ", " + left + " left";
    }
}
