package io.forrest.core.internal.lifecycle;

import io.forrest.Fleet;
import io.forrest.Instance;
import io.forrest.InstanceState;
import io.forrest.Stage;
import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.core.internal.concurrent.Joining;
import io.forrest.core.internal.concurrent.Operation;
import io.forrest.core.internal.concurrent.Stop;
import io.forrest.core.internal.ready.NotReady;
import io.forrest.core.internal.record.Intent;
import io.forrest.event.InstanceLaunched;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** The verbs of a launch, each an operation on a thread of the scaler's. Thread-safe. */
public final class Launcher {

    private final EngineRoom room;
    private final Holdings holdings;
    private final UnderWay underWay;
    private final Executor executor;
    private final ScheduledExecutorService timer;
    private final NameGenerator names = new NameGenerator(new SecureRandom());
    private Function<Template, Fleet> fleets = template -> {
        throw new IllegalStateException("no fleets are known");
    };

    /** Creates the verbs. */
    public Launcher(
            EngineRoom room, Holdings holdings, UnderWay underWay, Executor executor, ScheduledExecutorService timer) {
        this.room = room;
        this.holdings = holdings;
        this.underWay = underWay;
        this.executor = executor;
        this.timer = timer;
    }

    Instance announce(LaunchOptions options) {
        return Joining.join(begin(options, Intent.LIVE, this::announced));
    }

    CompletableFuture<Instance> announceAsync(LaunchOptions options) {
        return begin(options, Intent.LIVE, this::announced);
    }

    Instance start(LaunchOptions options) {
        return Joining.join(begin(options, Intent.HELD, this::held));
    }

    List<Instance> announce(LaunchOptions options, int count) {
        List<LaunchTask> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tasks.add(task(options, Intent.LIVE));
        }
        Operation<List<Instance>> operation = new Operation<>(self ->
                within(self, options.within, deadline -> new GroupLaunch(this, executor, tasks, deadline).run(self)));
        underWay.begin(operation, executor);
        return Joining.join(operation);
    }

    /** What is done with an instance that is ready. */
    private interface Ending {
        Instance end(LaunchTask task, Operation<?> operation, Deadline deadline) throws InterruptedException, NotServed;
    }

    private Operation<Instance> begin(LaunchOptions options, Intent aim, Ending ending) {
        LaunchTask task = task(options, aim);
        Operation<Instance> operation = new Operation<>(self -> within(self, options.within, deadline -> {
            try {
                ready(task, self, deadline);
                return ending.end(task, self, deadline);
            } catch (Throwable e) {
                throw undone(task, self, e);
            }
        }));
        underWay.begin(operation, executor);
        return operation;
    }

    private LaunchTask task(LaunchOptions options, Intent aim) {
        return new LaunchTask(room, options, Template.app(options), names, aim);
    }

    /** Has launches know the fleet that a template makes. */
    public void fleets(Function<Template, Fleet> known) {
        fleets = known;
    }

    Fleet fleet(Template template) {
        return fleets.apply(template);
    }

    /** Begins to launch and announce a member of a fleet. */
    public Operation<Instance> begin(Template template, int generation) {
        LaunchOptions options = new LaunchOptions(template.options());
        options.generation = generation;
        return begin(options, Intent.LIVE, this::announced);
    }

    /** Returns what begins a launch as an earlier one of this scaler's was; empty if that is not known. */
    public Optional<Supplier<Operation<Instance>>> again(String launch) {
        return Optional.ofNullable(underWay.optionsOf(launch))
                .map(options -> () -> begin(options, Intent.LIVE, this::announced));
    }

    /** Has the operation told to stop after a time, unless what this returns is run before. */
    private Runnable alarm(Operation<?> operation, Duration limit, Stop why) {
        Future<?> alarm = timer.schedule(() -> operation.stop(why), limit.toNanos(), TimeUnit.NANOSECONDS);
        return () -> alarm.cancel(false);
    }

    private <T> T within(Operation<?> operation, Duration limit, Function<Deadline, T> work) {
        Runnable end = alarm(operation, limit, Stop.DEADLINE);
        try {
            return work.apply(Deadline.in(limit, room.time()));
        } finally {
            end.run();
        }
    }

    /** Brings an instance to where it answers. */
    void ready(LaunchTask task, Operation<?> operation, Deadline deadline) throws InterruptedException, NotReady {
        task.ready(deadline, guard(operation));
    }

    /** Waits until an announced instance is served, and returns where it stands then. */
    Stage awaitServed(LaunchTask task, Operation<?> operation, Deadline deadline)
            throws InterruptedException, NotServed {
        return task.awaitServed(deadline, guard(operation));
    }

    private LaunchTask.Guard guard(Operation<?> operation) {
        return new LaunchTask.Guard() {
            @Override
            public Runnable stopIn(Duration limit, Stop why) {
                return alarm(operation, limit, why);
            }

            @Override
            public void stop(Stop why) {
                operation.stop(why);
            }

            @Override
            public boolean stopped() {
                return operation.stopped().isPresent();
            }
        };
    }

    private Instance announced(LaunchTask task, Operation<?> operation, Deadline deadline)
            throws InterruptedException, NotServed {
        task.announce();
        if (!room.serving().acknowledge(operation)) {
            throw new InterruptedException("stopped while it was announced");
        }
        task.confirmAnnounced();
        Stage stage = awaitServed(task, operation, deadline);
        if (!operation.commit()) {
            throw new InterruptedException("stopped when it was served");
        }
        return launched(task, stage);
    }

    private Instance held(LaunchTask task, Operation<?> operation, Deadline deadline) throws InterruptedException {
        if (!operation.commit()) {
            throw new InterruptedException("stopped when it was ready");
        }
        task.hold();
        return launched(task, Stage.HELD);
    }

    Instance launched(LaunchTask task, Stage stage) {
        underWay.launched(task.name, task.launch, task.options);
        room.events().publish(new InstanceLaunched(room.time().now(), task.app, task.name, stage));
        return holdings.launched(new Sightings.Sighting(
                task.launchedContainer().id(),
                new Labels.Identity(task.app, task.name, 0, task.launch),
                task.options.image.toString(),
                new InstanceState(stage, task.announcement().endpoint(), null)));
    }

    /** Undoes a launch and returns what to throw; an error of the JVM's own is thrown as it is. */
    private static RuntimeException undone(LaunchTask task, Operation<?> operation, Throwable cause) {
        LaunchUndo undo = undo(task, operation, cause);
        RuntimeException exception = undo.exception(operation.stopped().orElse(null));
        if (cause instanceof Error error) {
            throw error;
        }
        return exception;
    }

    /** Undoes a launch that failed by itself. */
    static LaunchUndo undo(LaunchTask task, Operation<?> operation, Throwable cause) {
        LaunchUndo undo = new LaunchUndo(task, cause, true);
        operation.undo(() -> {
            if (undo.takeBack()) {
                undo.drain(task.options.drainFor);
            }
            undo.clear();
        });
        return undo;
    }
}
