package io.forrest.core.internal.supervise;

import io.forrest.Endpoint;
import io.forrest.core.internal.lifecycle.Sight;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.Intent;
import io.forrest.core.internal.record.StoredRecord;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What engine and registry say at one time, and what may be touched. Immutable and thread-safe.
 *
 * @param engine the engine's id
 * @param containers the containers with Forrest's labels under the prefix, by name
 * @param announced what stands in the registry, by name
 * @param records the records of the prefix, those of other engines included, by name
 * @param orphans the names whose record says that a process is at work on it, and that process has certainly ended
 * @param untouchable the names that nobody touches, because their record cannot be read
 * @param scope which launches may be touched
 * @param now the time by the engine's clock
 */
record Facts(
        String engine,
        Map<String, Sight> containers,
        Map<String, Endpoint> announced,
        Map<String, StoredRecord> records,
        Set<String> orphans,
        Set<String> untouchable,
        Scope scope,
        Instant now) {

    /** Copies the collections. */
    Facts {
        containers = Map.copyOf(containers);
        announced = Map.copyOf(announced);
        records = Map.copyOf(records);
        orphans = Set.copyOf(orphans);
        untouchable = Set.copyOf(untouchable);
    }

    /** Returns the apps some of whose instances in scope are meant to be announced and do not run. */
    Set<String> dead() {
        Set<String> apps = new HashSet<>();
        records.forEach((name, stored) -> {
            InstanceRecord record = stored.value();
            Sight container = containers.get(name);
            boolean runs = container != null && container.launch().equals(record.launch()) && container.runs();
            if (record.intent() == Intent.LIVE
                    && !runs
                    && record.engine().equals(engine)
                    && scope.covers(name, record.launch())) {
                apps.add(record.app());
            }
        });
        return apps;
    }
}
