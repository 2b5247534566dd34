package io.forrest.core.internal.lifecycle;

import io.forrest.Endpoint;
import io.forrest.Failure;
import io.forrest.ForrestException;
import io.forrest.NameTakenException;
import io.forrest.Readiness;
import io.forrest.RegistryException;
import io.forrest.Stage;
import io.forrest.Step;
import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.core.internal.concurrent.Durations;
import io.forrest.core.internal.concurrent.Stop;
import io.forrest.core.internal.ready.Answering;
import io.forrest.core.internal.ready.NotReady;
import io.forrest.core.internal.ready.Ports;
import io.forrest.core.internal.ready.ReadinessGate;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.Intent;
import io.forrest.core.internal.record.StoredRecord;
import io.forrest.event.PullProgressed;
import io.forrest.spi.Announcement;
import io.forrest.spi.Container;
import io.forrest.spi.ContainerSpec;
import io.forrest.spi.ImageInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One instance on its way from a description to an announcement. Remembers how far it came, for {@link LaunchUndo}. Not
 * thread-safe; confine it to one thread at a time.
 */
final class LaunchTask {

    private static final Duration HEALTHCHECK_INTERVAL = Duration.ofSeconds(1);
    private static final int NAME_ATTEMPTS = 20;
    private static final Duration PROBE_GRACE = Duration.ofSeconds(1);

    final EngineRoom room;
    final LaunchOptions options;
    final String app;
    final String launch = UUID.randomUUID().toString();
    private final NameGenerator names;
    private final Intent aim;

    /** The step that is being tried. */
    Step step = Step.RESERVE;
    /** The name; empty until one is tried. */
    String name = "";
    /** Whether a record of this launch may stand. */
    boolean recordMayStand;
    /** Whether a key of this launch may stand. */
    boolean keyMayStand;
    /** Whether the registry has taken the key, so that traffic may come whoever took it back since. */
    boolean acknowledged;

    @Nullable
    Container container;

    private @Nullable StoredRecord record;
    private @Nullable Endpoint endpoint;
    private @Nullable ReadinessGate gate;
    private ImageInfo image = new ImageInfo(List.of(), false);

    LaunchTask(EngineRoom room, LaunchOptions options, String app, NameGenerator names, Intent aim) {
        this.room = room;
        this.options = options;
        this.app = app;
        this.names = names;
        this.aim = aim;
    }

    /** Reserves a name, starts the container, and waits until its application answers. */
    void ready(Deadline deadline, Guard guard) throws InterruptedException, NotReady {
        reserve(1, deadline);
        step = Step.LAUNCH;
        image = room.runtime()
                .prepare(
                        options.image,
                        options.pull,
                        progress -> room.events()
                                .publish(new PullProgressed(
                                        room.time().now(),
                                        app,
                                        name,
                                        options.image.toString(),
                                        progress.layer(),
                                        progress.status(),
                                        progress.current(),
                                        progress.total())));
        int port = PortChoice.of(options.port, image);
        Container started = started(port, deadline);
        container = started;
        endpoint = Ports.endpoint(started, port, room.advertised()).orElse(null);
        note(current().value().at(started.id(), endpoint));
        room.reached(app, name, Step.LAUNCH);

        step = Step.READY;
        Answering answering = answering(started.id(), port, deadline, guard);
        container = answering.container();
        if (!answering.endpoint().equals(endpoint)) {
            endpoint = answering.endpoint();
            note(current().value().at(started.id(), endpoint));
        }
        room.reached(app, name, Step.READY);
    }

    /** Waits until the application answers; a probe that does not return is interrupted a little after its time. */
    private Answering answering(String id, int port, Deadline deadline, Guard guard)
            throws InterruptedException, NotReady {
        boolean cutShort = deadline.remaining().compareTo(options.readyWithin) < 0;
        Deadline readyBy = Deadline.in(Durations.shorter(options.readyWithin, deadline.remaining()), room.time());
        ReadinessGate opening = new ReadinessGate(room.runtime(), room.time(), room.advertised());
        gate = opening;
        Runnable end = guard.stopIn(readyBy.remaining().plus(PROBE_GRACE), cutShort ? Stop.DEADLINE : Stop.NOT_READY);
        try {
            return opening.await(id, port, readiness(), readyBy, guard::stopped);
        } catch (NotReady e) {
            if (cutShort && !e.never()) {
                guard.stop(Stop.DEADLINE);
            }
            throw e;
        } finally {
            end.run();
        }
    }

    /** Returns how readiness is told: as the launch says, else by the image's HEALTHCHECK, else by its port. */
    Readiness readiness() {
        if (options.readyWhen != null) {
            return options.readyWhen;
        }
        return image.hasHealthcheck() ? Readiness.healthcheck() : Readiness.port();
    }

    /** Returns what waits, or waited, for the application to answer; empty before. */
    Optional<ReadinessGate> gate() {
        return Optional.ofNullable(gate);
    }

    /** What a launch needs of the operation that it is. */
    interface Guard {
        /** Has the operation told to stop after a time, unless what this returns is run before. */
        Runnable stopIn(Duration limit, Stop why);

        /** Has the operation told to stop. */
        void stop(Stop why);

        /** Returns whether the operation was told to stop. */
        boolean stopped();
    }

    Container launchedContainer() {
        if (container == null) {
            throw new IllegalStateException(name + " has no container");
        }
        return container;
    }

    ImageInfo image() {
        return image;
    }

    private void reserve(int firstAttempt, Deadline deadline) {
        for (int attempt = firstAttempt; attempt <= NAME_ATTEMPTS; attempt++) {
            name = options.name == null ? names.name(attempt) : options.name;
            InstanceRecord value = new InstanceRecord(
                    room.engine().id(),
                    launch,
                    app,
                    options.image.toString(),
                    Intent.LAUNCHING,
                    null,
                    null,
                    options.drainFor,
                    options.stopGrace,
                    room.clock().now().plus(deadline.remaining()),
                    null,
                    aim,
                    room.worker());
            Optional<StoredRecord> created = created(value);
            if (created.isPresent()) {
                record = created.get();
                room.reached(app, name, Step.RESERVE);
                return;
            }
            if (options.name != null) {
                break;
            }
        }
        throw new NameTakenException(
                "the name " + name + " is reserved by another instance: its "
                        + room.records().describe(name) + " stands",
                null,
                Failure.at(Step.RESERVE, name));
    }

    private Optional<StoredRecord> created(InstanceRecord value) {
        try {
            Optional<StoredRecord> created = room.records().create(name, value);
            recordMayStand = created.isPresent();
            return created;
        } catch (RegistryException e) {
            recordMayStand = e.reason() == RegistryException.Reason.UNKNOWN_OUTCOME;
            throw e;
        }
    }

    private Container started(int port, Deadline deadline) {
        for (int attempt = 2; ; attempt++) {
            try {
                return room.runtime().start(spec(port));
            } catch (NameTakenException e) {
                if (options.name != null || attempt > NAME_ATTEMPTS) {
                    throw e;
                }
            }
            new LastTraces(room).delete(name, launch);
            step = Step.RESERVE;
            reserve(attempt, deadline);
            step = Step.LAUNCH;
        }
    }

    private ContainerSpec spec(int port) {
        return new ContainerSpec(
                name,
                options.image.toString(),
                port,
                room.publishOn(),
                options.environment(),
                options.command,
                labels(port),
                options.memory,
                options.cpus,
                options.mounts,
                options.network,
                readiness() instanceof Readiness.Healthcheck ? HEALTHCHECK_INTERVAL : null);
    }

    private Map<String, String> labels(int port) {
        Map<String, String> labels = Labels.join(options.labels, Labels.ready(readiness()));
        if (options.generation > 0) {
            labels = Labels.join(labels, Labels.generation(options.generation));
        }
        return Labels.join(labels, Labels.of(app, name, port, room.registry().prefix(), launch));
    }

    /** Announces the instance; what is wanted is noted before it is done. */
    void announce() {
        step = Step.ANNOUNCE;
        note(current().value().live());
        keyMayStand = true;
        try {
            room.registry().announce(announcement());
            acknowledged = true;
        } catch (RegistryException e) {
            keyMayStand = e.reason() == RegistryException.Reason.UNKNOWN_OUTCOME;
            throw e;
        } catch (NameTakenException e) {
            keyMayStand = false;
            throw e;
        }
    }

    /** Sees to it that nobody retired the instance while it was announced: whoever comes second sees the other. */
    void confirmAnnounced() {
        if (!room.records().isLive(name, launch)) {
            throw new RetiredMeanwhile(name);
        }
        room.reached(app, name, Step.ANNOUNCE);
    }

    /** Waits until the instance is served, where there is a balancer, and returns where it stands then. */
    Stage awaitServed(Deadline deadline, Guard guard) throws InterruptedException, NotServed {
        step = Step.SERVE;
        Duration left = deadline.remaining();
        boolean cutShort = left.compareTo(room.servedWithin()) < 0;
        try {
            return room.serving().awaitServed(announcement(), left);
        } catch (NotServed e) {
            if (isRetired(e)) {
                throw new RetiredMeanwhile(name);
            }
            if (cutShort) {
                guard.stop(Stop.DEADLINE);
            }
            throw e;
        }
    }

    /** Returns whether it is not served because somebody retired it. */
    private boolean isRetired(NotServed notServed) {
        try {
            return !room.records().isLive(name, launch);
        } catch (ForrestException e) {
            notServed.addSuppressed(e);
            return false;
        }
    }

    /** Notes that the instance shall run and not be announced. */
    void hold() {
        note(current().value().held(room.clock().now()));
    }

    /**
     * Notes that the instance shall go, if its record may say that it shall be announced. If it does, whoever repairs may have put
     * the key, also where this launch did not: the store was wiped, or it refused this launch.
     */
    void noteRetiring() {
        if (endpoint == null) {
            return;
        }
        Optional<StoredRecord> found = room.records().find(name);
        while (found.isPresent() && mayBeAnnounced(found.get().value())) {
            keyMayStand |= found.get().value().intent() == Intent.LIVE;
            InstanceRecord retiring = found.get().value().retiring(room.clock().now(), room.worker(), null);
            if (room.records().replace(name, found.get(), retiring).isPresent()) {
                return;
            }
            found = room.records().find(name);
        }
    }

    private boolean mayBeAnnounced(InstanceRecord value) {
        return value.launch().equals(launch)
                && value.intent() != Intent.RETIRING
                && (value.intent() != Intent.LAUNCHING || step.compareTo(Step.ANNOUNCE) >= 0);
    }

    private void note(InstanceRecord value) {
        record = room.records().replace(name, current(), value).orElseThrow(() -> new RetiredMeanwhile(name));
    }

    Announcement announcement() {
        if (endpoint == null) {
            throw new IllegalStateException(name + " is not ready");
        }
        return new Announcement(name, app, endpoint);
    }

    private StoredRecord current() {
        if (record == null) {
            throw new IllegalStateException("no name is reserved");
        }
        return record;
    }

    /** Says that the record of an instance changed under its launch: somebody stops the instance. */
    static final class RetiredMeanwhile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RetiredMeanwhile(String name) {
            super(name + " was retired meanwhile, by another caller or process");
        }
    }
}
