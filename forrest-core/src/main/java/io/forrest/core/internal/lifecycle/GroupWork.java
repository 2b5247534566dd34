package io.forrest.core.internal.lifecycle;

import io.forrest.core.internal.concurrent.Lanes;
import io.forrest.core.internal.concurrent.Operation;
import io.forrest.core.internal.concurrent.Stop;
import java.util.LinkedHashMap;
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
 * One thing that is done with every launch of a group side by side, an operation each. The first that fails stops the rest.
 * Thread-safe; used once.
 */
final class GroupWork {

    private final Executor executor;
    private final Map<LaunchTask, Operation<LaunchTask>> operations = new LinkedHashMap<>();
    private final Set<LaunchTask> done = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Failed> firstFailed = new AtomicReference<>();

    /** What is done with one launch. */
    interface Work {
        void run(LaunchTask task, Operation<?> operation) throws Exception;
    }

    GroupWork(List<LaunchTask> tasks, Executor executor, Work work) {
        this.executor = executor;
        for (LaunchTask task : tasks) {
            operations.put(task, new Operation<>(operation -> {
                work.run(task, operation);
                return task;
            }));
        }
    }

    /** Does it with all of them; when this returns or throws, none is under way any more. */
    void run() throws InterruptedException, Failed {
        Lanes<LaunchTask> lanes = Lanes.begin(operations.keySet(), executor, this::run);
        try {
            lanes.await();
        } catch (InterruptedException e) {
            lanes.skipRest();
            stopAll();
            lanes.awaitRegardless();
            throw e;
        }
        Failed failed = firstFailed.get();
        if (failed != null) {
            throw failed;
        }
    }

    private void run(LaunchTask task) {
        if (firstFailed.get() != null) {
            return;
        }
        Operation<LaunchTask> operation = Objects.requireNonNull(operations.get(task));
        operation.run();
        Optional<Throwable> failure = operation.failure();
        Optional<Stop> stopped = operation.stopped();
        if (failure.isEmpty()) {
            done.add(task);
        } else if (stopped.filter(Stop.GROUP_FAILED::equals).isEmpty()
                && firstFailed.compareAndSet(null, new Failed(task, failure.get(), stopped))) {
            stopAll();
        }
    }

    private void stopAll() {
        operations.values().forEach(operation -> operation.stop(Stop.GROUP_FAILED));
    }

    /** Returns the launches that it is done with. */
    Set<LaunchTask> done() {
        return Set.copyOf(done);
    }

    /** Says which launch of the group failed first, and of what. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient LaunchTask task;
        private final transient Optional<Stop> stopped;

        Failed(LaunchTask task, Throwable cause, Optional<Stop> stopped) {
            super("a launch of the group failed", cause);
            this.task = task;
            this.stopped = stopped;
        }

        LaunchTask task() {
            return task;
        }

        Throwable reason() {
            return Objects.requireNonNull(getCause());
        }

        Optional<Stop> stopped() {
            return stopped;
        }
    }
}
