package io.forrest.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.testkit.ContainerRecorder;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An engine whose events do not come as they should. */
class EventWatchTest {

    private static final Map<String, String> LABELS = Map.of("app", "shop");
    private static final int TROUBLES = 7;

    /** Longer than any answer takes; what is told of silence is tested with {@link #SHORT_SILENCE}. */
    private static final Duration LONG = Duration.ofSeconds(20);

    private static final Duration SHORT_SILENCE = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    private final StubEngine stub = new StubEngine()
            .on("GET /info", StubEngine.json(200, "{\"SystemTime\":\"2026-11-25T19:33:34.5+02:00\"}"))
            .on("GET /_ping", StubEngine.json(200, "OK"));
    private final NotedSleep time = new NotedSleep();
    private final ContainerRecorder recorder = new ContainerRecorder();
    private DockerRuntime runtime = runtime(stub.host(), LONG, LONG);

    private DockerRuntime runtime(String host, Duration read, Duration silence) {
        return DockerRuntime.builder()
                .host(host)
                .deadlines(new Deadlines(read, read, read, read, read, read, silence))
                .time(time)
                .build();
    }

    private void watch() {
        var unused = runtime.watch(LABELS, recorder);
    }

    private void watchImpatiently(Duration read) {
        runtime.close();
        runtime = runtime(stub.host(), read, SHORT_SILENCE);
        watch();
    }

    @AfterEach
    void close() {
        runtime.close();
        stub.close();
        recorder.assertSound();
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("forrest-docker-")));
    }

    /** What an engine does instead of telling its events. */
    enum Trouble {
        CUT,
        HALF_A_LINE,
        HALF_A_LINE_AND_AN_END,
        GARBAGE,
        AN_END,
        ERROR,
        NO_ANSWER;

        StubEngine.Answer answer() {
            return switch (this) {
                case CUT -> StubEngine.breakOffAfter("\n");
                case HALF_A_LINE -> StubEngine.breakOffAfter("{\"Type\":\"conta");
                case HALF_A_LINE_AND_AN_END -> StubEngine.json(200, "{\"Type\":\"conta");
                case GARBAGE -> StubEngine.json(200, "<html>hello</html>");
                case AN_END -> StubEngine.json(200, "");
                case ERROR -> StubEngine.json(500, StubEngine.message("no events today"));
                case NO_ANSWER -> StubEngine.drop();
            };
        }
    }

    /** Has an event come once there was trouble several times, of a stream that stands. */
    private void troubled(StubEngine.Answer trouble, int times) {
        StubEngine.Answer good = stub.hold(EventReaderTest.event("start", "a", ""));
        stub.on("GET /events", (exchange, n) -> (n <= times ? trouble : good).give(exchange, n));
    }

    @ParameterizedTest
    @EnumSource
    void watch_troubleAgainAndAgain_goesOnAfterPausesThatGrow(Trouble trouble) {
        troubled(trouble.answer(), TROUBLES);
        watch();
        recorder.awaitCall("started name-of-a");

        assertThat(stub.count("GET /events")).isEqualTo(TROUBLES + 1);
        List<Duration> sleeps = time.sleeps();
        // The transport repeats a request at once that got no answer at all
        assertThat(sleeps).hasSize(trouble == Trouble.NO_ANSWER ? TROUBLES / 2 : TROUBLES);
        Duration expected = Pause.FIRST;
        for (Duration sleep : sleeps) {
            assertThat(sleep).isBetween(expected.dividedBy(2), expected);
            expected = expected.multipliedBy(2).compareTo(Pause.MAX) < 0 ? expected.multipliedBy(2) : Pause.MAX;
        }
        assertThat(recorder.calls()).endsWith("reconnected", "gap", "started name-of-a");
    }

    @Test
    void watch_streamCut_tellsTheOutageOnceAndThenAGap() {
        StubEngine.Answer cut = StubEngine.breakOffAfter(EventReaderTest.event("start", "b", ""));
        StubEngine.Answer good = stub.hold(EventReaderTest.event("start", "a", ""));
        StubEngine.Answer error = StubEngine.json(500, StubEngine.message("not yet"));
        stub.on("GET /events", (exchange, n) -> (n == 1 ? cut : n < 5 ? error : good).give(exchange, n));
        watch();
        recorder.awaitCall("started name-of-a");

        List<String> calls = recorder.calls();
        assertThat(calls).hasSize(6);
        assertThat(calls.subList(0, 2)).containsExactly("gap", "started name-of-b");
        assertThat(calls.get(2)).startsWith("disconnected cannot follow").contains(stub.host());
        assertThat(calls.subList(3, 6)).containsExactly("reconnected", "gap", "started name-of-a");
    }

    /** Reading the rest of what never ends, as closing a body does, would be the end of the watch. */
    @Test
    void watch_garbageOfAStreamThatStays_isLeftBehind() {
        troubled(stub.hold("<html>"), 1);
        watch();
        recorder.awaitCall("started name-of-a");

        assertThat(recorder.calls().get(1)).startsWith("disconnected").contains("does not speak as a Docker engine");
    }

    @Test
    void watch_engineThatNeverAnswers_isAnOutage() {
        troubled(stub.hang(), 1);
        watchImpatiently(LONG);
        recorder.awaitCall("started name-of-a");

        assertThat(recorder.calls())
                .hasSizeGreaterThanOrEqualTo(4)
                .first()
                .asString()
                .contains("no answer within 1000 ms");
    }

    @Test
    void watch_socketThatNeverAnswers_isAnOutageAndEndsWithTheRuntime() throws IOException {
        try (HungSocket hung = new HungSocket(folder);
                DockerRuntime frozen = runtime(hung.address().uri().toString(), ShortDeadlines.SHORT, SHORT_SILENCE)) {
            var unused = frozen.watch(LABELS, recorder);
            recorder.awaitCall("disconnected");
        }
        assertThat(recorder.calls()).hasSize(1);
    }

    @Test
    void watch_nobodyThere_isAnOutageAndEndsWithTheRuntime() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (DockerRuntime alone = runtime("tcp://127.0.0.1:" + port, ShortDeadlines.SHORT, SHORT_SILENCE)) {
            var unused = alone.watch(LABELS, recorder);
            await().until(() -> time.sleeps().size() > TROUBLES);
        }
        assertThat(recorder.calls()).hasSize(1).first().asString().startsWith("disconnected");
    }

    @Test
    void watch_silentEngineThatAnswersPings_isTrustedAndRenewedAfterAWhile() {
        stub.on("GET /events", stub.hold("\n"));
        watchImpatiently(LONG);
        recorder.awaitCalls(2, "gap");

        assertThat(recorder.calls()).containsOnly("gap");
        assertThat(stub.count("GET /_ping")).isGreaterThanOrEqualTo(9);
        assertThat(time.sleeps()).isEmpty();
    }

    @Test
    void watch_silentEngineThatAnswersNoPing_isAnOutage() {
        troubled(stub.hold("\n"), 1);
        stub.on("GET /_ping", (exchange, n) -> (n == 2 ? stub.hang() : StubEngine.json(200, "OK")).give(exchange, n));
        watchImpatiently(Duration.ofSeconds(5));
        recorder.awaitCall("started name-of-a");

        assertThat(stub.count("GET /_ping")).isGreaterThanOrEqualTo(2);
        assertThat(recorder.calls()).hasSizeGreaterThanOrEqualTo(5).first().isEqualTo("gap");
        assertThat(recorder.calls().get(1)).startsWith("disconnected").contains("no answer within 5000 ms");
    }

    @Test
    void watch_stream_beginsWhenTheEngineSaysThatItIs() {
        troubled(StubEngine.drop(), 0);
        watch();
        recorder.awaitCall("started name-of-a");

        assertThat(stub.requests())
                .last()
                .asString()
                .startsWith("GET /v1.41/events?since=1795628014.500000000&filters=");
    }
}
