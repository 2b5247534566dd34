package io.forrest.core.internal.fleet;

import io.forrest.Failure;
import io.forrest.ForrestException;
import io.forrest.Instance;
import io.forrest.Retirement;
import io.forrest.Traffic;
import io.forrest.core.internal.concurrent.Joining;
import io.forrest.core.internal.concurrent.Lanes;
import io.forrest.core.internal.concurrent.Operation;
import io.forrest.core.internal.concurrent.Stop;
import io.forrest.core.internal.lifecycle.Launcher;
import io.forrest.core.internal.lifecycle.Member;
import io.forrest.core.internal.lifecycle.Members;
import io.forrest.core.internal.lifecycle.Template;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hands on a real fleet. Thread-safe. */
final class EngineHands implements Hands {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.fleet");
    private static final int LOG_LINES = 20;

    private final String app;
    private final Launcher launcher;
    private final Members members;
    private final Executor executor;
    private final TimeSource time;

    /** The names of those that this process could not launch or take back whole. */
    private final Set<String> owed;

    private final Launches launches;

    EngineHands(
            String app,
            Launcher launcher,
            Members members,
            Executor executor,
            TimeSource time,
            Set<String> owed,
            Launches launches) {
        this.app = app;
        this.launcher = launcher;
        this.members = members;
        this.executor = executor;
        this.time = time;
        this.owed = owed;
        this.launches = launches;
    }

    @Override
    public List<Member> members() {
        return members.of(app).stream()
                .map(member -> owed.contains(member.name()) ? member.left() : member)
                .toList();
    }

    @Override
    public Done<String> launch(Template template, int generation, int count, boolean together)
            throws InterruptedException {
        Queue<String> names = new ConcurrentLinkedQueue<>();
        Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
        Set<Operation<Instance>> operations = ConcurrentHashMap.newKeySet();
        AtomicBoolean ended = new AtomicBoolean();
        Consumer<Integer> one = number -> {
            if (ended.get()) {
                return;
            }
            try {
                Operation<Instance> operation = launcher.begin(template, generation);
                operations.add(operation);
                if (ended.get()) {
                    operation.stop(Stop.GROUP_FAILED);
                }
                names.add(joined(operation));
            } catch (RuntimeException | Error e) {
                if (e instanceof ForrestException failed && !failed.leftBehind().isEmpty()) {
                    failed.instance().ifPresent(owed::add);
                }
                failures.add(failure(e));
                if (together && ended.compareAndSet(false, true)) {
                    operations.forEach(other -> other.stop(Stop.GROUP_FAILED));
                }
            }
        };
        Lanes<Integer> lanes = Lanes.begin(Collections.nCopies(count, 1), executor, one);
        try {
            lanes.await();
        } catch (InterruptedException e) {
            ended.set(true);
            operations.forEach(operation -> operation.stop(Stop.INTERRUPTED));
            lanes.awaitRegardless();
            throw new CutShort(List.copyOf(names), List.of());
        }
        return new Done<>(List.copyOf(names), List.copyOf(failures));
    }

    /** Waits for a launch, which ends with the lease, and returns its instance's name. */
    private String joined(Operation<Instance> operation) {
        launches.add(operation);
        try {
            return Joining.join(operation).name();
        } finally {
            launches.remove(operation);
        }
    }

    /** An error, of a probe of the user's say, is a failure like any other: whoever waits for the member must hear of it. */
    private static RuntimeException failure(Throwable e) {
        return e instanceof RuntimeException failure
                ? failure
                : new ForrestException(String.valueOf(e), e, Failure.unspecified());
    }

    @Override
    public Done<Retirement> retire(List<Member> leaving) throws InterruptedException {
        Queue<Retirement> done = new ConcurrentLinkedQueue<>();
        Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
        Lanes<Member> lanes = Lanes.begin(leaving, executor, member -> {
            try {
                done.add(members.retire(member));
                owed.remove(member.name());
            } catch (RuntimeException | Error e) {
                owed.add(member.name());
                failures.add(failure(e));
            }
        });
        try {
            lanes.await();
        } catch (InterruptedException e) {
            lanes.skipRest();
            lanes.awaitRegardless();
            throw new CutShort(List.of(), List.copyOf(done));
        }
        return new Done<>(List.copyOf(done), List.copyOf(failures));
    }

    @Override
    public Set<String> unhealthy(List<Member> some) {
        return members.unhealthy(some);
    }

    @Override
    public Map<String, Traffic> traffic() {
        return members.traffic();
    }

    @Override
    public List<String> logs(Member member) {
        try {
            return members.logs(member, LOG_LINES);
        } catch (RuntimeException e) {
            LOGGER.debug("the log of {} could not be read", member.name(), e);
            return List.of();
        }
    }

    @Override
    public void sleep(Duration length) throws InterruptedException {
        time.sleep(length);
    }

    @Override
    public long nanoTime() {
        return time.nanoTime();
    }
}
