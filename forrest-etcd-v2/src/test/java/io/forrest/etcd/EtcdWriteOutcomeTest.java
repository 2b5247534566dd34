package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forrest.Endpoint;
import io.forrest.NameTakenException;
import io.forrest.RegistryException;
import io.forrest.RegistryException.Reason;
import io.forrest.etcd.ScriptedServer.Reply;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import io.forrest.spi.Records;
import java.time.Duration;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Writes whose answer does not come, or says too little. */
class EtcdWriteOutcomeTest {

    /** What an attempt takes that hangs. All others may take as long as a slow machine needs. */
    private static final Duration SHORT = Duration.ofSeconds(2);

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Announcement WEB = new Announcement("web-1", "", Endpoint.of("10.0.0.5", 32768));
    private static final String KEY = "/servers/web-1";
    private static final String CREATE = "PUT /v2/keys/servers/web-1 prevExist=false&value=10.0.0.5:32768";
    private static final String DELETE = "DELETE /v2/keys/servers/web-1 prevValue=10.0.0.5:32768";
    private static final String LOOK = "GET /v2/keys/servers/web-1 quorum=true";
    private static final RecordKey RECORD = new RecordKey("instances", "web-1");
    private static final Reply HERE = Reply.value(KEY, "10.0.0.5:32768");
    private static final Reply ELSEWHERE = Reply.value(KEY, "10.0.0.6:32768");
    private static final Reply ABSENT = Reply.error(404, 100);
    private static final Reply DIFFERENT = Reply.error(412, 101);
    private static final Reply EXISTS = Reply.error(412, 105);

    /** What may mean that the write was carried out, and whether it is only known by waiting. */
    static Stream<Arguments> losses() {
        return Stream.of(
                Arguments.of(Reply.hang(), true),
                Arguments.of(Reply.hangUp(), false),
                Arguments.of(Reply.error(500, 300), false),
                Arguments.of(Reply.error(500, 301), false),
                Arguments.of(Reply.raw("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"action\""), false),
                Arguments.of(Reply.hangAfter("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"action\""), true),
                Arguments.of(Reply.raw("-ERR what?\r\n\r\n"), false),
                Arguments.of(Reply.json(200, "{\"hello\":\"world\"}"), false),
                Arguments.of(Reply.large(200, 100_000_000), false),
                Arguments.of(Reply.text(200, "text/html", "<html>Welcome</html>"), false),
                Arguments.of(Reply.text(504, "text/html", "<html>Gateway time-out</html>"), false));
    }

    private static EtcdV2Registry registry(ScriptedServer server) {
        return registry(server, false);
    }

    private static EtcdV2Registry registry(ScriptedServer server, boolean hangs) {
        return EtcdV2Registry.builder(server.uri())
                .attemptTimeout(hangs ? SHORT : LONG)
                .deadline(LONG)
                .build();
    }

    private static RegistryException failure(ThrowingCallable call) {
        return catchThrowableOfType(RegistryException.class, call);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void announce_lostButCarriedOut_isDone(Reply loss, boolean hangs) {
        try (ScriptedServer server = ScriptedServer.replying(loss, HERE);
                EtcdV2Registry registry = registry(server, hangs)) {
            registry.announce(WEB);

            assertThat(server.asked()).containsExactly(CREATE, LOOK);
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void announce_lostAndNotCarriedOut_isRepeated(Reply loss, boolean hangs) {
        try (ScriptedServer server = ScriptedServer.replying(loss, ABSENT, Reply.done());
                EtcdV2Registry registry = registry(server, hangs)) {
            registry.announce(WEB);

            assertThat(server.asked()).containsExactly(CREATE, LOOK, CREATE);
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void announce_lostAndAnotherStandsThere_isTaken(Reply loss, boolean hangs) {
        try (ScriptedServer server = ScriptedServer.replying(loss, ELSEWHERE);
                EtcdV2Registry registry = registry(server, hangs)) {
            assertThatExceptionOfType(NameTakenException.class)
                    .isThrownBy(() -> registry.announce(WEB))
                    .withMessageContaining("10.0.0.6:32768");
        }
    }

    @Test
    void announce_lostThenRefusedForItsOwnValue_isDone() {
        try (ScriptedServer server = ScriptedServer.replying(Reply.error(500, 300), ABSENT, EXISTS, HERE);
                EtcdV2Registry registry = registry(server)) {
            registry.announce(WEB);

            assertThat(server.asked()).containsExactly(CREATE, LOOK, CREATE, LOOK);
        }
    }

    @Test
    void announce_lostAndTheLookTooAtFirst_isSettledByALaterLook() {
        try (ScriptedServer server =
                        ScriptedServer.replying(Reply.hang(), Reply.error(500, 300), Reply.hangUp(), HERE);
                EtcdV2Registry registry = registry(server, true)) {
            registry.announce(WEB);
        }
    }

    @Test
    void announce_lostAndNoLookAnswers_isUnknown() {
        try (ScriptedServer server = ScriptedServer.replying(Reply.hangUp());
                EtcdV2Registry registry = EtcdV2Registry.builder(server.uri())
                        .deadline(Duration.ofMillis(500))
                        .build()) {
            RegistryException failure = failure(() -> registry.announce(WEB));

            assertThat(failure.reason()).isEqualTo(Reason.UNKNOWN_OUTCOME);
            assertThat(failure)
                    .hasMessageContaining("may have done this: announce /servers/web-1 = 10.0.0.5:32768")
                    .hasMessageContaining(server.uri() + ": broke off");
            assertThat(server.asked()).containsOnlyOnce(CREATE);
        }
    }

    @Test
    void announce_lostAndThenRefused_isUnknown() {
        try (ScriptedServer server = ScriptedServer.replying(Reply.hangUp(), Reply.error(401, 110));
                EtcdV2Registry registry = registry(server)) {
            assertThat(failure(() -> registry.announce(WEB)).reason()).isEqualTo(Reason.UNKNOWN_OUTCOME);
        }
    }

    @Test
    void announce_firstEndpointHangs_isSettledAtTheNext() {
        try (ScriptedServer mute = ScriptedServer.replying(Reply.hang());
                ScriptedServer good = ScriptedServer.replying(ABSENT, Reply.done());
                EtcdV2Registry registry = EtcdV2Registry.builder(mute.uri(), good.uri())
                        .attemptTimeout(SHORT)
                        .deadline(LONG)
                        .build()) {
            registry.announce(WEB);

            assertThat(mute.asked()).containsExactly(CREATE);
            assertThat(good.asked()).containsExactly(LOOK, CREATE);
        }
    }

    @Test
    void announce_firstEndpointIsDead_isSentOnceToTheNext() {
        try (ScriptedServer good = ScriptedServer.replying(Reply.done());
                EtcdV2Registry registry = EtcdV2Registry.builder(ScriptedServer.nobody(), good.uri())
                        .build()) {
            registry.announce(WEB);

            assertThat(good.asked()).containsExactly(CREATE);
        }
    }

    @Test
    void announce_withdrawnBetweenRefusalAndLook_isRepeated() {
        try (ScriptedServer server = ScriptedServer.replying(EXISTS, ABSENT, Reply.done());
                EtcdV2Registry registry = registry(server)) {
            registry.announce(WEB);
        }
    }

    @Test
    void announce_connectionClosedWhileIdle_isSettledAndRepeated() {
        Reply doneAndClose = (in, out) -> {
            Reply.done().to(in, out);
            return false;
        };
        try (ScriptedServer server = ScriptedServer.replying(doneAndClose, HERE, HERE, Reply.done());
                EtcdV2Registry registry = registry(server)) {
            registry.announce(WEB);
            registry.announce(WEB);
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void withdraw_lostButCarriedOut_isTrue(Reply loss, boolean hangs) {
        try (ScriptedServer server = ScriptedServer.replying(loss, ABSENT);
                EtcdV2Registry registry = registry(server, hangs)) {
            assertThat(registry.withdraw(WEB)).isTrue();
            assertThat(server.asked()).containsExactly(DELETE, LOOK);
        }
    }

    @Test
    void withdraw_lostAndNotCarriedOut_isRepeated() {
        try (ScriptedServer server = ScriptedServer.replying(Reply.error(500, 300), HERE, Reply.done());
                EtcdV2Registry registry = registry(server)) {
            assertThat(registry.withdraw(WEB)).isTrue();
            assertThat(server.asked()).containsExactly(DELETE, LOOK, DELETE);
        }
    }

    @Test
    void withdraw_lostAndCarriedOutLate_isTrue() {
        try (ScriptedServer server = ScriptedServer.replying(Reply.hangUp(), HERE, ABSENT);
                EtcdV2Registry registry = registry(server)) {
            assertThat(registry.withdraw(WEB)).isTrue();
        }
    }

    @Test
    void withdraw_lostAndAnotherStandsThere_isFalse() {
        try (ScriptedServer server = ScriptedServer.replying(Reply.hangUp(), ELSEWHERE);
                EtcdV2Registry registry = registry(server)) {
            assertThat(registry.withdraw(WEB)).isFalse();
        }
    }

    @Test
    void withdraw_refusedAtOnce_isFalse() {
        try (ScriptedServer server = ScriptedServer.replying(ABSENT, DIFFERENT, Reply.error(403, 102));
                EtcdV2Registry registry = registry(server)) {
            for (int i = 0; i < 3; i++) {
                assertThat(registry.withdraw(WEB)).isFalse();
            }
            assertThat(server.asked()).containsExactly(DELETE, DELETE, DELETE);
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void compareAndSet_lostButCarriedOut_isTrue(Reply loss, boolean hangs) {
        try (ScriptedServer server = ScriptedServer.replying(loss, Reply.value("/r", "new"));
                EtcdV2Registry registry = registry(server, hangs)) {
            assertThat(registry.records().compareAndSet(RECORD, "old", "new")).isTrue();
        }
    }

    @Test
    void compareAndSet_lostAndNotCarriedOut_isRepeated() {
        try (ScriptedServer server = ScriptedServer.replying(
                        Reply.hangUp(), Reply.value("/r", "old"), Reply.done(), Reply.hangUp(), ABSENT, Reply.done());
                EtcdV2Registry registry = registry(server)) {
            Records records = registry.records();
            assertThat(records.compareAndSet(RECORD, "old", "new")).isTrue();
            assertThat(records.compareAndSet(RECORD, null, "new")).isTrue();
        }
    }

    @Test
    void compareAndSet_lostThenCarriedOutLate_isTrue() {
        try (ScriptedServer server = ScriptedServer.replying(
                        Reply.hangUp(), Reply.value("/r", "old"), DIFFERENT, Reply.value("/r", "new"));
                EtcdV2Registry registry = registry(server)) {
            assertThat(registry.records().compareAndSet(RECORD, "old", "new")).isTrue();
        }
    }

    @Test
    void compareAndSet_lostAndAThirdValueStandsThere_isUnknown() {
        try (ScriptedServer server = ScriptedServer.replying(Reply.hangUp(), Reply.value("/r", "third"));
                EtcdV2Registry registry = registry(server)) {
            RegistryException failure = failure(() -> registry.records().compareAndSet(RECORD, "old", "new"));

            assertThat(failure.reason()).isEqualTo(Reason.UNKNOWN_OUTCOME);
            assertThat(failure).hasMessageContaining("/servers/_forrest/instances/web-1");
            assertThat(failure.getMessage())
                    .doesNotContain("old")
                    .doesNotContain("new")
                    .doesNotContain("third");
        }
    }

    @Test
    void delete_changedAndChangedBackBetweenLookAndDelete_isRepeated() {
        try (ScriptedServer server = ScriptedServer.replying(
                        Reply.value("/r", "old"), DIFFERENT, Reply.value("/r", "old"), Reply.done());
                EtcdV2Registry registry = registry(server)) {
            assertThat(registry.records().delete(RECORD, "old")).isTrue();
            assertThat(server.asked().get(1)).isEqualTo("DELETE /v2/keys/servers/_forrest/instances/web-1 prevIndex=7");
        }
    }

    @Test
    void delete_lost_isSettledByTheNextLook() {
        try (ScriptedServer server = ScriptedServer.replying(
                        Reply.value("/r", "old"),
                        Reply.hangUp(),
                        ABSENT,
                        Reply.value("/r", "old"),
                        Reply.hangUp(),
                        Reply.value("/r", "third"));
                EtcdV2Registry registry = registry(server)) {
            assertThat(registry.records().delete(RECORD, "old")).isTrue();
            assertThat(registry.records().delete(RECORD, "old")).isFalse();
        }
    }

    @Test
    void delete_nodeWithoutIndex_isNeverUnconditional() {
        try (ScriptedServer server = ScriptedServer.replying(
                        Reply.json(200, "{\"action\":\"get\",\"node\":{\"key\":\"/r\",\"value\":\"old\"}}"));
                EtcdV2Registry registry = registry(server)) {
            assertThat(failure(() -> registry.records().delete(RECORD, "old")).reason())
                    .isEqualTo(Reason.REFUSED);
            assertThat(server.asked()).noneMatch(request -> request.startsWith("DELETE"));
        }
    }

    @Test
    void write_refusedByEtcd_saysWhyInItsOwnWords() {
        try (ScriptedServer server =
                        ScriptedServer.replying(Reply.error(401, 110), Reply.error(400, 104), Reply.error(400, 210));
                EtcdV2Registry registry = registry(server)) {
            assertThat(failure(() -> registry.announce(WEB))).hasMessageContaining("credentials of a user");
            assertThat(failure(() -> registry.announce(WEB))).hasMessageContaining("can be no directory");
            RegistryException third = failure(() -> registry.announce(WEB));
            assertThat(third).hasMessageContaining("etcd error 210");
            assertThat(third.reason()).isEqualTo(Reason.REFUSED);
            assertThat(third.getMessage()).doesNotContain("of the server");
        }
    }

    @Test
    void delete_lookAnsweredWithAFailedCondition_concludesNothing() {
        for (int code : new int[] {101, 102, 105}) {
            try (ScriptedServer server = ScriptedServer.replying(Reply.error(412, code));
                    EtcdV2Registry registry = registry(server)) {
                assertThat(failure(() -> registry.records().delete(RECORD, "old"))
                                .reason())
                        .isEqualTo(Reason.REFUSED);
            }
        }
    }
}
