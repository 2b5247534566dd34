package io.forrest.core.internal.lifecycle;

import io.forrest.Instance;
import io.forrest.Stage;
import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.core.internal.concurrent.Lanes;
import io.forrest.core.internal.concurrent.Operation;
import io.forrest.core.internal.concurrent.Stop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Several launches, all or none. All get ready side by side before the first is announced, so that a failure on the way
 * never shows in the registry. Thread-safe; used once.
 */
final class GroupLaunch {

    private final Executor executor;
    private final Map<LaunchTask, Operation<LaunchTask>> operations = new LinkedHashMap<>();
    private final Set<LaunchTask> ready = ConcurrentHashMap.newKeySet();
    private final Map<LaunchTask, LaunchUndo> undone = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable LaunchTask> firstFailed = new AtomicReference<>();

    GroupLaunch(Launcher launcher, Executor executor, List<LaunchTask> tasks, Deadline deadline) {
        this.executor = executor;
        for (LaunchTask task : tasks) {
            operations.put(task, new Operation<>(operation -> {
                try {
                    launcher.ready(task, operation, deadline);
                    return task;
                } catch (Throwable e) {
                    undone.put(task, Launcher.undo(task, operation, e));
                    throw e;
                }
            }));
        }
    }

    List<Instance> run(Operation<?> self, Launcher launcher) {
        LaunchTask current = operations.keySet().iterator().next();
        try {
            getReady();
            for (LaunchTask task : operations.keySet()) {
                current = task;
                task.announce();
            }
            if (!self.commit()) {
                throw new InterruptedException("stopped while announcing");
            }
            for (LaunchTask task : operations.keySet()) {
                current = task;
                task.confirmAnnounced();
            }
        } catch (Throwable e) {
            throw failed(self, current, e);
        }
        List<Instance> instances = new ArrayList<>();
        operations.keySet().forEach(task -> instances.add(launcher.launched(task, Stage.ANNOUNCED)));
        return List.copyOf(instances);
    }

    private void getReady() throws Exception {
        Lanes<LaunchTask> lanes = Lanes.begin(operations.keySet(), executor, this::getReady);
        try {
            lanes.await();
        } catch (InterruptedException e) {
            lanes.skipRest();
            stopAll();
            lanes.awaitRegardless();
            throw e;
        }
        LaunchTask failed = firstFailed.get();
        if (failed != null) {
            throw new SiblingFailed();
        }
    }

    private void getReady(LaunchTask task) {
        if (firstFailed.get() != null) {
            return;
        }
        Operation<LaunchTask> operation = Objects.requireNonNull(operations.get(task));
        operation.run();
        Optional<Stop> stopped = operation.stopped();
        if (operation.failure().isEmpty()) {
            ready.add(task);
        } else if (stopped.filter(Stop.GROUP_FAILED::equals).isEmpty() && firstFailed.compareAndSet(null, task)) {
            stopAll();
        }
    }

    private void stopAll() {
        operations.values().forEach(operation -> operation.stop(Stop.GROUP_FAILED));
    }

    /**
     * Takes every key back, waits once for what was sent to the announced ones, removes all that got ready, and returns the
     * exception of the launch that failed first, with what is left of any.
     */
    private RuntimeException failed(Operation<?> self, LaunchTask current, Throwable cause) {
        self.undo(() -> undoReady(current, cause));
        if (cause instanceof Error error) {
            throw error;
        }
        LaunchTask first = firstFailed.get();
        LaunchTask told = first == null ? current : first;
        LaunchUndo undo = undone.computeIfAbsent(told, task -> new LaunchUndo(task, cause, false));
        Set<String> left = new LinkedHashSet<>();
        undone.values().forEach(any -> left.addAll(any.left()));
        undone.values().stream()
                .filter(any -> any != undo)
                .forEach(any -> any.tell("another launch of the same call failed"));
        Optional<Stop> stop = first == null ? self.stopped() : operation(first).stopped();
        return undo.exception(stop.orElse(null), List.copyOf(left));
    }

    private Operation<LaunchTask> operation(LaunchTask task) {
        return Objects.requireNonNull(operations.get(task));
    }

    private void undoReady(LaunchTask current, Throwable cause) {
        ready.forEach(task -> undone.put(task, new LaunchUndo(task, cause, task == current)));
        List<LaunchUndo> undoing = ready.stream()
                .map(task -> Objects.requireNonNull(undone.get(task)))
                .toList();
        boolean stood = false;
        for (LaunchUndo undo : undoing) {
            stood |= undo.takeBack();
        }
        if (stood) {
            undoing.get(0).drain();
        }
        Lanes.begin(undoing, executor, LaunchUndo::clear).awaitRegardless();
    }

    /** Says that a launch of the group failed; why is known of that launch. */
    private static final class SiblingFailed extends Exception {
        private static final long serialVersionUID = 1L;

        SiblingFailed() {
            super("another launch of the same call failed");
        }
    }
}
