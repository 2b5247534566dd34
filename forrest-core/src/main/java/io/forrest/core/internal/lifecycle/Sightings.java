package io.forrest.core.internal.lifecycle;

import io.forrest.Endpoint;
import io.forrest.InstanceState;
import io.forrest.RegistryException;
import io.forrest.Stage;
import io.forrest.Traffic;
import io.forrest.core.internal.ready.Ports;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.StoredRecord;
import io.forrest.spi.Announcement;
import io.forrest.spi.Container;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at engine, registry and balancer and says which instances there are, and where they stand. Changes nothing. Thread-safe. */
final class Sightings {

    private static final Logger LOGGER = LoggerFactory.getLogger(Sightings.class);

    private final EngineRoom room;

    Sightings(EngineRoom room) {
        this.room = room;
    }

    /**
     * An instance as it was seen. Immutable and thread-safe.
     *
     * @param id the container's id; empty where there never was one
     * @param identity its name, app, port and launch
     * @param image its image
     * @param state where it stood
     */
    record Sighting(String id, Labels.Identity identity, String image, InstanceState state) {}

    /** What the registry says, and the balancer of what the registry says. */
    private record Noted(
            Map<String, Endpoint> announced, Map<String, InstanceRecord> records, Map<String, Traffic> traffic) {

        boolean isServed(String name) {
            Traffic sent = traffic.get(name);
            return sent != null && sent.serving();
        }
    }

    List<Sighting> all() {
        Map<String, Container> containers = new HashMap<>();
        for (Container container :
                room.runtime().list(Labels.under(room.registry().prefix()))) {
            identity(container).ifPresent(identity -> containers.put(identity.name(), container));
        }
        Noted noted = noted();
        Map<String, Sighting> byName = new TreeMap<>();
        containers.forEach((name, container) -> byName.put(name, seen(container, noted)));
        if (noted != null) {
            noted.records().forEach((name, record) -> {
                if (!containers.containsKey(name)
                        && record.engine().equals(room.engine().id())) {
                    byName.put(name, recorded(name, record));
                }
            });
        }
        return new ArrayList<>(byName.values());
    }

    Optional<Sighting> find(String name) {
        return all().stream()
                .filter(sighting -> sighting.identity().name().equals(name))
                .findFirst();
    }

    /**
     * Looks at one launch anew.
     *
     * @param known the endpoint that it had, in case nothing says so any more
     */
    InstanceState again(String name, String launch, @Nullable Endpoint known) {
        Container container = container(name, launch).orElse(null);
        Noted noted;
        try {
            Map<String, InstanceRecord> records = new HashMap<>();
            room.records().find(name).map(StoredRecord::value).ifPresent(record -> records.put(name, record));
            noted = new Noted(announced(), records, room.serving().look());
        } catch (RegistryException e) {
            unknown(e);
            noted = null;
        }
        if (container != null) {
            return seen(container, noted).state();
        }
        InstanceRecord record = noted == null ? null : noted.records().get(name);
        if (record != null && record.launch().equals(launch)) {
            return recorded(name, record).state();
        }
        return new InstanceState(noted == null ? Stage.UNKNOWN : Stage.GONE, known, null);
    }

    /** Returns the container of a launch. */
    Optional<Container> container(String name, String launch) {
        return room.runtime()
                .find(name)
                .filter(found -> identity(found)
                        .filter(identity -> identity.launch().equals(launch))
                        .isPresent());
    }

    /** Returns the endpoint that a container has now. */
    Optional<Endpoint> endpoint(Container container) {
        return identity(container).flatMap(found -> Ports.endpoint(container, found.port(), room.advertised()));
    }

    private @Nullable Noted noted() {
        try {
            return new Noted(announced(), room.records().all(), room.serving().look());
        } catch (RegistryException e) {
            unknown(e);
            return null;
        }
    }

    private static void unknown(RegistryException e) {
        LOGGER.warn("the registry does not answer, so the stages are unknown: {}", e.getMessage());
    }

    private Map<String, Endpoint> announced() {
        Map<String, Endpoint> announced = new HashMap<>();
        for (Announcement announcement : room.registry().announcements()) {
            announced.put(announcement.name(), announcement.endpoint());
        }
        return announced;
    }

    private Optional<Labels.Identity> identity(Container container) {
        return Labels.identity(container.labels(), room.registry().prefix());
    }

    private Sighting seen(Container container, @Nullable Noted noted) {
        Labels.Identity identity = identity(container).orElseThrow();
        InstanceRecord record = noted == null ? null : noted.records().get(identity.name());
        if (record != null && !record.launch().equals(identity.launch())) {
            record = null;
        }
        Endpoint endpoint = Ports.endpoint(
                        container, identity.port(), room.advertised(), record == null ? null : record.endpoint())
                .orElse(null);
        Stage stage = noted == null
                ? Stage.UNKNOWN
                : Stages.of(
                        container,
                        record,
                        noted.announced().get(identity.name()),
                        endpoint,
                        noted.isServed(identity.name()));
        return new Sighting(
                container.id(), identity, container.image(), new InstanceState(stage, endpoint, container.exitCode()));
    }

    private static Sighting recorded(String name, InstanceRecord record) {
        Labels.Identity identity = new Labels.Identity(record.app(), name, 0, record.launch());
        String id = record.container() == null ? "" : record.container();
        Stage stage = Stages.of(null, record, null, record.endpoint(), false);
        return new Sighting(id, identity, record.image(), new InstanceState(stage, record.endpoint(), null));
    }
}
