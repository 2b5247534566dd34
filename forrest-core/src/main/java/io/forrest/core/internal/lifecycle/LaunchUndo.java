package io.forrest.core.internal.lifecycle;

import io.forrest.AnnouncementException;
import io.forrest.Failure;
import io.forrest.ForrestException;
import io.forrest.LaunchException;
import io.forrest.NameTakenException;
import io.forrest.NotReadyException;
import io.forrest.Step;
import io.forrest.core.internal.concurrent.Stop;
import io.forrest.core.internal.ready.NotReady;
import io.forrest.core.internal.ready.ReadinessGate;
import io.forrest.spi.Container;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Undoes a launch that failed, in the order in which an instance goes, and says what it was that failed. Not thread-safe;
 * confine it to one thread.
 */
final class LaunchUndo {

    private static final int LOG_LINES = 20;

    private final LaunchTask task;
    private final Throwable cause;
    private final Step failedAt;
    private final List<String> left = new ArrayList<>();
    private List<String> log = List.of();
    private boolean trafficMayCome;
    private boolean keyLeft;
    private boolean containerLeft;

    /**
     * Creates what undoes a launch.
     *
     * @param task the launch
     * @param cause why
     * @param own whether the launch itself failed of it, and not another of the same call
     */
    LaunchUndo(LaunchTask task, Throwable cause, boolean own) {
        this.task = task;
        this.cause = cause;
        this.failedAt = task.step;
        if (own && cause instanceof ForrestException forrest) {
            left.addAll(forrest.leftBehind());
        }
        this.containerLeft = !left.isEmpty();
    }

    /**
     * Takes the key back, if one may stand; returns whether one stood, so that a balancer may have read it. What is wanted is
     * noted first, so that whoever supervises does not take it for a key that was lost.
     */
    boolean takeBack() {
        noteRetiring();
        if (task.keyMayStand) {
            keyLeft = !tried("key " + task.room.registry().prefix() + "/" + task.name, this::withdraw);
        }
        return trafficMayCome;
    }

    private void noteRetiring() {
        try {
            task.noteRetiring();
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private void withdraw() {
        boolean stood = task.room.registry().withdraw(task.announcement());
        if (stood) {
            task.room.reached(task.app, task.name, Step.WITHDRAW);
        }
        trafficMayCome = stood || task.acknowledged;
    }

    /** Gives what may have been sent to the instance the time to end. */
    void drain(Duration limit) {
        try {
            Serving.Drain unused = task.room.serving().awaitDrained(task.announcement(), limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removes the container, unless its key may still stand, and then the record, unless the container may. */
    void clear() {
        Container container = task.container;
        if (container != null) {
            log = lastWords(container);
        }
        if (container != null && keyLeft) {
            left.add("container " + task.name + ", not stopped while it may be announced");
            containerLeft = true;
        } else if (container != null) {
            containerLeft |= !tried("container " + task.name, () -> remove(container.id()));
        }
        if (!task.recordMayStand) {
            return;
        }
        if (containerLeft) {
            left.add(task.room.records().describe(task.name));
            noteRetiring(); // again, where that failed: nobody is to announce what could not be removed
        } else {
            tried(
                    task.room.records().describe(task.name),
                    () -> new LastTraces(task.room).delete(task.name, task.launch));
        }
    }

    private void remove(String id) {
        if (trafficMayCome) {
            task.room.runtime().stop(id, task.options.stopGrace);
        }
        task.room.runtime().remove(id);
    }

    private List<String> lastWords(Container container) {
        try {
            return task.room.runtime().logs(container.id(), LOG_LINES);
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
            return List.of();
        }
    }

    private boolean tried(String what, Runnable undoing) {
        try {
            undoing.run();
            return true;
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
            left.add(what);
            return false;
        }
    }

    /** Returns what may be left behind. */
    List<String> left() {
        return List.copyOf(left);
    }

    /** Tells the listeners that the launch did not come further. */
    void tell(String reason) {
        task.room.failed(task.app, task.name, failedAt, reason);
    }

    /** Returns the exception that says it all, and tells the listeners. */
    RuntimeException exception(@Nullable Stop stopped) {
        return exception(stopped, left);
    }

    /** Returns the exception as if all this were left behind. */
    RuntimeException exception(@Nullable Stop stopped, List<String> allLeft) {
        Failure failure = new Failure(failedAt, task.name.isEmpty() ? null : task.name, allLeft, log);
        RuntimeException exception = exception(stopped, failure);
        tell(String.valueOf(exception.getMessage()));
        return exception;
    }

    private RuntimeException exception(@Nullable Stop stop, Failure failure) {
        String what = task.options.image + (task.name.isEmpty() ? "" : " as " + task.name);
        if (cause instanceof NotReady notReady && (stop == null || stop == Stop.NOT_READY || notReady.never())) {
            String answer = notReady.lastAnswer();
            return notReady(what, answer, answer, notReady.never(), notReady.exitCode(), failure);
        }
        String answer = lastAnswer().map(words -> "; last answer: " + words).orElse("");
        if (stop == Stop.NOT_READY) {
            String pending = task.gate().flatMap(ReadinessGate::pending).orElse("it was not tried to the end");
            return notReady(what, pending + answer, lastAnswer().orElse(pending), false, null, failure);
        }
        if (stop != null) {
            return new LaunchException(
                    "the launch of " + what + " was stopped before " + failedAt + ": " + words(stop) + answer,
                    cause,
                    failure);
        }
        String message = "could not launch " + what + ": " + cause.getMessage();
        if (cause instanceof NameTakenException) {
            return new NameTakenException(message, cause, failure);
        }
        if (cause instanceof NotServed notServed) {
            return new AnnouncementException(notServed(notServed, failure), cause, failure);
        }
        if (failedAt == Step.ANNOUNCE || failedAt == Step.SERVE) {
            return new AnnouncementException("could not announce " + what + ": " + cause.getMessage(), cause, failure);
        }
        return new LaunchException(message, cause, failure);
    }

    private Optional<String> lastAnswer() {
        if (cause instanceof NotReady notReady) {
            return Optional.of(notReady.lastAnswer());
        }
        if (cause instanceof NotServed notServed) {
            return Optional.of(notServed.lastAnswer());
        }
        return failedAt == Step.READY ? task.gate().flatMap(ReadinessGate::lastAnswer) : Optional.empty();
    }

    private String notServed(NotServed notServed, Failure failure) {
        return "announced " + task.name + " at " + task.announcement().endpoint()
                + ", but the balancers did not confirm it within " + notServed.waited()
                + " (raise it by servedWithin(...)): " + notServed.lastAnswer()
                + (failure.leftBehind().isEmpty() ? "; it was taken back, and nothing is left behind" : "");
    }

    private String words(Stop stop) {
        return stop == Stop.DEADLINE
                ? "its time of " + task.options.within + " was up (raise it by within(...))"
                : stop.words();
    }

    private NotReadyException notReady(
            String what, String why, String lastAnswer, boolean never, @Nullable Integer exitCode, Failure failure) {
        String hint = task.options.port == null || task.image().exposedPorts().contains(task.options.port)
                ? ""
                : "; note that the image does not expose port " + task.options.port + ", but "
                        + task.image().exposedPorts();
        String message = never
                ? what + " will never be ready: " + why
                : what + " was not ready within " + task.options.readyWithin + " (raise it by readyWithin(...)): "
                        + why;
        return new NotReadyException(message + hint, lastAnswer, never, exitCode, failure);
    }
}
