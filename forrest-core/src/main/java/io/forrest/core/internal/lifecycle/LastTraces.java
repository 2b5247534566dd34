package io.forrest.core.internal.lifecycle;

import io.forrest.Endpoint;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.Intent;
import io.forrest.core.internal.record.StoredRecord;
import io.forrest.spi.Announcement;
import java.util.Optional;

/**
 * What the registry has of an instance that goes. Where the store was wiped meanwhile, whoever repairs may have taken its
 * container for one that was forgotten, and have recorded and announced it anew: each such record is noted as retiring and its key
 * withdrawn, so that none is left that nobody knows. Thread-safe.
 */
final class LastTraces {

    private final EngineRoom room;

    LastTraces(EngineRoom room) {
        this.room = room;
    }

    /**
     * Sees to it that the record of an instance says that it goes, before its container is stopped.
     *
     * @param going its record as it was noted
     * @return whether it said something else, so that its key may stand
     */
    boolean notedAgain(String name, InstanceRecord going) {
        while (true) {
            Optional<StoredRecord> found = room.records().find(name);
            if (found.isEmpty()) {
                if (room.records().create(name, going).isPresent()) {
                    return true;
                }
            } else if (!found.get().value().launch().equals(going.launch())
                    || found.get().value().intent() == Intent.RETIRING) {
                return false;
            } else if (noted(name, found.get())) {
                return true;
            }
        }
    }

    private boolean noted(String name, StoredRecord stored) {
        return room.records()
                .replace(name, stored, stored.value().retiring(room.clock().now(), room.worker(), null))
                .isPresent();
    }

    /** Deletes the record of a launch whose container is gone, and withdraws what it says is announced first. */
    void delete(String name, String launch) {
        Optional<StoredRecord> left = room.records().deleteUnlessLive(name, launch);
        while (left.isPresent()) {
            Endpoint endpoint = left.get().value().endpoint();
            if (noted(name, left.get()) && endpoint != null) {
                room.registry()
                        .withdraw(new Announcement(name, left.get().value().app(), endpoint));
            }
            left = room.records().deleteUnlessLive(name, launch);
        }
    }
}
