package io.forrest.core.internal.lifecycle;

import io.forrest.Endpoint;
import io.forrest.ForrestException;
import io.forrest.NameTakenException;
import io.forrest.Readiness;
import io.forrest.Step;
import io.forrest.Subscription;
import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.core.internal.ready.Answering;
import io.forrest.core.internal.ready.NotReady;
import io.forrest.core.internal.ready.Ports;
import io.forrest.core.internal.ready.ReadinessGate;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.Intent;
import io.forrest.core.internal.record.StoredRecord;
import io.forrest.spi.Announcement;
import io.forrest.spi.Container;
import io.forrest.spi.ContainerListener;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at containers for whoever repairs, and carries repairs out, one at a time and each behind a fence: what has changed
 * since it was looked at is left alone. Whatever fails in the middle is seen, and done, by the next look. Thread-safe.
 */
public final class Upkeep {

    /** How long an instance is tried for before it is left for the next time. */
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.supervise");

    private final EngineRoom room;
    private final UnderWay underWay;
    private final Retire retire;

    /**
     * What was put into the registry and not confirmed, because that fell silent: if it is not wanted any more, nobody else
     * would know whose it is.
     */
    private final Map<String, Unconfirmed> unconfirmed = new ConcurrentHashMap<>();

    private record Unconfirmed(Announcement announcement, String launch) {}

    /**
     * Creates the upkeep.
     *
     * @param room what it works with
     * @param underWay knows what the scaler launched
     */
    public Upkeep(EngineRoom room, UnderWay underWay) {
        this.room = room;
        this.underWay = underWay;
        this.retire = new Retire(room);
    }

    /**
     * Returns the containers of instances under the prefix, by name.
     *
     * @param records what is recorded of them
     * @param concerned which name and launch it shall look at closely
     */
    public Map<String, Sight> containers(Map<String, StoredRecord> records, BiPredicate<String, String> concerned) {
        Map<String, Sight> seen = new HashMap<>();
        for (Container container :
                room.runtime().list(Labels.under(room.registry().prefix()))) {
            identity(container).ifPresent(identity -> {
                StoredRecord stored = records.get(identity.name());
                boolean closely = concerned.test(identity.name(), identity.launch());
                seen.put(identity.name(), sight(closely ? closer(container) : container, identity, stored));
            });
        }
        return seen;
    }

    /** Returns the container of one name. */
    public Optional<Sight> container(String name, @Nullable StoredRecord stored) {
        return room.runtime()
                .find(name)
                .flatMap(found -> identity(found).map(identity -> sight(found, identity, stored)));
    }

    /** Returns who a container is; empty if it was made of an image that carries the labels of another. */
    private Optional<Labels.Identity> identity(Container container) {
        return Labels.identity(container.labels(), room.registry().prefix())
                .filter(identity -> identity.name().equals(container.name()));
    }

    /** Returns what a list does not tell, where that matters. */
    private Container closer(Container container) {
        boolean byHealth = Labels.readiness(container.labels())
                .map(Readiness.Healthcheck.class::isInstance)
                .orElse(true);
        return byHealth && container.status() == Container.Status.RUNNING
                ? room.runtime().find(container.id()).orElse(container)
                : container;
    }

    private Sight sight(Container container, Labels.Identity identity, @Nullable StoredRecord stored) {
        Endpoint recorded = stored == null || !stored.value().launch().equals(identity.launch())
                ? null
                : stored.value().endpoint();
        Readiness readiness = Labels.readiness(container.labels())
                .orElseGet(
                        () -> container.health() == Container.Health.NONE ? Readiness.port() : Readiness.healthcheck());
        return new Sight(
                container.id(),
                identity.app(),
                identity.launch(),
                container.image(),
                identity.port(),
                readiness,
                container.status(),
                container.health(),
                Ports.endpoint(container, identity.port(), room.advertised(), recorded)
                        .orElse(null));
    }

    /** Has a listener told what happens to the containers of instances under the prefix. */
    public Subscription watch(ContainerListener listener) {
        return room.runtime().watch(Labels.under(room.registry().prefix()), listener);
    }

    /** Takes back what was announced when the registry fell silent, and is not wanted any more. What fails is left for the next time. */
    public void settle() {
        unconfirmed.forEach((name, left) -> {
            try {
                if (!room.records().isLive(name, left.launch())) {
                    room.registry().withdraw(left.announcement());
                }
                unconfirmed.remove(name, left);
            } catch (ForrestException e) {
                InstanceLog.about(LOGGER.atDebug(), left.announcement().app(), name)
                        .log("nobody can tell yet whether {} is wanted", left.announcement(), e);
            }
        });
    }

    /** Takes a key back; false if that was not to be done any more. */
    public boolean withdraw(String name, StoredRecord seen, Endpoint key, boolean unlessRuns) {
        if (!isAsSeen(name, seen) || (unlessRuns && runs(name, seen.value()))) {
            return false;
        }
        Announcement announcement = new Announcement(name, seen.value().app(), key);
        if (!room.registry().withdraw(announcement)) {
            return false;
        }
        if (isWantedMeanwhile(name, seen, key)) {
            var unused = putWhile(announcement, seen.value().launch(), () -> true);
            return false;
        }
        room.reached(seen.value().app(), name, Step.WITHDRAW);
        return true;
    }

    /** Returns whether somebody announced the instance at this endpoint while its key was taken back. */
    private boolean isWantedMeanwhile(String name, StoredRecord seen, Endpoint key) {
        return room.records()
                .find(name)
                .filter(found -> !found.text().equals(seen.text()))
                .filter(found -> found.value().intent() == Intent.LIVE
                        && key.equals(found.value().endpoint()))
                .isPresent();
    }

    /** Tries a container and announces it; false if that was not to be done any more. */
    public boolean announce(String name, StoredRecord seen, Sight sight) throws NotReady, InterruptedException {
        if (!answers(sight, seen.value().endpoint())) {
            return false;
        }
        Endpoint old = seen.value().endpoint();
        if (old != null && !old.equals(sight.endpoint())) {
            // Once the record has another endpoint, nobody would know whose the old key is.
            room.registry().withdraw(new Announcement(name, seen.value().app(), old));
        }
        InstanceRecord live =
                seen.value().at(sight.container(), sight.endpoint()).live();
        return room.records().replace(name, seen, live).isPresent() && put(name, live, sight);
    }

    /** Tries a container whose record is lost, and records and announces it; false if that was not to be done any more. */
    public boolean recordAnew(String name, Sight sight) throws NotReady, InterruptedException {
        if (!answers(sight, null)) {
            return false;
        }
        InstanceRecord live = new InstanceRecord(
                room.engine().id(),
                sight.launch(),
                sight.app(),
                sight.image(),
                Intent.LIVE,
                sight.container(),
                sight.endpoint(),
                LaunchOptions.DRAIN_FOR,
                LaunchOptions.STOP_GRACE,
                room.clock().now(),
                null);
        Optional<StoredRecord> created = room.records().create(name, live);
        if (created.isEmpty()) {
            return false;
        }
        boolean announced = put(name, live, sight);
        if (!announced) {
            // Whoever stopped it before it had a record again left none, and does not come back for this one
            boolean unused = forget(name, created.get());
        }
        return announced;
    }

    /** Tries a container and ends its launch as that was to end; false if that was not to be done any more. */
    public boolean finishLaunch(String name, StoredRecord seen, Sight sight) throws NotReady, InterruptedException {
        if (!answers(sight, seen.value().endpoint())) {
            return false;
        }
        InstanceRecord known = seen.value().at(sight.container(), sight.endpoint());
        if (known.aim() == Intent.HELD) {
            return room.records()
                    .replace(name, seen, known.held(room.clock().now()))
                    .isPresent();
        }
        InstanceRecord live = known.live();
        return room.records().replace(name, seen, live).isPresent() && put(name, live, sight);
    }

    /** Takes an instance back, whatever is left of it; false if that was not to be done any more. */
    public boolean retire(String name, StoredRecord seen) {
        boolean retired = retire.retireIf(name, seen).isPresent();
        if (retired) {
            underWay.retired(name, seen.value().launch());
        }
        return retired;
    }

    /**
     * Deletes the record of a container that is gone, after its key, for nobody would know whose that is; false if that was
     * not to be done any more.
     */
    public boolean forget(String name, StoredRecord seen) {
        if (!isAsSeen(name, seen) || container(name, seen.value()).isPresent()) {
            return false;
        }
        Endpoint endpoint = seen.value().endpoint();
        if (endpoint != null) {
            room.registry().withdraw(new Announcement(name, seen.value().app(), endpoint));
        }
        if (!room.records().delete(name, seen)) {
            return false;
        }
        underWay.retired(name, seen.value().launch());
        return true;
    }

    /** Waits a little for a container to answer; false if it answers elsewhere by now, or is another. */
    private boolean answers(Sight sight, @Nullable Endpoint recorded) throws NotReady, InterruptedException {
        Endpoint endpoint = sight.endpoint();
        InetAddress address = endpoint == null ? room.advertised() : endpoint.address();
        Answering answering = new ReadinessGate(room.runtime(), room.time(), address)
                .await(
                        sight.container(),
                        sight.port(),
                        sight.readiness(),
                        Deadline.in(ANSWERS_WITHIN, room.time()),
                        () -> false);
        return isAt(answering.container(), sight, recorded);
    }

    private boolean isAt(Container container, Sight sight, @Nullable Endpoint recorded) {
        return container.status() == Container.Status.RUNNING
                && Ports.endpoint(container, sight.port(), room.advertised(), recorded)
                        .equals(Optional.ofNullable(sight.endpoint()));
    }

    /** Announces an instance, unless meanwhile it was retired, or its container ended: whoever did that may have found no key yet. */
    private boolean put(String name, InstanceRecord live, Sight sight) {
        Endpoint endpoint = Objects.requireNonNull(live.endpoint());
        Announcement announcement = new Announcement(name, live.app(), endpoint);
        boolean confirmed = putWhile(
                announcement,
                live.launch(),
                () -> room.runtime()
                        .find(sight.container())
                        .filter(found -> isAt(found, sight, endpoint))
                        .isPresent());
        if (confirmed) {
            room.reached(live.app(), name, Step.ANNOUNCE);
        }
        return confirmed;
    }

    /** Puts a key into the registry, and takes it back if it is not wanted by then, or the container is not as it was; false then. */
    private boolean putWhile(Announcement announcement, String launch, BooleanSupplier asItWas) {
        try {
            room.registry().announce(announcement);
            boolean confirmed = room.records().isLive(announcement.name(), launch) && asItWas.getAsBoolean();
            if (!confirmed) {
                room.registry().withdraw(announcement);
            }
            return confirmed;
        } catch (NameTakenException e) {
            throw e;
        } catch (RuntimeException e) {
            unconfirmed.put(announcement.name(), new Unconfirmed(announcement, launch));
            throw e;
        }
    }

    private boolean isAsSeen(String name, StoredRecord seen) {
        return room.records()
                .find(name)
                .filter(found -> found.text().equals(seen.text()))
                .isPresent();
    }

    private boolean runs(String name, InstanceRecord record) {
        return container(name, record)
                .filter(found -> found.status() == Container.Status.RUNNING)
                .isPresent();
    }

    private Optional<Container> container(String name, InstanceRecord record) {
        return room.runtime()
                .find(name)
                .filter(found -> identity(found)
                        .filter(identity -> identity.launch().equals(record.launch()))
                        .isPresent());
    }
}
