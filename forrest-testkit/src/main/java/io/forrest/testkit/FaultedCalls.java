package io.forrest.testkit;

import io.forrest.RegistryException;
import io.forrest.RegistryException.Reason;
import io.forrest.testkit.Fault.Outcome;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The calls of one registry in memory, until it is closed, as {@link Faults} befall them. Thread-safe. */
final class FaultedCalls {

    private final Faults faults;
    private final String prefix;
    private volatile boolean closed;

    FaultedCalls(Faults faults, String prefix) {
        this.faults = faults;
        this.prefix = prefix;
    }

    <T extends @Nullable Object> T call(Operation operation, String subject, Supplier<T> action) {
        return call(operation, subject, () -> false, action);
    }

    /**
     * Makes a call whose faults are drawn first.
     *
     * @param over whether nobody waits for it any more, which ends a hang as closing does
     */
    <T extends @Nullable Object> T call(Operation operation, String subject, BooleanSupplier over, Supplier<T> action) {
        requireOpen();
        Faults.Fate fate;
        try {
            fate = faults.befall(operation, subject, () -> closed || over.getAsBoolean());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryException(Reason.UNKNOWN_OUTCOME, text(operation, subject, "was interrupted"), e);
        }
        requireOpen();
        switch (fate.outcome()) {
            case FAIL ->
                throw new RegistryException(
                        Reason.UNAVAILABLE, text(operation, subject, "found no registry; try again"), null);
            case REFUSE ->
                throw new RegistryException(
                        Reason.REFUSED, text(operation, subject, "was refused by the registry"), null);
            case LOSE_REQUEST -> throw lost(operation, subject);
            default -> {
                T result = action.get();
                fate.afterwards().forEach(Runnable::run);
                if (fate.outcome() == Outcome.LOSE_ANSWER) {
                    throw lost(operation, subject);
                }
                return result;
            }
        }
    }

    private RegistryException lost(Operation operation, String subject) {
        return new RegistryException(
                Reason.UNKNOWN_OUTCOME, text(operation, subject, "got no answer in time; try again"), null);
    }

    private String text(Operation operation, String subject, String what) {
        return new Faults.Call(operation, subject) + " under " + prefix + " " + what;
    }

    /** Returns whether faults may befall an operation that nobody waits for, so that it is worth trying. */
    boolean areAtRisk(Operation operation) {
        return faults.mayBefall(operation);
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the registry of " + prefix + " is closed");
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Has calls that hang look again whether somebody waits for them. */
    void wake() {
        faults.wake();
    }

    void close() {
        closed = true;
        wake();
    }
}
