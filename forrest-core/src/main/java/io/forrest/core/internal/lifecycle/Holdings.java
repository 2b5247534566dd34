package io.forrest.core.internal.lifecycle;

import io.forrest.AnnouncementException;
import io.forrest.Endpoint;
import io.forrest.Failure;
import io.forrest.ForrestException;
import io.forrest.Instance;
import io.forrest.InstanceState;
import io.forrest.NameTakenException;
import io.forrest.RegistryException;
import io.forrest.Retirement;
import io.forrest.Stage;
import io.forrest.Step;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.Intent;
import io.forrest.core.internal.record.StoredRecord;
import io.forrest.spi.Announcement;
import io.forrest.spi.Container;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The verbs on instances that exist: looked at, announced, withdrawn, stopped. Thread-safe. */
public final class Holdings {

    private final EngineRoom room;
    private final Sightings sightings;
    private final Retire retire;
    private final UnderWay underWay;

    /**
     * Creates the verbs.
     *
     * @param room what they work with
     * @param underWay knows whether the scaler is closed, and what it launched
     */
    public Holdings(EngineRoom room, UnderWay underWay) {
        this.room = room;
        this.sightings = new Sightings(room);
        this.retire = new Retire(room);
        this.underWay = underWay;
    }

    /** Returns all instances of this engine under this prefix. */
    public List<Instance> all() {
        underWay.requireOpen();
        List<Instance> all = new ArrayList<>();
        sightings.all().forEach(sighting -> all.add(new Handle(this, sighting)));
        return List.copyOf(all);
    }

    /** Returns the instance of a name. */
    public Optional<Instance> find(String name) {
        underWay.requireOpen();
        return sightings.find(name).map(sighting -> new Handle(this, sighting));
    }

    /** Takes back the instance of a name. */
    public Retirement stop(String name, @Nullable Duration drainFor) {
        underWay.requireOpen();
        String launch = underWay.launchOf(name);
        Retirement retirement = retire.retire(name, null, drainFor);
        if (launch != null) {
            underWay.retired(name, launch);
        }
        return retirement;
    }

    Handle launched(Sightings.Sighting sighting) {
        return new Handle(this, sighting);
    }

    Retirement stop(String name, String launch) {
        underWay.requireOpen();
        return retireLaunch(name, launch);
    }

    /** Takes back the instance of a launch, whether the scaler is open or not. */
    public Retirement retireLaunch(String name, String launch) {
        Retirement retirement = retire.retire(name, launch, null);
        underWay.retired(name, launch);
        return retirement;
    }

    InstanceState look(String name, String launch, @Nullable Endpoint known) {
        underWay.requireOpen();
        return sightings.again(name, launch, known);
    }

    List<String> logs(String id, int lines) {
        underWay.requireOpen();
        return room.runtime().logs(id, lines);
    }

    InstanceState announce(String name, String launch) {
        underWay.requireOpen();
        Container container = sightings
                .container(name, launch)
                .filter(found -> found.status() == Container.Status.RUNNING)
                .orElseThrow(() -> notAnnounceable(name, "its container does not run"));
        Endpoint endpoint = sightings
                .endpoint(container)
                .orElseThrow(() -> notAnnounceable(name, "its port is not published on the advertised address"));
        InstanceRecord before = withdrawnIfMoved(
                name, recordOf(name, launch, Step.ANNOUNCE, List.of()).value(), endpoint);
        StoredRecord live = changed(
                name,
                launch,
                Step.ANNOUNCE,
                record -> record.at(container.id(), endpoint).live());
        Announcement announcement = new Announcement(name, live.value().app(), endpoint);
        try {
            room.registry().announce(announcement);
        } catch (NameTakenException | RegistryException e) {
            throw notAnnounced(name, launch, e, before.intent() == Intent.LIVE);
        }
        confirm(announcement, launch);
        room.reached(live.value().app(), name, Step.ANNOUNCE);
        return new InstanceState(Stage.ANNOUNCED, endpoint, null);
    }

    /** Takes the key of an endpoint back that the container had before it was restarted. */
    private InstanceRecord withdrawnIfMoved(String name, InstanceRecord record, Endpoint now) {
        Endpoint old = record.endpoint();
        if (old != null && !old.equals(now)) {
            try {
                room.registry().withdraw(new Announcement(name, record.app(), old));
            } catch (RegistryException e) {
                throw failure(name, Step.ANNOUNCE, e, List.of(key(name)));
            }
        }
        return record;
    }

    /** Sees to it that nobody retired the instance while it was announced: whoever comes second sees the other. */
    private void confirm(Announcement announcement, String launch) {
        String name = announcement.name();
        try {
            if (room.records().isLive(name, launch)) {
                return;
            }
            room.registry().withdraw(announcement);
        } catch (RegistryException e) {
            throw failure(name, Step.ANNOUNCE, e, List.of(key(name)));
        }
        throw retired(name, Step.ANNOUNCE);
    }

    private static AnnouncementException notAnnounceable(String name, String why) {
        return new AnnouncementException(
                "could not announce " + name + ": " + why, null, Failure.at(Step.ANNOUNCE, name));
    }

    InstanceState withdraw(String name, String launch) {
        underWay.requireOpen();
        StoredRecord held = changed(
                name, launch, Step.WITHDRAW, record -> record.held(room.time().now()));
        Endpoint endpoint = held.value().endpoint();
        if (endpoint != null) {
            Announcement announcement = new Announcement(name, held.value().app(), endpoint);
            try {
                room.registry().withdraw(announcement);
            } catch (RegistryException e) {
                throw failure(name, Step.WITHDRAW, e, List.of(key(name)));
            }
        }
        room.reached(held.value().app(), name, Step.WITHDRAW);
        return new InstanceState(Stage.HELD, endpoint, null);
    }

    private StoredRecord changed(String name, String launch, Step step, UnaryOperator<InstanceRecord> change) {
        while (true) {
            StoredRecord found = recordOf(name, launch, step, List.of());
            if (found.value().intent() == Intent.RETIRING || found.value().intent() == Intent.LAUNCHING) {
                throw retired(name, step);
            }
            try {
                Optional<StoredRecord> changed = room.records().replace(name, found, change.apply(found.value()));
                if (changed.isPresent()) {
                    return changed.get();
                }
            } catch (RegistryException e) {
                throw failure(name, step, e, List.of());
            }
        }
    }

    private StoredRecord recordOf(String name, String launch, Step step, List<String> left) {
        try {
            return room.records()
                    .find(name)
                    .filter(found -> found.value().launch().equals(launch))
                    .orElseThrow(() -> retired(name, step));
        } catch (RegistryException e) {
            throw failure(name, step, e, left);
        }
    }

    /** Notes that the instance is held, unless it was live before, and returns what to throw. */
    private ForrestException notAnnounced(String name, String launch, ForrestException cause, boolean wasLive) {
        List<String> left = new ArrayList<>();
        if (cause instanceof RegistryException e && e.reason() == RegistryException.Reason.UNKNOWN_OUTCOME) {
            left.add(key(name));
        }
        try {
            if (!wasLive) {
                changed(
                        name,
                        launch,
                        Step.ANNOUNCE,
                        record -> record.held(room.time().now()));
            }
        } catch (ForrestException e) {
            cause.addSuppressed(e);
            left.add(room.records().describe(name) + ", which says that it shall be announced");
        }
        String message = "could not announce " + name + ": " + cause.getMessage();
        Failure failure = Failure.at(Step.ANNOUNCE, name).leaving(left);
        return cause instanceof NameTakenException
                ? new NameTakenException(message, cause, failure)
                : new AnnouncementException(message, cause, failure);
    }

    private ForrestException failure(String name, Step step, RegistryException cause, List<String> left) {
        return new AnnouncementException(
                "could not " + (step == Step.ANNOUNCE ? "announce " : "withdraw ") + name + ": " + cause.getMessage(),
                cause,
                Failure.at(step, name).leaving(left));
    }

    private String key(String name) {
        return "key " + room.registry().prefix() + "/" + name;
    }

    private AnnouncementException retired(String name, Step step) {
        return new AnnouncementException(
                name + " is being launched or retired by another caller or process, or is gone: its "
                        + room.records().describe(name) + " does not let it be changed",
                null,
                Failure.at(step, name));
    }
}
