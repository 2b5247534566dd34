package io.forrest.core.internal.supervise;

import io.forrest.Supervision;
import io.forrest.core.internal.concurrent.Joining;
import io.forrest.core.internal.concurrent.Operation;
import io.forrest.core.internal.fleet.Successors;
import io.forrest.core.internal.lifecycle.EngineRoom;
import io.forrest.core.internal.lifecycle.InstanceLog;
import io.forrest.core.internal.lifecycle.Member;
import io.forrest.core.internal.lifecycle.UnderWay;
import io.forrest.event.InstanceReplaced;
import io.forrest.event.ReplacingSuspended;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when successors are launched for what died, within a budget, one attempt at a time for each app. Thread-safe; the lock
 * guards the budgets and is not held while anybody is asked.
 */
public final class Replacing {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.supervise");

    private final EngineRoom room;
    private final UnderWay underWay;
    private final Successors successors;
    private final Supervision supervision;
    private final Pauses pauses;
    private final Executor executor;
    private final ScheduledExecutorService timer;
    private final Map<String, Case> cases = new HashMap<>();
    private boolean ended;

    /**
     * How long to wait before a successor is launched. Immutable and thread-safe.
     *
     * @param first before the first
     * @param longest before any, at most
     */
    public record Pauses(Duration first, Duration longest) {

        /** What users get. */
        public static final Pauses DEFAULT = new Pauses(Duration.ofSeconds(1), Duration.ofMinutes(1));
    }

    /** One app that lacks something, or did. */
    private final class Case {
        private final String app;
        private final Budget budget =
                new Budget(supervision.atMost(), supervision.per(), pauses.first(), pauses.longest());
        private boolean due;
        private String lastFailure = "";

        Case(String app) {
            this.app = app;
        }
    }

    /**
     * Creates what decides.
     *
     * @param room what it works with
     * @param underWay has its attempts stopped when the scaler is closed
     * @param successors what launches them
     * @param supervision the budget
     * @param pauses how long it waits
     * @param executor on which it attempts
     * @param timer what it waits by
     */
    public Replacing(
            EngineRoom room,
            UnderWay underWay,
            Successors successors,
            Supervision supervision,
            Pauses pauses,
            Executor executor,
            ScheduledExecutorService timer) {
        this.room = room;
        this.underWay = underWay;
        this.successors = successors;
        this.supervision = supervision;
        this.pauses = pauses;
        this.executor = executor;
        this.timer = timer;
    }

    /** Has somebody told who of the dead is taken back next, before they are; the list may be empty. */
    void beforeTheDeadGo(Consumer<List<Member>> listener) {
        successors.beforeTheDeadGo(listener);
    }

    /** Looks at all apps that are looked after, and has those tended to that need it. */
    void look() {
        Set<String> wanting = successors.wanting();
        wanting.forEach(this::tend);
        synchronized (this) {
            long now = now();
            cases.forEach((app, one) -> {
                if (!wanting.contains(app)) {
                    one.budget.well(now);
                }
            });
        }
    }

    /** Has an app tended to, some of whose instances seem to be dead. */
    void tend(String app) {
        Case one;
        synchronized (this) {
            one = cases.computeIfAbsent(app, Case::new);
        }
        tend(one);
    }

    private void tend(Case one) {
        Duration pause;
        synchronized (this) {
            if (one.due || ended) {
                return;
            }
            one.due = true;
            pause = one.budget.nextPause(now());
        }
        later(one, pause);
    }

    private void later(Case one, Duration pause) {
        try {
            var unused = timer.schedule(() -> handOver(one), pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOGGER.debug("the scaler was closed, so nothing of {} is replaced", one.app);
        }
    }

    /** Has an attempt made on a thread of its own, or another one later if there is none to be had. */
    private void handOver(Case one) {
        try {
            executor.execute(() -> attempt(one));
        } catch (RuntimeException | Error e) {
            if (!isEnded()) {
                LOGGER.error("no thread could be had to replace what {} lacks, which is tried again", one.app, e);
            }
            again(one);
        }
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    private static long now() {
        return TimeSource.system().nanoTime();
    }

    private void attempt(Case one) {
        int allowed;
        synchronized (this) {
            if (ended) {
                return;
            }
            allowed = one.budget.left(now());
        }
        try {
            if (allowed > 0 || successors.missing(one.app) == 0) {
                tryToReplace(one, allowed);
            } else {
                suspend(one);
            }
        } catch (RuntimeException e) {
            LOGGER.debug("nothing of {} could be replaced, which is tried again", one.app, e);
            again(one);
        } catch (Error e) {
            again(one);
            throw e;
        }
    }

    private void tryToReplace(Case one, int allowed) {
        Operation<Optional<Successors.Attempt>> operation =
                new Operation<>(self -> successors.attempt(one.app, allowed, self));
        underWay.begin(operation, Runnable::run);
        Optional<Successors.Attempt> attempt = Joining.join(operation);
        if (attempt.isEmpty()) {
            again(one); // another is at it, and may end before it is done
            return;
        }
        Successors.Attempt done = attempt.get();
        String before;
        synchronized (this) {
            before = one.lastFailure;
            one.due = false;
            one.budget.spend(done.launched().size() + done.failures().size(), now());
            one.lastFailure = done.failures().isEmpty() ? "" : done.failures().get(0);
        }
        for (String name : done.launched()) {
            InstanceLog.about(LOGGER.atInfo(), one.app, name)
                    .log("launched {} of {} in place of one that died", name, one.app);
            room.events().publish(new InstanceReplaced(room.time().now(), one.app, name));
        }
        if (!done.failures().isEmpty() && !one.lastFailure.equals(before) && !isEnded()) {
            LOGGER.warn("no successor could be launched for {}: {}", one.app, one.lastFailure);
        }
        if (done.missing() > 0) {
            tend(one);
        }
    }

    private void again(Case one) {
        synchronized (this) {
            one.due = false;
        }
        tend(one);
    }

    /** Tells once that the budget is exhausted, and waits until there is room in it again. */
    private void suspend(Case one) {
        int missing = successors.missing(one.app);
        Duration pause;
        boolean tell;
        String lastFailure;
        synchronized (this) {
            if (missing == 0) {
                one.due = false;
                return;
            }
            pause = one.budget.untilLeft(now());
            tell = one.budget.tellExhaustion();
            lastFailure = one.lastFailure;
        }
        if (tell) {
            LOGGER.warn(
                    "{} lacks {} and is not replaced for now: {} successors within {} were all that {} allows{}",
                    one.app,
                    missing,
                    supervision.atMost(),
                    supervision.per(),
                    supervision,
                    lastFailure.isEmpty() ? "" : "; the last failed: " + lastFailure);
            room.events()
                    .publish(new ReplacingSuspended(
                            room.time().now(), one.app, supervision.atMost(), supervision.per(), missing, lastFailure));
        }
        later(one, pause);
    }

    /** Begins nothing any more. */
    synchronized void end() {
        ended = true;
    }
}
