package io.forrest.core.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Endpoint;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Since when an instance has been out of the registry decides how long it still drains. */
class InstanceRecordTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant LATER = NOON.plusSeconds(60);
    private static final Endpoint ENDPOINT = Endpoint.parse("10.0.0.5:32768");

    private static final InstanceRecord LAUNCHING = new InstanceRecord(
            "engine",
            "launch",
            "myapp",
            "demo/myapp:v2",
            Intent.LAUNCHING,
            null,
            null,
            Duration.ofSeconds(15),
            Duration.ofSeconds(10),
            NOON,
            null);
    private static final InstanceRecord RUNNING = LAUNCHING.at("c0ffee", ENDPOINT);

    @Test
    void at_container_keepsTheRest() {
        assertThat(RUNNING.container()).isEqualTo("c0ffee");
        assertThat(RUNNING.endpoint()).isEqualTo(ENDPOINT);
        assertThat(RUNNING)
                .usingRecursiveComparison()
                .ignoringFields("container", "endpoint")
                .isEqualTo(LAUNCHING);
        assertThat(RUNNING.live().held(NOON).at("c0ffee", null).withdrawn())
                .as("withdrawn before its endpoint changed")
                .isEqualTo(NOON);
    }

    @Test
    void live_launching_keepsTheRest() {
        assertThat(RUNNING.live().intent()).isEqualTo(Intent.LIVE);
        assertThat(RUNNING.live())
                .usingRecursiveComparison()
                .ignoringFields("intent")
                .isEqualTo(RUNNING);
    }

    @Test
    void held_neverAnnounced_wasNeverWithdrawn() {
        assertThat(RUNNING.held(NOON).intent()).isEqualTo(Intent.HELD);
        assertThat(RUNNING.held(NOON).withdrawn()).isNull();
        assertThat(RUNNING.held(NOON).retiring(LATER, "me", null).withdrawn()).isNull();
        assertThat(RUNNING.retiring(NOON, "me", null).withdrawn()).isNull();
    }

    @Test
    void held_live_isWithdrawnNow() {
        InstanceRecord held = RUNNING.live().held(NOON);

        assertThat(held.intent()).isEqualTo(Intent.HELD);
        assertThat(held.withdrawn()).isEqualTo(NOON);
    }

    @Test
    void retiring_live_isWithdrawnNow() {
        InstanceRecord retiring = RUNNING.live().retiring(NOON, "me", null);

        assertThat(retiring.intent()).isEqualTo(Intent.RETIRING);
        assertThat(retiring.withdrawn()).isEqualTo(NOON);
        assertThat(retiring.launchBy()).isEqualTo(NOON);
        assertThat(retiring)
                .usingRecursiveComparison()
                .ignoringFields("intent", "launchBy", "withdrawn", "worker")
                .isEqualTo(RUNNING);
    }

    /** A second caller must not begin the draining anew, nor skip it. */
    @Test
    void retiring_withdrawnBefore_keepsTheFirstMoment() {
        assertThat(RUNNING.live().held(NOON).held(LATER).withdrawn()).isEqualTo(NOON);
        assertThat(RUNNING.live().held(NOON).retiring(LATER, "me", null).withdrawn())
                .isEqualTo(NOON);
        assertThat(RUNNING.live()
                        .retiring(NOON, "me", null)
                        .retiring(LATER, "me", null)
                        .withdrawn())
                .isEqualTo(NOON);
    }

    @Test
    void live_withdrawnBefore_forgetsIt() {
        assertThat(RUNNING.live().held(NOON).live().withdrawn()).isNull();
        assertThat(RUNNING.live().held(NOON).live().retiring(LATER, "me", null).withdrawn())
                .isEqualTo(LATER);
    }

    @Test
    void launchedBy_aWorker_isForgottenOnceItIsDone() {
        InstanceRecord launched = RUNNING.launchedBy("me", Intent.HELD);

        assertThat(launched.worker()).isEqualTo("me");
        assertThat(launched.aim()).isEqualTo(Intent.HELD);
        assertThat(launched.at("c0ffee", null).worker()).isEqualTo("me");
        assertThat(launched.live().worker()).isNull();
        assertThat(launched.held(NOON).worker()).isNull();
        assertThat(launched.retiring(NOON, "you", null).worker()).isEqualTo("you");
    }

    /** Whoever takes over must not stop what another still drains. */
    @Test
    void retiring_withADrainTime_notesIt() {
        assertThat(RUNNING.retiring(NOON, "me", Duration.ofMinutes(9)).drainFor())
                .isEqualTo(Duration.ofMinutes(9));
        assertThat(RUNNING.retiring(NOON, "me", null).drainFor()).isEqualTo(RUNNING.drainFor());
    }
}
