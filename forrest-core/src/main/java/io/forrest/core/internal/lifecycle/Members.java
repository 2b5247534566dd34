package io.forrest.core.internal.lifecycle;

import io.forrest.Endpoint;
import io.forrest.ForrestException;
import io.forrest.Readiness;
import io.forrest.RegistryException;
import io.forrest.Retirement;
import io.forrest.Stage;
import io.forrest.Step;
import io.forrest.Traffic;
import io.forrest.core.internal.ready.Ports;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.InstanceRecords;
import io.forrest.core.internal.record.Intent;
import io.forrest.core.internal.record.ProcessMark;
import io.forrest.core.internal.record.StoredRecord;
import io.forrest.spi.Announcement;
import io.forrest.spi.Container;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the members of fleets and takes them back. What cannot be asked is thrown, and never guessed. Thread-safe. */
public final class Members {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.lifecycle");

    private final EngineRoom room;
    private final UnderWay underWay;
    private final Retire retire;

    /**
     * Creates what looks.
     *
     * @param room what it works with
     * @param underWay knows what the scaler launched
     */
    public Members(EngineRoom room, UnderWay underWay) {
        this.room = room;
        this.underWay = underWay;
        this.retire = new Retire(room);
    }

    /** Returns the members of an app on this engine, by name. */
    public List<Member> of(String app) {
        return all().getOrDefault(app, List.of());
    }

    /**
     * Returns the members of all apps on this engine. Records are read before containers: a record whose container is not
     * found is one whose container is gone.
     */
    public Map<String, List<Member>> all() {
        InstanceRecords.Listing listing = room.records().list();
        Map<String, StoredRecord> records = listing.readable();
        Map<String, Endpoint> announced = new HashMap<>();
        for (Announcement announcement : room.registry().announcements()) {
            announced.put(announcement.name(), announcement.endpoint());
        }
        Map<String, Container> containers = new HashMap<>();
        for (Container container :
                room.runtime().list(Labels.under(room.registry().prefix()))) {
            Labels.identity(container.labels(), room.registry().prefix())
                    .filter(identity -> identity.name().equals(container.name()))
                    .filter(identity -> !isOfAnother(records.get(identity.name()), identity))
                    .ifPresent(identity -> containers.put(identity.name(), container));
        }
        Map<String, Traffic> traffic = room.serving().look();
        Map<String, List<Member>> all = new HashMap<>();
        records.forEach((name, stored) -> {
            InstanceRecord record = stored.value();
            if (record.engine().equals(room.engine().id())) {
                Traffic sent = traffic.get(name);
                all.computeIfAbsent(record.app(), app -> new ArrayList<>())
                        .add(member(
                                name,
                                record,
                                containers.get(name),
                                announced.get(name),
                                sent != null && sent.serving()));
            }
        });
        containers.forEach((name, container) -> {
            if (!records.containsKey(name)
                    && !listing.unreadable().contains(name)
                    && room.records().find(name).isEmpty()) { // else it was launched since the records were listed
                unrecorded(container, announced.get(name))
                        .ifPresent(
                                member -> all.computeIfAbsent(Labels.app(container.labels()), app -> new ArrayList<>())
                                        .add(member));
            }
        });
        all.values().forEach(members -> members.sort(Comparator.comparing(Member::name)));
        return all;
    }

    private static boolean isOfAnother(@Nullable StoredRecord stored, Labels.Identity identity) {
        return stored != null && !stored.value().launch().equals(identity.launch());
    }

    /** Returns a member whose record was wiped with the store: it is one all the same. */
    private Optional<Member> unrecorded(Container container, @Nullable Endpoint announced) {
        return Labels.identity(container.labels(), room.registry().prefix())
                .filter(identity -> container.status() == Container.Status.RUNNING)
                .map(identity -> new Member(
                        identity.name(),
                        identity.launch(),
                        container.id(),
                        Labels.generation(container.labels()),
                        container.created(),
                        announced == null ? Stage.UNANNOUNCED : Stage.ANNOUNCED,
                        false));
    }

    private Member member(
            String name,
            InstanceRecord record,
            @Nullable Container container,
            @Nullable Endpoint announced,
            boolean served) {
        Endpoint endpoint = container == null ? null : endpoint(container, record);
        Stage stage = Stages.of(container, record, announced, endpoint, served);
        if (stage == Stage.EXITED && record.intent() != Intent.LIVE) {
            stage = record.intent() == Intent.HELD ? Stage.HELD : Stage.LAUNCHING;
        } else if (stage == Stage.GONE && record.intent() == Intent.HELD) {
            stage = Stage.HELD;
        }
        return new Member(
                name,
                record.launch(),
                container == null ? "" : container.id(),
                container == null ? 0 : Labels.generation(container.labels()),
                container == null ? Instant.EPOCH : container.created(),
                stage,
                record.worker() != null && ProcessMark.hasEnded(record.worker()));
    }

    private @Nullable Endpoint endpoint(Container container, InstanceRecord record) {
        return Labels.identity(container.labels(), room.registry().prefix())
                .flatMap(identity -> Ports.endpoint(container, identity.port(), room.advertised(), record.endpoint()))
                .orElse(null);
    }

    /** Returns the ids of those containers whose HEALTHCHECK fails, of some. */
    public Set<String> unhealthy(List<Member> members) {
        Set<String> unhealthy = new HashSet<>();
        for (Member member : members) {
            room.runtime()
                    .find(member.container())
                    .filter(container -> container.health() == Container.Health.UNHEALTHY)
                    .filter(container -> Labels.readiness(container.labels())
                            .filter(Readiness.Healthcheck.class::isInstance)
                            .isPresent())
                    .ifPresent(container -> unhealthy.add(container.id()));
        }
        return unhealthy;
    }

    /** Returns what the balancer sends to instances, by name; empty where there is none, or it does not answer. */
    public Map<String, Traffic> traffic() {
        return room.serving().look();
    }

    /** Returns the last log lines of a member; empty if the engine does not tell. */
    public List<String> logs(Member member, int lines) {
        return member.container().isEmpty() ? List.of() : room.runtime().logs(member.container(), lines);
    }

    /** Takes a member back, whatever is left of it. */
    public Retirement retire(Member member) {
        Retirement retirement = retire.retire(member.name(), member.launch(), null);
        underWay.retired(member.name(), member.launch());
        return retirement;
    }

    /** What came of taking a dead member back. */
    public enum Taken {
        /** It was noted that it shall go: what fails after that is finished by the next pass. */
        YES,
        /** Somebody else does so, or it runs again, or engine or registry did not let it be noted. */
        NO,
        /** Nobody can tell whether it was noted: {@link #isGoing} does once the registry answers. */
        UNKNOWN
    }

    /** Takes a dead member back unless somebody does so, or it runs again. */
    public Taken retireDead(String app, Member member) {
        try {
            StoredRecord stored = room.records().find(member.name()).orElse(null);
            if (stored == null
                    || !stored.value().launch().equals(member.launch())
                    || stored.value().intent() != Intent.LIVE
                    || runs(stored.value().container())
                    || retire.retireIf(member.name(), stored).isEmpty()) {
                return Taken.NO;
            }
            underWay.retired(member.name(), member.launch());
            return Taken.YES;
        } catch (ForrestException e) {
            InstanceLog.about(LOGGER.atWarn(), app, member.name())
                    .log("{}, which is dead, could not be taken back: {}", member.name(), e.getMessage());
            if (e.step().filter(step -> step.compareTo(Step.RETIRE) > 0).isPresent()) {
                return Taken.YES;
            }
            return e.getCause() instanceof RegistryException cause
                            && cause.reason() == RegistryException.Reason.UNKNOWN_OUTCOME
                    ? Taken.UNKNOWN
                    : Taken.NO;
        }
    }

    /** Goes on with taking a dead member back that is noted to go. What fails is finished by a later pass. */
    public void retireGoing(String app, String name, String launch) {
        try {
            var unused = retire.retire(name, launch, null);
            underWay.retired(name, launch);
        } catch (ForrestException e) {
            InstanceLog.about(LOGGER.atWarn(), app, name)
                    .log("{}, which is dead, could not be taken back: {}", name, e.getMessage());
        }
    }

    /** Returns whether the instance of a launch is gone, or is being taken back by this process. */
    public boolean isGoing(String name, String launch) {
        return room.records()
                .find(name)
                .map(StoredRecord::value)
                .filter(record -> record.launch().equals(launch))
                .map(record ->
                        record.intent() == Intent.RETIRING && room.worker().equals(record.worker()))
                .orElse(true);
    }

    private boolean runs(@Nullable String container) {
        return container != null
                && room.runtime()
                        .find(container)
                        .filter(found -> found.status() == Container.Status.RUNNING)
                        .isPresent();
    }
}
