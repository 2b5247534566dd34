package io.forrest.core.internal.lifecycle;

import io.forrest.AnnouncementException;
import io.forrest.Endpoint;
import io.forrest.Failure;
import io.forrest.ForrestException;
import io.forrest.InstanceState;
import io.forrest.NameTakenException;
import io.forrest.RegistryException;
import io.forrest.Stage;
import io.forrest.Step;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.Intent;
import io.forrest.core.internal.record.StoredRecord;
import io.forrest.spi.Announcement;
import io.forrest.spi.Container;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Announces and withdraws instances that exist, against others who may do the same. Thread-safe. */
final class Announcing {

    private final EngineRoom room;
    private final Sightings sightings;

    Announcing(EngineRoom room, Sightings sightings) {
        this.room = room;
        this.sightings = sightings;
    }

    InstanceState announce(String name, String launch) {
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
        Stage stage = awaitServed(announcement, launch, before.intent() == Intent.LIVE);
        return new InstanceState(stage, endpoint, null);
    }

    /** Waits until the instance is served. If it is not, it is held again, unless it was live before. */
    private Stage awaitServed(Announcement announcement, String launch, boolean wasLive) {
        try {
            return room.serving().awaitServed(announcement, room.servedWithin());
        } catch (NotServed e) {
            throw notServed(
                    announcement,
                    launch,
                    wasLive,
                    e,
                    "the balancers did not confirm it within " + e.waited() + " (raise it by servedWithin(...)): "
                            + e.lastAnswer());
        } catch (InterruptedException e) {
            try {
                throw notServed(announcement, launch, wasLive, e, "the calling thread was interrupted");
            } finally {
                Thread.currentThread().interrupt();
            }
        } catch (RuntimeException e) {
            throw notServed(announcement, launch, wasLive, e, String.valueOf(e.getMessage()));
        }
    }

    private AnnouncementException notServed(
            Announcement announcement, String launch, boolean wasLive, Exception cause, String reason) {
        String name = announcement.name();
        if (isRetired(name, launch)) {
            throw retired(name, Step.SERVE);
        }
        String now = wasLive ? "; it stays announced" : "; it is held again";
        List<String> left = List.of();
        if (!wasLive) {
            try {
                InstanceState unused = withdraw(name, launch);
            } catch (ForrestException e) {
                cause.addSuppressed(e);
                left = List.of(key(name));
                now = "";
            }
        }
        room.failed(announcement.app(), name, Step.SERVE, reason);
        return new AnnouncementException(
                "announced " + name + " at " + announcement.endpoint() + ", but " + reason + now,
                cause,
                Failure.at(Step.SERVE, name).leaving(left));
    }

    /** Returns whether somebody retires the instance, so that it will never be served; a registry that is away says nothing. */
    private boolean isRetired(String name, String launch) {
        try {
            return !room.records().isLive(name, launch);
        } catch (RegistryException e) {
            return false; // what is done next meets the same, and says it
        }
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
        StoredRecord held = changed(
                name, launch, Step.WITHDRAW, record -> record.held(room.clock().now()));
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
                        record -> record.held(room.clock().now()));
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
