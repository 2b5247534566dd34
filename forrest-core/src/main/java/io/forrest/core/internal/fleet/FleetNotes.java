package io.forrest.core.internal.fleet;

import io.forrest.RolloutPhase;
import io.forrest.RolloutState;
import io.forrest.WaveFacts;
import io.forrest.core.internal.record.FleetRecord;
import io.forrest.core.internal.record.RolloutRecord;
import io.forrest.core.internal.record.StoredFleet;
import io.forrest.event.RolloutProgressed;
import java.util.Optional;
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

    FleetNotes(FleetRoom room, String app, StoredFleet stored) {
        this.room = room;
        this.app = app;
        this.stored = stored;
    }

    @Override
    public void note(RolloutRecord rollout, @Nullable WaveFacts facts) {
        write(stored.value().rolling(rollout));
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
        tell(state, null, rollout.reason());
        return state;
    }

    private void write(FleetRecord wanted) {
        // What a lost answer leaves in doubt is told by what stands there now.
        stored = room.records
                .replace(app, stored, wanted)
                .or(() -> standing(wanted))
                .orElseThrow(() -> new StaleException("the " + room.records.describe(app)
                        + " was changed by another while its rollout was under way"));
    }

    private Optional<StoredFleet> standing(FleetRecord wanted) {
        return room.records.find(app).filter(found -> found.value().equals(wanted));
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
