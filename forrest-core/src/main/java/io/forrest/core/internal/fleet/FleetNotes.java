package io.forrest.core.internal.fleet;

import io.forrest.Failure;
import io.forrest.ForrestException;
import io.forrest.RegistryException;
import io.forrest.RolloutPhase;
import io.forrest.RolloutState;
import io.forrest.WaveFacts;
import io.forrest.core.internal.record.FleetRecord;
import io.forrest.core.internal.record.RolloutRecord;
import io.forrest.core.internal.record.StoredFleet;
import io.forrest.event.RolloutProgressed;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a rollout's state in its fleet's record, and tells of it by events. Not thread-safe; confine it to one thread. */
final class FleetNotes implements RolloutNotes {

    private static final Logger LOGGER = LoggerFactory.getLogger("io.forrest.fleet");

    private final FleetRoom room;
    private final String app;
    private StoredFleet stored;
    private @Nullable RolloutRecord told;

    /** What may stand in the registry because the answer to its writing was lost. */
    private final Set<FleetRecord> doubtful = new HashSet<>();

    FleetNotes(FleetRoom room, String app, StoredFleet stored) {
        this.room = room;
        this.app = app;
        this.stored = stored;
    }

    /**
     * Keeps the state of a rollout that begins.
     *
     * @throws ForrestException if that is not possible; as far as the registry answers, nothing is kept of it then
     */
    void begin(RolloutRecord rollout) {
        FleetRecord before = stored.value();
        try {
            note(rollout, null);
        } catch (StaleException e) {
            throw new ForrestException(e.getMessage() + ": try again", e, Failure.unspecified());
        } catch (ForrestException e) {
            room.takeBack(app, before.rolling(rollout), before, e);
            throw e;
        }
    }

    @Override
    public void note(RolloutRecord rollout, @Nullable WaveFacts facts) {
        write(fitting(stored.value().rolling(rollout)));
        if (facts != null || !rollout.equals(told)) { // a rollout is noted as it is begun, and as its first wave is
            told = rollout;
            tell(rollout.state(stored.value().image()), facts, rollout.reason());
        }
    }

    @Override
    public RolloutState end(RolloutRecord rollout, boolean promoted) {
        RolloutState state = rollout.at(rollout.wave(), promoted ? RolloutPhase.PROMOTED : RolloutPhase.ROLLED_BACK)
                .state(stored.value().image());
        write(stored.value().rolledOut(rollout, promoted));
        room.ended(rollout.id());
        tell(state, null, rollout.reason());
        return state;
    }

    private void write(FleetRecord wanted) {
        Optional<StoredFleet> written;
        try {
            written = room.records.replace(app, stored, wanted);
            if (written.isEmpty()) {
                written = afterDoubt(wanted);
            }
        } catch (RegistryException e) {
            if (e.reason() == RegistryException.Reason.UNKNOWN_OUTCOME) {
                doubtful.add(wanted);
            }
            throw e;
        }
        stored = written.orElseThrow(() -> new StaleException(
                "the " + room.records.describe(app) + " was changed by another while its rollout was under way"));
        doubtful.clear();
    }

    /** What a lost answer left in doubt is told by what stands there now; it may be what was wanted before. */
    private Optional<StoredFleet> afterDoubt(FleetRecord wanted) {
        Optional<StoredFleet> found = room.records.find(app);
        if (found.isEmpty() || found.get().value().equals(wanted)) {
            return found;
        }
        return doubtful.contains(found.get().value())
                ? room.records.replace(app, found.get(), wanted)
                : Optional.empty();
    }

    /** Returns a record with as many verdicts as there is room for: a rollout must not fail of what was said of it. */
    private FleetRecord fitting(FleetRecord record) {
        RolloutRecord rollout = record.rollout();
        return rollout == null || rollout.verdicts().isEmpty() || room.records.fits(stored, record)
                ? record
                : fitting(record.rolling(rollout.withFewerVerdicts()));
    }

    private void tell(RolloutState state, @Nullable WaveFacts facts, String reason) {
        if (reason.isEmpty()) {
            LOGGER.info("{} of {}", state, app);
        } else {
            LOGGER.warn("{} of {}: {}", state, app, reason);
        }
        room.room.events().publish(new RolloutProgressed(room.room.time().now(), app, state, facts, reason));
    }
}
