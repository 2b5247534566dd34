package io.forrest.core.internal.lifecycle;

import io.forrest.Instance;
import io.forrest.Stage;
import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.core.internal.concurrent.Lanes;
import io.forrest.core.internal.concurrent.Operation;
import io.forrest.core.internal.concurrent.Stop;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Several launches, all or none. All get ready side by side before the first is announced, so that a failure on the way
 * never shows in the registry; and all are waited for side by side until they are served. Thread-safe; used once.
 */
final class GroupLaunch {

    private final Launcher launcher;
    private final Executor executor;
    private final List<LaunchTask> tasks;
    private final GroupWork readying;
    private final GroupWork serving;
    private final Map<LaunchTask, Stage> stages = new ConcurrentHashMap<>();
    private final Map<LaunchTask, LaunchUndo> undone = new ConcurrentHashMap<>();

    GroupLaunch(Launcher launcher, Executor executor, List<LaunchTask> tasks, Deadline deadline) {
        this.launcher = launcher;
        this.executor = executor;
        this.tasks = List.copyOf(tasks);
        this.readying = new GroupWork(tasks, executor, (task, operation) -> {
            try {
                launcher.ready(task, operation, deadline);
            } catch (Throwable e) {
                undone.put(task, Launcher.undo(task, operation, e));
                throw e;
            }
        });
        this.serving = new GroupWork(
                tasks,
                executor,
                (task, operation) -> stages.put(task, launcher.awaitServed(task, operation, deadline)));
    }

    List<Instance> run(Operation<?> self) {
        LaunchTask current = tasks.get(0);
        try {
            readying.run();
            for (LaunchTask task : tasks) {
                current = task;
                task.announce();
            }
            if (!current.room.serving().acknowledge(self)) {
                throw new InterruptedException("stopped while announcing");
            }
            for (LaunchTask task : tasks) {
                current = task;
                task.confirmAnnounced();
            }
            serving.run();
            if (!self.commit()) {
                throw new InterruptedException("stopped when all were served");
            }
        } catch (GroupWork.Failed e) {
            throw failed(self, e.task(), e.reason(), e.stopped());
        } catch (Throwable e) {
            throw failed(self, current, e, self.stopped());
        }
        List<Instance> instances = new ArrayList<>();
        tasks.forEach(task -> instances.add(launcher.launched(task, Objects.requireNonNull(stages.get(task)))));
        return List.copyOf(instances);
    }

    /**
     * Takes every key back, waits for what was sent to the announced ones, removes all that got ready, and returns the exception
     * of the launch that failed first, with what is left of any.
     */
    private RuntimeException failed(Operation<?> self, LaunchTask told, Throwable cause, Optional<Stop> stop) {
        self.undo(() -> undoReady(told, cause));
        if (cause instanceof Error error) {
            throw error;
        }
        LaunchUndo undo = undone.computeIfAbsent(told, task -> new LaunchUndo(task, cause, false));
        Set<String> left = new LinkedHashSet<>();
        undone.values().forEach(any -> left.addAll(any.left()));
        undone.values().stream()
                .filter(any -> any != undo)
                .forEach(any -> any.tell("another launch of the same call failed"));
        return undo.exception(stop.orElse(null), List.copyOf(left));
    }

    private void undoReady(LaunchTask told, Throwable cause) {
        List<LaunchUndo> undoing = new ArrayList<>();
        List<LaunchUndo> draining = new ArrayList<>();
        for (LaunchTask task : readying.done()) {
            LaunchUndo undo = new LaunchUndo(task, cause, task == told);
            undone.put(task, undo);
            undoing.add(undo);
            if (undo.takeBack()) {
                draining.add(undo);
            }
        }
        Deadline drainBy = Deadline.in(told.options.drainFor, told.room.time());
        Lanes.begin(draining, executor, undo -> undo.drain(drainBy.remaining())).awaitRegardless();
        Lanes.begin(undoing, executor, LaunchUndo::clear).awaitRegardless();
    }
}
