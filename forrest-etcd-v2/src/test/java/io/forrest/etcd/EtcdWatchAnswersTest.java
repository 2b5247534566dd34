package io.forrest.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.Endpoint;
import io.forrest.etcd.ScriptedServer.Reply;
import io.forrest.testkit.WatchRecorder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A watch whose list, or whose poll, is answered by something that is no etcd, or not a whole one. */
class EtcdWatchAnswersTest {

    private static final String FOX = """
            {"action":"get","node":{"key":"/servers","dir":true,"modifiedIndex":3,"nodes":[\
            {"key":"/servers/brave-fox","value":"10.0.0.5:80","modifiedIndex":4}]}}""";
    private static final Map<String, Endpoint> PICTURE = Map.of("brave-fox", Endpoint.of("10.0.0.5", 80));

    private static final Reply HTML = Reply.text(200, "text/html", "<html>Welcome</html>");
    private static final Reply GARBAGE = Reply.raw("\u0001\u0002 no HTTP at all\r\n\r\n");
    private static final Reply HALF =
            Reply.raw("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"action\":\"get\",\"node\":{\"ke");
    private static final Reply SICK = Reply.text(503, "text/plain", "no leader");
    private static final Reply LISTED = Reply.json(200, FOX);
    private static final Reply ARMED = Reply.hangAfter("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");

    private final WatchRecorder recorder = new WatchRecorder();

    @AfterEach
    void nothingWrongWasTold() {
        recorder.assertSound();
    }

    @Test
    void list_answeredByAnythingElse_isToldAsOutageUntilItIsEtcds() {
        for (Reply spoilt : List.of(HTML, GARBAGE, HALF, SICK)) {
            try (ScriptedServer server = ScriptedServer.replying(spoilt, spoilt, LISTED, ARMED);
                    EtcdV2Registry registry = EtcdV2Registry.builder(server.uri())
                            .deadline(Duration.ofSeconds(20))
                            .build()) {
                WatchRecorder calls = new WatchRecorder();
                registry.watch(calls);
                calls.awaitPicture(PICTURE);
                // What came to nothing is never taken for an empty list
                assertThat(calls.calls()).last().isEqualTo("snapshot brave-fox=10.0.0.5:80");
                assertThat(calls.calls()).noneMatch(call -> call.equals("snapshot"));
                calls.assertSound();
            }
        }
    }

    @Test
    void poll_answeredByAnythingElse_isFollowedByAList() {
        for (Reply spoilt : List.of(HTML, GARBAGE, HALF, SICK)) {
            try (ScriptedServer server = ScriptedServer.replying(LISTED, spoilt, LISTED, ARMED);
                    EtcdV2Registry registry =
                            EtcdV2Registry.builder(server.uri()).build()) {
                WatchRecorder calls = new WatchRecorder();
                registry.watch(calls);
                calls.awaitCall("disconnected");
                calls.awaitCall("reconnected");
                calls.awaitPicture(PICTURE);
                assertThat(calls.calls()).noneMatch(call -> call.equals("snapshot"));
                assertThat(server.asked())
                        .filteredOn(asked -> asked.contains("stream"))
                        .isEmpty();
                calls.assertSound();
            }
        }
    }

    @Test
    void watch_serverWithoutV2_saysSo() {
        try (EtcdFixture etcd = EtcdFixture.startWithoutV2();
                EtcdV2Registry registry = EtcdV2Registry.builder(etcd.uri()).build()) {
            registry.watch(recorder);
            recorder.awaitCall("disconnected");

            assertThat(recorder.calls()).singleElement().asString().contains("--enable-v2");
        }
    }

    @Test
    void watch_wrongPassword_saysSo() {
        try (ScriptedServer server = ScriptedServer.replying(Reply.json(
                        401, "{\"errorCode\":110,\"message\":\"The request requires user authentication\"}"));
                EtcdV2Registry registry = EtcdV2Registry.builder(server.uri())
                        .credentials("forrest", "wrong-secret")
                        .build()) {
            registry.watch(recorder);
            recorder.awaitCall("disconnected");

            assertThat(recorder.calls())
                    .singleElement()
                    .asString()
                    .contains("credentials")
                    .doesNotContain("wrong-secret");
        }
    }

    @Test
    void watch_listenerThatThrowsAnError_isToldEverythingAnew() {
        AtomicBoolean thrown = new AtomicBoolean();
        WatchRecorder careless = new WatchRecorder(line -> {
            if (!thrown.getAndSet(true)) {
                throw new LinkageError("a listener of the test's");
            }
        });
        try (ScriptedServer server = ScriptedServer.replying(LISTED, ARMED);
                EtcdV2Registry registry = EtcdV2Registry.builder(server.uri()).build()) {
            registry.watch(careless);

            careless.awaitPicture(PICTURE);
            careless.assertSound();
        }
    }

    @Test
    void watch_listenerOfEventsThatThrowsAnError_goesOnWithoutAnOutage() {
        Reply historyGone = Reply.error(400, 401);
        AtomicInteger events = new AtomicInteger();
        try (ScriptedServer server = ScriptedServer.replying(LISTED, historyGone, LISTED, historyGone, LISTED, ARMED);
                EtcdV2Registry registry = EtcdV2Registry.builder(server.uri())
                        .onEvent(event -> {
                            events.incrementAndGet();
                            throw new LinkageError("a listener of the test's at " + event);
                        })
                        .build()) {
            registry.watch(recorder);
            await().until(() -> server.requests().size() == 6);
            recorder.awaitPicture(PICTURE);

            assertThat(events).hasValue(2);
            assertThat(recorder.calls()).noneMatch(call -> call.startsWith("disconnected"));
        }
    }
}
