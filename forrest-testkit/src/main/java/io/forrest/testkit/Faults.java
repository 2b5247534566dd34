package io.forrest.testkit;

import static java.util.Objects.requireNonNull;

import io.forrest.spi.TimeSource;
import io.forrest.testkit.Fault.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Decides what goes wrong in fakes that share it, and keeps what was asked of them in its order. Every fault stands until
 * it is used up or {@link #heal() healed}:
 *
 * <pre>
 * faults.on(Operation.ANNOUNCE).once().loseAnswer();
 * faults.on(Operation.STOP, Operation.REMOVE).skipping(1).times(2).fail();
 * faults.onEvery().withProbability(0.1).loseRequest();
 * </pre>
 *
 * <p>Several faults may befall one call: delays add up, and the first that ends it otherwise decides. Thread-safe.
 */
public final class Faults {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TimeSource time;
    private final Random random;

    /** Drawn from by what happens by itself, so that it does not shift what befalls the calls of a test. */
    private final Random background;

    private final List<FaultRule> rules = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private int hanging;

    /**
     * A call that was asked of a fake. Immutable and thread-safe.
     *
     * @param operation what was asked
     * @param subject what it was about: the name of an instance, container, image or record, or a folder of records; empty
     *     where there is none
     */
    public record Call(Operation operation, String subject) {

        /** Checks that nothing is null. */
        public Call {
            requireNonNull(operation, "operation");
            requireNonNull(subject, "subject");
        }

        /** Returns operation and subject. */
        @Override
        public synchronized String toString() {
            return operation + (subject.isEmpty() ? "" : " " + subject);
        }
    }

    /** What is to befall one call: how it ends, and what runs once it took effect. */
    record Fate(Outcome outcome, List<Runnable> afterwards) {}

    /** Creates faults, none yet, with the seed 0 and delays by the system's time. */
    public Faults() {
        this(0, TimeSource.system());
    }

    /**
     * Creates faults, none yet.
     *
     * @param seed what probabilities are drawn by: the same calls in the same order meet the same faults
     * @param time what delays are spent by
     */
    public Faults(long seed, TimeSource time) {
        this.random = new Random(seed);
        this.background = new Random(~seed);
        this.time = requireNonNull(time, "time");
    }

    /**
     * Begins a fault of some operations, on every call of them unless said otherwise.
     *
     * @param first an operation
     * @param more further ones
     * @return the fault, which stands once it is said what happens
     */
    public FaultBuilder on(Operation first, Operation... more) {
        return new FaultBuilder(this, EnumSet.of(first, more));
    }

    /**
     * Begins a fault of every operation.
     *
     * @return the fault, which stands once it is said what happens
     */
    public FaultBuilder onEvery() {
        return new FaultBuilder(this, EnumSet.allOf(Operation.class));
    }

    /** Takes all faults away. Calls that hang go on as if nothing had been. */
    public synchronized void heal() {
        rules.clear();
        notifyAll();
    }

    /**
     * Returns what was asked so far, in its order, whatever became of it.
     *
     * @return the calls, oldest first
     */
    public synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    /** Forgets the calls so far. */
    public synchronized void forgetCalls() {
        calls.clear();
    }

    /**
     * Waits, in the system's time, until calls hang.
     *
     * @param count how many at least
     * @throws InterruptedException if interrupted meanwhile
     * @throws AssertionError if they do not within 30 seconds
     */
    public synchronized void awaitHanging(int count) throws InterruptedException {
        TimeSource system = TimeSource.system();
        long start = system.nanoTime();
        while (hanging < count) {
            long left = PATIENCE.toNanos() - (system.nanoTime() - start);
            if (left <= 0) {
                throw new AssertionError(hanging + " calls hang, and not " + count + "; asked so far: " + calls);
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    synchronized void add(FaultRule rule) {
        rules.add(rule);
    }

    synchronized boolean mayBefall(Operation operation) {
        return rules.stream().anyMatch(rule -> rule.mayStrike(operation));
    }

    /** Has calls that hang look again whether whom they were asked of is closed. */
    synchronized void wake() {
        notifyAll();
    }

    /**
     * Notes a call and spends what is to pass before it takes effect.
     *
     * @param closed whether the fake was closed, which ends a hang
     * @throws InterruptedException if the thread is interrupted, before or meanwhile: the call takes no effect
     */
    Fate befall(Operation operation, String subject, BooleanSupplier closed) throws InterruptedException {
        List<FaultRule> met = meet(new Call(operation, subject));
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Outcome outcome = Outcome.DONE;
        List<Runnable> afterwards = new ArrayList<>();
        for (FaultRule rule : met) {
            Fault fault = rule.fault();
            if (fault instanceof Fault.Delay delay) {
                time.sleep(delay.time());
            } else if (fault instanceof Fault.Hang) {
                hang(rule, closed);
            } else if (fault instanceof Fault.Before before) {
                before.action().run();
            } else if (fault instanceof Fault.After after) {
                afterwards.add(after.action());
            } else if (fault instanceof Fault.Ending ending && outcome == Outcome.DONE) {
                outcome = ending.outcome();
            }
        }
        return new Fate(outcome, List.copyOf(afterwards));
    }

    /** Returns the faults that strike a call. Conditions are the test's own code: they are asked outside of the lock. */
    private List<FaultRule> meet(Call call) {
        List<FaultRule> concerned =
                note(call).stream().filter(rule -> rule.concerns(call)).toList();
        Random drawn = call.operation().isInBackground() ? background : random;
        synchronized (this) {
            return concerned.stream().filter(rule -> rule.strikes(drawn)).toList();
        }
    }

    private synchronized List<FaultRule> note(Call call) {
        calls.add(call);
        return List.copyOf(rules);
    }

    private synchronized void hang(FaultRule rule, BooleanSupplier closed) throws InterruptedException {
        hanging++;
        notifyAll();
        try {
            while (rules.contains(rule) && !closed.getAsBoolean()) {
                wait();
            }
        } finally {
            hanging--;
        }
    }

    /** Returns the faults that stand. */
    @Override
    public String toString() {
        return "Faults" + rules;
    }
}
