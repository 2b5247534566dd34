package io.forrest.testkit;

import static java.util.Objects.requireNonNull;

import io.forrest.testkit.Fault.Outcome;
import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A fault whose calls are being said: which, then, by one of the verbs, what befalls them. By default it befalls every call
 * of its operations. Immutable and thread-safe.
 */
public final class FaultBuilder {

    private final Faults faults;
    private final Set<Operation> operations;
    private final @Nullable String subject;
    private final BooleanSupplier condition;
    private final double probability;
    private final int skipped;
    private final int times;

    FaultBuilder(Faults faults, Set<Operation> operations) {
        this(faults, Set.copyOf(operations), null, () -> true, 1, 0, Integer.MAX_VALUE);
    }

    private FaultBuilder(
            Faults faults,
            Set<Operation> operations,
            @Nullable String subject,
            BooleanSupplier condition,
            double probability,
            int skipped,
            int times) {
        this.faults = faults;
        this.operations = operations;
        this.subject = subject;
        this.condition = condition;
        this.probability = probability;
        this.skipped = skipped;
        this.times = times;
    }

    /**
     * Returns this fault, on calls about one thing alone.
     *
     * @param name the subject, as {@link Faults.Call} has it
     * @return the fault
     */
    public FaultBuilder about(String name) {
        return new FaultBuilder(
                faults, operations, requireNonNull(name, "name"), condition, probability, skipped, times);
    }

    /**
     * Returns this fault, on one call alone.
     *
     * @return the fault
     */
    public FaultBuilder once() {
        return times(1);
    }

    /**
     * Returns this fault, on so many calls alone.
     *
     * @param count how many, above 0
     * @return the fault
     * @throws IllegalArgumentException if {@code count} is not above 0
     */
    public FaultBuilder times(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("a fault happens at least once, was " + count);
        }
        return new FaultBuilder(faults, operations, subject, condition, probability, skipped, count);
    }

    /**
     * Returns this fault, sparing the first calls.
     *
     * @param count how many are spared, 0 or more
     * @return the fault
     * @throws IllegalArgumentException if {@code count} is negative
     */
    public FaultBuilder skipping(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("0 calls or more can be spared, was " + count);
        }
        return new FaultBuilder(faults, operations, subject, condition, probability, count, times);
    }

    /**
     * Returns this fault, only while something holds.
     *
     * @param holds asked at each call, on its thread
     * @return the fault
     */
    public FaultBuilder during(BooleanSupplier holds) {
        return new FaultBuilder(
                faults, operations, subject, requireNonNull(holds, "holds"), probability, skipped, times);
    }

    /**
     * Returns this fault, on some calls, drawn by the seed.
     *
     * @param share how many of all calls, 0 to 1
     * @return the fault
     * @throws IllegalArgumentException if {@code share} is out of range
     */
    public FaultBuilder withProbability(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("a probability is from 0 to 1, was " + share);
        }
        return new FaultBuilder(faults, operations, subject, condition, share, skipped, times);
    }

    /** Has it certainly not done, as by a peer that cannot be reached. */
    public void fail() {
        end(Outcome.FAIL);
    }

    /** Has it certainly not done, as by a peer that understood and refused. */
    public void refuse() {
        end(Outcome.REFUSE);
    }

    /** Has it not done, and the caller not able to tell. */
    public void loseRequest() {
        end(Outcome.LOSE_REQUEST);
    }

    /** Has it done, and the caller not able to tell. */
    public void loseAnswer() {
        end(Outcome.LOSE_ANSWER);
    }

    /**
     * Has it done in half: a container is created, not started, and left; the exception lists it.
     *
     * @throws IllegalArgumentException if it is on another operation than {@link Operation#START}, which has no halves
     */
    public void failHalfway() {
        if (!operations.equals(Set.of(Operation.START))) {
            throw new IllegalArgumentException("only START can fail halfway, was asked of " + operations);
        }
        end(Outcome.FAIL_HALFWAY);
    }

    /**
     * Has it done late. An interrupt meanwhile ends it undone.
     *
     * @param time how late
     */
    public void delay(Duration time) {
        add(new Fault.Delay(requireNonNull(time, "time")));
    }

    /** Has it hang until interrupted, and then not done; or until healed, and then done. */
    public void hang() {
        add(new Fault.Hang());
    }

    /**
     * Has something done first, as by another process that was quicker.
     *
     * @param action what to do, on the caller's thread; it may call the same fake
     */
    public void before(Runnable action) {
        add(new Fault.Before(requireNonNull(action, "action")));
    }

    /**
     * Has something done between the effect and its being told, as by another process that came just after.
     *
     * @param action what to do, on the caller's thread; it may call the same fake
     */
    public void after(Runnable action) {
        add(new Fault.After(requireNonNull(action, "action")));
    }

    private void end(Outcome outcome) {
        add(new Fault.Ending(outcome));
    }

    private void add(Fault fault) {
        faults.add(new FaultRule(operations, subject, condition, probability, skipped, times, fault));
    }
}
