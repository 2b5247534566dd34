package io.forrest.core.internal.supervise;

import io.forrest.Repair;
import io.forrest.Subscription;
import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.core.internal.concurrent.Durations;
import io.forrest.core.internal.concurrent.Threads;
import io.forrest.core.internal.lifecycle.Member;
import io.forrest.core.internal.lifecycle.UnderWay;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.Intent;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has instances looked at when something happens to them, and all of them now and then. One thread looks at single instances,
 * so that the dead need not wait for another, which passes over all. Both only look and decide: repairs are done side by side
 * elsewhere. Thread-safe; the lock guards what is still to be looked at.
 */
public final class Supervisor implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.supervise");
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
    private static final Duration LAST_REPAIRS = Duration.ofSeconds(10);
    private static final double JITTER = 0.2;

    /** Up to how many instances are looked at one by one: beyond that, one look at all is less to ask. */
    private static final int FEW = 8;

    private final Reconciling reconciling;
    private final UnderWay underWay;
    private final @Nullable Replacing replacing;
    private final Deaths deaths;
    private final boolean all;
    private final ScheduledExecutorService timer;
    private final Duration every;
    private final List<Thread> threads;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

    private final Set<String> names = new LinkedHashSet<>();
    private Duration retry = FIRST_RETRY;
    private boolean passWanted;
    private boolean retryWanted;
    private boolean failing;
    private boolean begun;
    private boolean ended;

    /**
     * Creates the supervisor, which does nothing yet.
     *
     * @param reconciling what looks and repairs
     * @param underWay knows what the scaler launched
     * @param replacing what launches successors; null: nothing does
     * @param all whether it supervises all instances, or only what the scaler launched
     * @param timer what it waits by between passes
     * @param every about how long it waits at most
     */
    public Supervisor(
            Reconciling reconciling,
            UnderWay underWay,
            @Nullable Replacing replacing,
            boolean all,
            ScheduledExecutorService timer,
            Duration every) {
        this.reconciling = reconciling;
        this.underWay = underWay;
        this.replacing = replacing;
        this.deaths = reconciling.deaths();
        this.all = all;
        this.timer = timer;
        this.every = every;
        ThreadFactory factory = Threads.named("supervise");
        this.threads = List.of(factory.newThread(this::checkOnAndOn), factory.newThread(this::passOnAndOn));
        reconciling.onMissed(this::check);
        if (replacing != null) {
            replacing.beforeTheDeadGo(this::tellDeaths);
        }
    }

    /** Begins, if it has not begun yet: where there is nothing to supervise, nothing need be watched. */
    public void begin() {
        synchronized (this) {
            if (begun || ended) {
                return;
            }
            begun = true;
        }
        var unused =
                after(Duration.ZERO, () -> {}); // has the timer make its thread now, and not when there may be none
        threads.forEach(Thread::start);
        Signals signals = new Signals(this);
        subscribe(() -> reconciling.watchContainers(signals.ofContainers()));
        subscribe(() -> reconciling.watchRegistry(signals.ofRegistry()));
        pass();
    }

    private void subscribe(Supplier<Subscription> watch) {
        try {
            subscriptions.add(watch.get());
        } catch (RuntimeException e) {
            LOGGER.warn("nothing can be watched, so instances are looked at about every {} only", every, e);
        }
        synchronized (this) {
            if (!ended) {
                return;
            }
        }
        subscriptions.forEach(Subscription::close);
    }

    /** Has an instance looked at soon whose container's program has ended. */
    void died(String id, String name, int exitCode, boolean outOfMemory) {
        if (concerns(name)) {
            deaths.died(id, exitCode, outOfMemory);
        }
        check(name);
    }

    /** Has an instance looked at soon whose container was started. */
    void started(String id, String name) {
        deaths.started(id);
        check(name);
    }

    private boolean concerns(String name) {
        return all || underWay.launchOf(name) != null;
    }

    /** Has one instance looked at soon. */
    public void check(String name) {
        if (!concerns(name)) {
            return;
        }
        synchronized (this) {
            names.add(name);
            notifyAll();
        }
    }

    /** Has all instances looked at soon. */
    synchronized void pass() {
        passWanted = true;
        notifyAll();
    }

    private synchronized @Nullable Set<String> nextNames() throws InterruptedException {
        while (names.isEmpty() && !ended) {
            wait();
        }
        Set<String> next = Set.copyOf(names);
        names.clear();
        return ended ? null : next;
    }

    private synchronized boolean nextPass() throws InterruptedException {
        while (!passWanted && !ended) {
            wait();
        }
        passWanted = false;
        if (!failing) {
            retry = FIRST_RETRY;
        }
        failing = false;
        return !ended;
    }

    private void checkOnAndOn() {
        try {
            for (Set<String> next = nextNames(); next != null; next = nextNames()) {
                Set<String> batch = next;
                guarded(() -> look(batch));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void passOnAndOn() {
        Future<?> nextRound = CompletableFuture.completedFuture(null);
        try {
            while (nextPass()) {
                guarded(this::lookAtAll);
                nextRound.cancel(false);
                nextRound = after(jittered(every), this::pass);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Set<String> batch) {
        long mark = deaths.mark();
        Facts facts = lookedAt(batch);
        deaths.seen(facts, mark, reconciling::unchanged);
        reconciling.begin(kept(Reconciler.plan(facts).about(batch)), this::repaired);
        if (replacing != null) {
            facts.dead().forEach(replacing::tend);
        }
    }

    /** Returns a plan without forgetting those that a successor is to be launched for: whoever does that forgets them. */
    private Plan kept(Plan plan) {
        return replacing == null
                ? plan
                : new Plan(
                        plan.remedies().stream()
                                .filter(remedy -> !(remedy instanceof Remedy.Forget forget && isReplaced(forget)))
                                .toList(),
                        plan.foreign());
    }

    private boolean isReplaced(Remedy.Forget forget) {
        InstanceRecord seen = forget.seen().value();
        return seen.intent() == Intent.LIVE && seen.launch().equals(underWay.launchOf(forget.name()));
    }

    /** Tells of deaths that no look may have come upon yet: once the dead are being taken back, nobody can tell that they died. */
    private void tellDeaths(List<Member> dead) {
        Set<String> untold = dead.stream()
                .filter(member -> !deaths.isTold(member.container()))
                .map(Member::name)
                .collect(Collectors.toSet());
        if (!untold.isEmpty()) {
            long mark = deaths.mark();
            deaths.seen(lookedAt(untold), mark, reconciling::unchanged);
        }
    }

    private Facts lookedAt(Set<String> some) {
        return some.size() > FEW ? reconciling.look(scope()) : reconciling.look(scope(), some);
    }

    private void lookAtAll() {
        reconciling.settle();
        repairAll();
        if (replacing != null) {
            replacing.look();
        }
    }

    private void repairAll() {
        Map<String, String> launched = underWay.launched();
        if (!all && launched.isEmpty()) {
            deaths.forgetAll();
            return;
        }
        long mark = deaths.mark();
        Facts facts = reconciling.look(scope());
        deaths.seen(facts, mark, reconciling::unchanged);
        deaths.forgetAllBut(facts, mark);
        Plan plan = Reconciler.plan(facts);
        reconciling.forgetFailuresBut(plan);
        reconciling.begin(kept(plan), this::repaired);
        launched.forEach((name, launch) -> {
            if (!facts.records().containsKey(name) && !facts.containers().containsKey(name)) {
                underWay.retired(name, launch); // another process took it back
            }
        });
    }

    private Scope scope() {
        return all ? Scope.ALL : Scope.of(underWay.launched());
    }

    /** Looks, and if engine or registry do not answer, does so again later: that they are silent tells nothing of instances. */
    private void guarded(Runnable looking) {
        try {
            looking.run();
        } catch (RuntimeException e) {
            if (!isEnded()) {
                LOGGER.debug("could not look at the instances, which is tried again: {}", e.toString());
                retry();
            }
        } catch (Error e) {
            // As where there is no thread to be had: this thread goes on, or nothing would ever be withdrawn again
            LOGGER.error("could not look at the instances, which is tried again", e);
            retry();
        }
    }

    private void repaired(Repair repair) {
        if (repair.failed()) {
            retry();
        }
    }

    /** Has all instances looked at after a while, which is longer each time that this is of no use. */
    private void retry() {
        Duration pause;
        synchronized (this) {
            failing = true;
            if (retryWanted) {
                return;
            }
            retryWanted = true;
            pause = retry;
            retry = Durations.shorter(retry.multipliedBy(2), LONGEST_RETRY);
        }
        var unused = after(pause, () -> {
            synchronized (this) {
                retryWanted = false;
            }
            pass();
        });
    }

    private Future<?> after(Duration pause, Runnable action) {
        try {
            return timer.schedule(action, pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e); // the scaler was closed meanwhile
        }
    }

    private static Duration jittered(Duration time) {
        double factor = 1 + JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
        return Duration.ofNanos((long) (time.toNanos() * factor));
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    /** Ends, and waits for what is being repaired, for a while; nothing is withdrawn for it. */
    @Override
    public void close() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            notifyAll();
        }
        if (replacing != null) {
            replacing.end();
        }
        reconciling.beginNothing(); // before anything is waited for: an interrupt cuts that short
        subscriptions.forEach(Subscription::close);
        threads.forEach(Thread::interrupt);
        Deadline deadline = Deadline.in(LAST_REPAIRS, TimeSource.system());
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, deadline.remaining().toMillis()));
            }
            if (!reconciling.awaitIdle(deadline)) {
                LOGGER.warn("instances were still being repaired {} after the scaler was closed", LAST_REPAIRS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
