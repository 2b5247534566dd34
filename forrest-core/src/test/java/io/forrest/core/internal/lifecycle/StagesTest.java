package io.forrest.core.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Endpoint;
import io.forrest.Stage;
import io.forrest.core.internal.record.InstanceRecord;
import io.forrest.core.internal.record.Intent;
import io.forrest.spi.Container;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StagesTest {

    private static final Endpoint ENDPOINT = Endpoint.parse("10.0.0.5:32768");
    private static final Endpoint OTHER = Endpoint.parse("10.0.0.5:32769");

    private static @Nullable Container container(Container.@Nullable Status status) {
        return status == null
                ? null
                : new Container(
                        "c0ffee",
                        "brave_oak",
                        "demo/myapp:v2",
                        Map.of(),
                        status,
                        null,
                        false,
                        Container.Health.NONE,
                        List.of(),
                        Instant.EPOCH);
    }

    private static @Nullable InstanceRecord record(@Nullable Intent intent) {
        return intent == null
                ? null
                : new InstanceRecord(
                        "engine",
                        "launch",
                        "myapp",
                        "demo/myapp:v2",
                        intent,
                        "c0ffee",
                        ENDPOINT,
                        Duration.ZERO,
                        Duration.ZERO,
                        Instant.EPOCH,
                        null);
    }

    /** Empty: there is none. */
    @ParameterizedTest
    @CsvSource({
        // container, record, announced as, stage
        "        ,          ,      , GONE",
        "        ,          , SAME , GONE",
        "        , LAUNCHING,      , LAUNCHING",
        "        , LAUNCHING, OTHER, LAUNCHING",
        "        , LIVE     ,      , GONE",
        "        , LIVE     , SAME , GONE",
        "        , HELD     ,      , GONE",
        "        , RETIRING ,      , RETIRING",
        "        , RETIRING , SAME , RETIRING",
        "CREATED ,          ,      , UNANNOUNCED",
        "CREATED , LAUNCHING,      , LAUNCHING",
        "RUNNING ,          ,      , UNANNOUNCED",
        "RUNNING ,          , SAME , ANNOUNCED",
        "RUNNING ,          , OTHER, UNANNOUNCED",
        "RUNNING , LAUNCHING,      , LAUNCHING",
        "RUNNING , LAUNCHING, OTHER, LAUNCHING",
        "RUNNING , LAUNCHING, SAME , ANNOUNCED",
        "RUNNING , LIVE     ,      , UNANNOUNCED",
        "RUNNING , LIVE     , OTHER, UNANNOUNCED",
        "RUNNING , LIVE     , SAME , ANNOUNCED",
        "RUNNING , HELD     ,      , HELD",
        "RUNNING , HELD     , OTHER, HELD",
        "RUNNING , HELD     , SAME , ANNOUNCED",
        "RUNNING , RETIRING ,      , RETIRING",
        "RUNNING , RETIRING , SAME , RETIRING",
        "EXITED  ,          ,      , EXITED",
        "EXITED  , LAUNCHING,      , EXITED",
        "EXITED  , LIVE     , SAME , EXITED",
        "EXITED  , HELD     ,      , EXITED",
        "EXITED  , RETIRING , SAME , RETIRING",
    })
    void of_whatEngineAndRegistrySay_tellsTheStage(
            Container.@Nullable Status status, @Nullable Intent intent, @Nullable String announced, Stage stage) {
        Endpoint standing = announced == null ? null : announced.equals("SAME") ? ENDPOINT : OTHER;

        assertThat(Stages.of(container(status), record(intent), standing, ENDPOINT, false))
                .isEqualTo(stage);
        assertThat(Stages.of(container(status), record(intent), standing, ENDPOINT, true))
                .as("served")
                .isEqualTo(stage == Stage.ANNOUNCED ? Stage.SERVING : stage);
    }

    @Test
    void of_endpointUnknown_isNeverAnnounced() {
        assertThat(Stages.of(container(Container.Status.RUNNING), record(Intent.LIVE), ENDPOINT, null, true))
                .isEqualTo(Stage.UNANNOUNCED);
        assertThat(Stages.of(container(Container.Status.RUNNING), record(Intent.LIVE), null, null, true))
                .isEqualTo(Stage.UNANNOUNCED);
    }

    @ParameterizedTest
    @EnumSource(Intent.class)
    void of_registryAnswered_isNeverUnknown(Intent intent) {
        for (Container.Status status : Container.Status.values()) {
            assertThat(Stages.of(container(status), record(intent), ENDPOINT, ENDPOINT, true))
                    .isNotEqualTo(Stage.UNKNOWN);
        }
    }
}
