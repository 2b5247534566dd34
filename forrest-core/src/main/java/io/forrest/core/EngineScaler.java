package io.forrest.core;

import static java.util.Objects.requireNonNull;

import io.forrest.Adoption;
import io.forrest.Fleet;
import io.forrest.ForrestEvent;
import io.forrest.Instance;
import io.forrest.Launch;
import io.forrest.Names;
import io.forrest.OnClose;
import io.forrest.ReconcileMode;
import io.forrest.Reconciliation;
import io.forrest.Retirement;
import io.forrest.Scaler;
import io.forrest.Subscription;
import io.forrest.Supervision;
import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.core.internal.concurrent.Durations;
import io.forrest.core.internal.concurrent.Threads;
import io.forrest.core.internal.event.Events;
import io.forrest.core.internal.fleet.FleetRoom;
import io.forrest.core.internal.fleet.Fleets;
import io.forrest.core.internal.fleet.Successors;
import io.forrest.core.internal.lifecycle.EngineRoom;
import io.forrest.core.internal.lifecycle.FluentLaunch;
import io.forrest.core.internal.lifecycle.Holdings;
import io.forrest.core.internal.lifecycle.Launcher;
import io.forrest.core.internal.lifecycle.RetireAll;
import io.forrest.core.internal.lifecycle.UnderWay;
import io.forrest.core.internal.supervise.Reconciling;
import io.forrest.core.internal.supervise.Replacing;
import io.forrest.core.internal.supervise.Supervisor;
import io.forrest.spi.TimeSource;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scaler of one engine: passes each verb on, and owns the threads that they run on. */
final class EngineScaler implements Scaler {

    private static final Logger LOGGER = LoggerFactory.getLogger(EngineScaler.class);
    private static final Duration UNDOING = Duration.ofSeconds(30);

    private final EngineRoom room;
    private final Events events;
    private final OnClose onClose;
    private final Duration retiredWithin;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService executor = Threads.pool("launch");
    private final ScheduledExecutorService timer = Threads.timer();
    private final UnderWay underWay = new UnderWay();
    private final Holdings holdings;
    private final Launcher launcher;
    private final Fleets fleets;
    private final Reconciling reconciling;
    private final @Nullable Supervisor supervisor;

    /**
     * Creates the scaler.
     *
     * @param room what it works with
     * @param onClose what becomes of what it launched
     * @param retiredWithin how much longer that may take in the end than the instances are given to drain and to stop
     * @param supervision what it does by itself
     * @param adoption whose instances it supervises
     * @param every about how long it waits at most between two looks at all of them
     * @param pauses how long it waits before it replaces what died
     */
    EngineScaler(
            EngineRoom room,
            OnClose onClose,
            Duration retiredWithin,
            Supervision supervision,
            Adoption adoption,
            Duration every,
            Replacing.Pauses pauses) {
        this.room = room;
        this.events = room.events();
        this.onClose = onClose;
        this.retiredWithin = retiredWithin;
        this.holdings = new Holdings(room, underWay);
        this.launcher = new Launcher(room, holdings, underWay, executor, timer);
        FleetRoom fleetRoom = new FleetRoom(room, launcher, underWay, executor, timer);
        this.fleets = new Fleets(fleetRoom, holdings);
        launcher.fleets(fleets::fleet);
        this.reconciling = new Reconciling(room, underWay, executor);
        boolean all = adoption == Adoption.ALL;
        Replacing replacing = supervision.atMost() == 0 ? null : replacing(fleetRoom, all, supervision, pauses);
        this.supervisor = supervision.active() ? supervised(fleetRoom, replacing, all, every) : null;
    }

    private Replacing replacing(FleetRoom fleetRoom, boolean all, Supervision supervision, Replacing.Pauses pauses) {
        Successors successors = new Successors(fleetRoom, all);
        holdings.onStopped(successors::callOff);
        return new Replacing(room, underWay, successors, supervision, pauses, executor, timer);
    }

    private Supervisor supervised(FleetRoom fleetRoom, @Nullable Replacing replacing, boolean all, Duration every) {
        Supervisor made = new Supervisor(reconciling, underWay, replacing, all, timer, every);
        underWay.onLaunched(name -> {
            made.begin();
            made.check(name);
        });
        if (replacing != null) {
            fleetRoom.onTouched(made::begin);
        }
        if (all) {
            made.begin();
        }
        return made;
    }

    @Override
    public Launch launch(String image) {
        return FluentLaunch.of(launcher, image);
    }

    @Override
    public Fleet fleet(String app) {
        return fleets.fleet(app);
    }

    @Override
    public List<Instance> instances() {
        return holdings.all();
    }

    @Override
    public Optional<Instance> find(String name) {
        return holdings.find(Names.require(name, "name"));
    }

    @Override
    public Retirement stop(String name) {
        return holdings.stop(Names.require(name, "name"), null);
    }

    @Override
    public Retirement stop(String name, Duration drainFor) {
        Durations.requireTime(drainFor, "drainFor");
        return holdings.stop(Names.require(name, "name"), drainFor);
    }

    @Override
    public Reconciliation reconcile() {
        return reconcile(ReconcileMode.REPAIR);
    }

    @Override
    public Reconciliation reconcile(ReconcileMode mode) {
        return reconciling.reconcile(requireNonNull(mode, "mode"));
    }

    @Override
    public InetAddress advertised() {
        return room.advertised();
    }

    @Override
    public Subscription onEvent(Consumer<? super ForrestEvent> listener) {
        underWay.requireOpen();
        return events.subscribe(listener);
    }

    @Override
    public void close() {
        if (!underWay.close()) {
            awaitClosed();
            return;
        }
        try {
            closeAll();
        } finally {
            closed.countDown();
            timer.shutdownNow();
            executor.shutdown();
            events.close();
        }
    }

    private void closeAll() {
        if (supervisor != null) {
            supervisor.close();
        } else {
            reconciling.close();
        }
        int unfinished = underWay.stopAll(UNDOING);
        if (unfinished > 0) {
            LOGGER.warn("{} launches were still being undone {} after the scaler was closed", unfinished, UNDOING);
        }
        if (onClose == OnClose.RETIRE_ALL) {
            retireAll();
        }
    }

    private void retireAll() {
        boolean interrupted =
                Thread.interrupted(); // else engine and registry would refuse whatever they are asked here
        try {
            Deadline spare = Deadline.in(retiredWithin, TimeSource.system());
            fleets.forgetOwn(spare);
            new RetireAll(room, holdings, underWay.launched()).run(executor, spare);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Waits for another thread that closes this scaler, so that whoever closes next what it works with does so after it. */
    private void awaitClosed() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
