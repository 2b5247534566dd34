package io.forrest.core.internal.lifecycle;

import io.forrest.Endpoint;
import io.forrest.Stage;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.Intent;
import io.forrest.spi.Container;
import org.jspecify.annotations.Nullable;

/** Tells where an instance stands from what engine, registry and balancer say. A pure function. */
final class Stages {

    private Stages() {}

    /**
     * Returns the stage.
     *
     * @param container the container, or null if the engine has none
     * @param record the record, or null if the registry has none
     * @param announced what stands under the name, or null for nothing
     * @param endpoint where the instance answers, or null while that is not known
     * @param served whether the balancer says that it serves what stands under the name
     */
    static Stage of(
            @Nullable Container container,
            @Nullable InstanceRecord record,
            @Nullable Endpoint announced,
            @Nullable Endpoint endpoint,
            boolean served) {
        Intent intent = record == null ? Intent.LIVE : record.intent();
        if (intent == Intent.RETIRING) {
            return Stage.RETIRING;
        }
        if (container == null) {
            return intent == Intent.LAUNCHING ? Stage.LAUNCHING : Stage.GONE;
        }
        if (container.status() == Container.Status.EXITED) {
            return Stage.EXITED;
        }
        if (announced != null && announced.equals(endpoint)) {
            return served ? Stage.SERVING : Stage.ANNOUNCED;
        }
        return switch (intent) {
            case LAUNCHING -> Stage.LAUNCHING;
            case HELD -> Stage.HELD;
            default -> Stage.UNANNOUNCED;
        };
    }
}
