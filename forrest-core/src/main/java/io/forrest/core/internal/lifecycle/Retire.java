package io.forrest.core.internal.lifecycle;

import io.forrest.ContainerRuntimeException;
import io.forrest.Endpoint;
import io.forrest.Failure;
import io.forrest.ForrestException;
import io.forrest.RegistryException;
import io.forrest.Retirement;
import io.forrest.Step;
import io.forrest.core.internal.concurrent.Durations;
import io.forrest.core.internal.ready.Ports;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.Intent;
import io.forrest.core.internal.record.StoredRecord;
import io.forrest.event.InstanceRetired;
import io.forrest.spi.Announcement;
import io.forrest.spi.Container;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes instances back in the one safe order. Every call looks at what is there and goes on from it, so that a call that
 * failed, in this process or another, is finished by the next. Thread-safe.
 */
final class Retire {

    private final EngineRoom room;
    private final LastTraces traces;

    Retire(EngineRoom room) {
        this.room = room;
        this.traces = new LastTraces(room);
    }

    /**
     * Takes back the instance of a name.
     *
     * @param name the name
     * @param onlyLaunch the launch that it must be of; null: whichever it is
     * @param drainFor the drain time; null: that of its launch
     */
    Retirement retire(String name, @Nullable String onlyLaunch, @Nullable Duration drainFor) {
        Found found = noted(name, () -> find(name, onlyLaunch, drainFor));
        return found == null ? Retirement.ofNothing(name) : go(name, found, drainFor);
    }

    /** Takes back an instance whose record is still as it was read; empty if it is not. */
    Optional<Retirement> retireIf(String name, StoredRecord seen) {
        Found found = noted(name, () -> {
            Container container = ownContainer(name, seen, seen.value().launch());
            return room.records()
                    .replace(name, seen, retiring(seen.value(), null))
                    .map(retiring -> new Found(retiring.value(), container))
                    .orElse(null);
        });
        return found == null ? Optional.empty() : Optional.of(go(name, found, null));
    }

    private InstanceRecord retiring(InstanceRecord record, @Nullable Duration drainFor) {
        return record.retiring(room.clock().now(), room.worker(), drainFor);
    }

    private Retirement go(String name, Found found, @Nullable Duration drainFor) {
        Way way = new Way(name, found);
        try {
            return way.go(drainFor);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw way.failure("the calling thread was interrupted", e);
        } catch (RuntimeException e) {
            throw way.failure(String.valueOf(e.getMessage()), e);
        }
    }

    /** What there is of an instance when it is about to go: its record, noted as retiring, and its container. */
    private record Found(InstanceRecord record, @Nullable Container container) {}

    /** Finds what there is of an instance and notes that it shall go; null if there is nothing. */
    private interface Noting {
        @Nullable
        Found note();
    }

    private static @Nullable Found noted(String name, Noting noting) {
        try {
            return noting.note();
        } catch (RegistryException | ContainerRuntimeException e) {
            throw new ForrestException(
                    "could not take " + name + " back, "
                            + (mayBeNoted(e) ? "at most its record was changed: " : "nothing of it was touched: ")
                            + e.getMessage(),
                    e,
                    Failure.at(Step.RETIRE, name));
        }
    }

    private static boolean mayBeNoted(ForrestException e) {
        return e instanceof RegistryException registry && registry.reason() == RegistryException.Reason.UNKNOWN_OUTCOME;
    }

    private @Nullable Found find(String name, @Nullable String onlyLaunch, @Nullable Duration drainFor) {
        while (true) {
            Optional<StoredRecord> stored = room.records().find(name);
            Container container = ownContainer(name, stored.orElse(null), onlyLaunch);
            if (stored.isEmpty()) {
                if (container == null) {
                    refuseForeignKey(name, onlyLaunch);
                    return null;
                }
                Optional<StoredRecord> anew = room.records().create(name, recordOf(container));
                if (anew.isPresent()) {
                    return new Found(anew.get().value(), container);
                }
                continue;
            }
            InstanceRecord record = stored.get().value();
            if (onlyLaunch != null && !record.launch().equals(onlyLaunch)) {
                return container == null ? null : new Found(recordOf(container), container);
            }
            if (!record.engine().equals(room.engine().id())) {
                throw new ForrestException(
                        name + " runs on another engine, " + record.engine() + ": stop it by a scaler of that engine",
                        null,
                        Failure.at(Step.RETIRE, name));
            }
            Optional<StoredRecord> retiring = room.records().replace(name, stored.get(), retiring(record, drainFor));
            if (retiring.isPresent()) {
                return new Found(retiring.get().value(), container);
            }
        }
    }

    private @Nullable Container ownContainer(String name, @Nullable StoredRecord stored, @Nullable String onlyLaunch) {
        String recorded = stored == null ? null : stored.value().container();
        Optional<Container> found = room.runtime().find(recorded == null ? name : recorded);
        if (found.isEmpty()) {
            return null;
        }
        Optional<Labels.Identity> identity =
                Labels.identity(found.get().labels(), room.registry().prefix());
        String launch = onlyLaunch != null
                ? onlyLaunch
                : stored == null ? null : stored.value().launch();
        if (identity.isPresent()
                && identity.get().name().equals(name)
                && (launch == null || identity.get().launch().equals(launch))) {
            return found.get();
        }
        if (stored == null && onlyLaunch == null) {
            throw new ForrestException(
                    "the container " + name + " is none that Forrest launched under "
                            + room.registry().prefix() + ": it is left alone",
                    null,
                    Failure.at(Step.RETIRE, name));
        }
        return null;
    }

    private void refuseForeignKey(String name, @Nullable String onlyLaunch) {
        if (onlyLaunch != null) {
            return;
        }
        boolean announced = room.registry().announcements().stream()
                .anyMatch(announcement -> announcement.name().equals(name));
        if (announced) {
            throw new ForrestException(
                    "the key " + room.registry().prefix() + "/" + name
                            + " was not written by Forrest on this engine: it is" + " left alone",
                    null,
                    Failure.at(Step.RETIRE, name));
        }
    }

    /** Returns the record of a container whose own is lost, as far as its labels tell. */
    private InstanceRecord recordOf(Container container) {
        Labels.Identity identity =
                Labels.identity(container.labels(), room.registry().prefix()).orElseThrow();
        Endpoint endpoint =
                Ports.endpoint(container, identity.port(), room.advertised()).orElse(null);
        return new InstanceRecord(
                room.engine().id(),
                identity.launch(),
                identity.app(),
                container.image(),
                Intent.RETIRING,
                container.id(),
                endpoint,
                LaunchOptions.DRAIN_FOR,
                LaunchOptions.STOP_GRACE,
                room.clock().now(),
                room.clock().now(),
                Intent.LIVE,
                room.worker());
    }

    /** One instance's way out, and how far it came. */
    private final class Way {

        private final String name;
        private final Found found;
        private Step step = Step.RETIRE;
        private boolean removed;

        Way(String name, Found found) {
            this.name = name;
            this.found = found;
        }

        Retirement go(@Nullable Duration drainFor) throws InterruptedException {
            reached(Step.RETIRE);
            boolean withdrawn = false;
            Serving.Drain drain;
            do {
                step = Step.WITHDRAW;
                boolean stood = withdraw();
                withdrawn |= stood;
                reached(Step.WITHDRAW);
                step = Step.DRAIN;
                drain = drain(stood, drainFor == null ? found.record().drainFor() : drainFor);
                reached(Step.DRAIN);
            } while (runs() && traces.notedAgain(name, found.record()));

            Container container = found.container();
            if (container != null) {
                step = Step.STOP;
                room.runtime().stop(container.id(), found.record().stopGrace());
                reached(Step.STOP);
                step = Step.REMOVE;
                room.runtime().remove(container.id());
                removed = true;
            }
            step = Step.REMOVE;
            traces.delete(name, found.record().launch());
            reached(Step.REMOVE);
            Retirement retirement =
                    new Retirement(name, true, withdrawn, drain.took(), drain.sessionsCut(), drain.blindSpots());
            room.events()
                    .publish(new InstanceRetired(
                            room.time().now(), found.record().app(), retirement));
            return retirement;
        }

        private boolean runs() {
            Container container = found.container();
            return container != null && container.status() == Container.Status.RUNNING;
        }

        private boolean withdraw() {
            Announcement announcement = announcement();
            return announcement != null && room.registry().withdraw(announcement);
        }

        private @Nullable Announcement announcement() {
            Endpoint endpoint = found.record().endpoint();
            return endpoint == null
                    ? null
                    : new Announcement(name, found.record().app(), endpoint);
        }

        /** Gives what was sent to a container that runs, and was announced, the time to end. */
        private Serving.Drain drain(boolean withdrawn, Duration drainFor) throws InterruptedException {
            Instant since = found.record().withdrawn();
            if (!runs() || (!withdrawn && since == null)) {
                return Serving.Drain.NONE;
            }
            return room.serving()
                    .awaitDrained(announcement(), withdrawn || since == null ? drainFor : restOf(drainFor, since));
        }

        /** Returns what is left of the drain time of an instance that has been out of the registry for a while. */
        private Duration restOf(Duration drainFor, Instant withdrawn) {
            Duration since = Duration.between(withdrawn, room.clock().now());
            Duration rest = drainFor.minus(since.isNegative() ? Duration.ZERO : since);
            return rest.isNegative() ? Duration.ZERO : Durations.shorter(rest, drainFor);
        }

        private void reached(Step reached) {
            room.reached(found.record().app(), name, reached);
        }

        ForrestException failure(String reason, Throwable cause) {
            room.failed(found.record().app(), name, step, reason);
            return new ForrestException(
                    "could not take " + name + " back, it did not come to " + step
                            + (step.compareTo(Step.STOP) < 0 ? " and its container was not stopped: " : ": ") + reason
                            + "; stop it again to go on from there",
                    cause,
                    Failure.at(step, name).leaving(left()));
        }

        private List<String> left() {
            String record = room.records().describe(name);
            if (found.container() == null || removed) {
                return List.of(record);
            }
            String container = "container " + name + (step == Step.REMOVE ? ", stopped" : ", running");
            return step == Step.WITHDRAW
                    ? List.of("key " + room.registry().prefix() + "/" + name, container, record)
                    : List.of(container, record);
        }
    }
}
