package io.forrest.etcd;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.forrest.Endpoint;
import io.forrest.RegistryException;
import io.forrest.RegistryException.Reason;
import io.forrest.etcd.ScriptedServer.Reply;
import io.forrest.spi.Announcement;
import io.forrest.spi.RecordKey;
import io.forrest.spi.TimeSource;
import io.forrest.testkit.FakeTime;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads over endpoints that are dead, mute, or no etcd. */
class EtcdFailoverTest {

    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofSeconds(5);
    /** What a slow machine needs for all that an endpoint may send. */
    private static final Duration AMPLE = Duration.ofMinutes(1);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static EtcdV2RegistryBuilder registry(URI first, URI... more) {
        return EtcdV2Registry.builder(first, more).attemptTimeout(LONG);
    }

    private static RegistryException failure(ThrowingCallable call) {
        return catchThrowableOfType(RegistryException.class, call);
    }

    /** What is no answer of etcd's. */
    private enum NoAnswer {
        /** It is only known by waiting. */
        HANGING,
        /** It is known at once, and the same endpoint may answer when asked again. */
        FAILING,
        /** Asking the same endpoint again is no use. */
        HOPELESS
    }

    /** Each kind of what is no answer of etcd's. */
    static Stream<Arguments> noAnswers() {
        String half =
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"action\":\"get\"";
        return Stream.of(
                Arguments.of("silence", Reply.hang(), NoAnswer.HANGING),
                Arguments.of("half a head", Reply.hangAfter("HTTP/1.1 200 OK\r\nContent-"), NoAnswer.HANGING),
                Arguments.of("half a body, then silence", Reply.hangAfter(half), NoAnswer.HANGING),
                Arguments.of("half a body, then the end", Reply.raw(half), NoAnswer.FAILING),
                Arguments.of("the end", Reply.hangUp(), NoAnswer.FAILING),
                Arguments.of("no HTTP", Reply.raw("-ERR what?\r\n\r\n"), NoAnswer.FAILING),
                Arguments.of("500 of etcd", Reply.error(500, 300), NoAnswer.FAILING),
                Arguments.of(
                        "503 during an election",
                        Reply.json(503, "{\"message\":\"During election\"}"),
                        NoAnswer.FAILING),
                Arguments.of(
                        "502 of a proxy", Reply.text(502, "text/html", "<html>Bad gateway</html>"), NoAnswer.FAILING),
                Arguments.of("408 of a proxy", Reply.text(408, "text/html", "<html>Time out</html>"), NoAnswer.FAILING),
                Arguments.of("a page", Reply.text(200, "text/html", "<html>Welcome</html>"), NoAnswer.HOPELESS),
                Arguments.of("a page as JSON", Reply.json(200, "<html>Welcome</html>"), NoAnswer.HOPELESS),
                Arguments.of("no content", Reply.raw("HTTP/1.1 204 No Content\r\n\r\n"), NoAnswer.HOPELESS),
                Arguments.of("another's JSON", Reply.json(200, "{\"hello\":\"world\"}"), NoAnswer.HOPELESS),
                Arguments.of(
                        "a node without index",
                        Reply.json(200, "{\"action\":\"get\",\"node\":{\"key\":\"/a\"}}"),
                        NoAnswer.HOPELESS),
                Arguments.of(
                        "JSON and more", Reply.json(200, "{\"action\":\"get\",\"node\":{}} {}"), NoAnswer.HOPELESS),
                Arguments.of("deep JSON", Reply.json(200, "[".repeat(100_000)), NoAnswer.HOPELESS),
                Arguments.of(
                        "a page not found", Reply.text(404, "text/html", "<html>Not here</html>"), NoAnswer.HOPELESS),
                Arguments.of(
                        "v2 not enabled",
                        Reply.text(404, "text/plain; charset=utf-8", "404 page not found\n"),
                        NoAnswer.HOPELESS),
                Arguments.of(
                        "a redirect",
                        Reply.raw("HTTP/1.1 307 T\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"),
                        NoAnswer.HOPELESS),
                Arguments.of("100 MB", Reply.large(200, 100_000_000), NoAnswer.HOPELESS),
                Arguments.of("100 MB as an error", Reply.large(404, 100_000_000), NoAnswer.HOPELESS),
                Arguments.of("endless errors", (Reply) (in, out) -> endless(out, 400), NoAnswer.HOPELESS),
                Arguments.of("an endless answer", (Reply) (in, out) -> endless(out, 200), NoAnswer.HOPELESS));
    }

    private static boolean endless(OutputStream out, int status) throws IOException {
        out.write(("HTTP/1.1 " + status + " Reason\r\nTransfer-Encoding: chunked\r\n\r\n").getBytes(US_ASCII));
        byte[] chunk = ("100000\r\n" + "x".repeat(0x100000) + "\r\n").getBytes(US_ASCII);
        while (true) {
            out.write(chunk);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noAnswers")
    void read_firstEndpointGivesNoAnswer_nextIsAsked(String name, Reply noAnswer, NoAnswer kind) {
        try (ScriptedServer bad = ScriptedServer.replying(noAnswer);
                ScriptedServer good = ScriptedServer.replying(Reply.emptyDirectory());
                EtcdV2Registry registry = registry(bad.uri(), good.uri())
                        .attemptTimeout(kind == NoAnswer.HANGING ? SHORT : AMPLE)
                        .deadline(AMPLE)
                        .build()) {
            assertThat(registry.announcements()).isEmpty();
            assertThat(registry.announcements()).isEmpty();

            assertThat(bad.requests().size())
                    .as("asked once; a read may be repeated by the HTTP client")
                    .isBetween(1, 2);
            assertThat(good.asked())
                    .containsExactly("GET /v2/keys/servers/ quorum=true", "GET /v2/keys/servers/ quorum=true");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noAnswers")
    void read_noAnswerAnywhere_throwsAndTellsWhatWasSaid(String name, Reply noAnswer, NoAnswer kind) {
        boolean hopeless = kind == NoAnswer.HOPELESS;
        try (ScriptedServer bad = ScriptedServer.replying(noAnswer);
                EtcdV2Registry registry = registry(bad.uri())
                        .attemptTimeout(hopeless ? AMPLE : SHORT)
                        .deadline(hopeless ? AMPLE : Duration.ofSeconds(2))
                        .build()) {
            RegistryException failure = failure(registry::announcements);

            assertThat(failure.reason()).isEqualTo(hopeless ? Reason.REFUSED : Reason.UNKNOWN_OUTCOME);
            assertThat(failure).hasMessageContaining(bad.uri() + ": ").hasMessageContaining("list /servers/");
            assertThat(failure.getMessage()).doesNotContain("null").doesNotContain("<html>");
        }
    }

    @Test
    void read_valueOfAMegabyte_isTakenWhole() {
        try (ScriptedServer server = ScriptedServer.replying(Reply.large(200, 1_000_000));
                EtcdV2Registry registry = registry(server.uri()).build()) {
            assertThat(registry.records().get(new RecordKey("instances", "web-1")))
                    .hasValueSatisfying(value -> assertThat(value).hasSize(1_000_000));
        }
    }

    @Test
    void read_oneOfThreeListens_answersAndStaysThere() {
        try (ScriptedServer good = ScriptedServer.replying(Reply.emptyDirectory());
                EtcdV2Registry registry = registry(ScriptedServer.nobody(), good.uri(), ScriptedServer.nobody())
                        .build()) {
            for (int i = 0; i < 3; i++) {
                assertThat(registry.announcements()).isEmpty();
            }
            assertThat(good.requests()).hasSize(3);
        }
    }

    @Test
    void read_nobodyListens_isUnavailableAndNamesAll() {
        FakeTime time = new FakeTime();
        URI first = ScriptedServer.nobody();
        URI second = ScriptedServer.nobody();
        URI third = URI.create("http://no-such-host.invalid:2379");
        try (EtcdV2Registry registry =
                registry(first, second, third).timeSource(time).build()) {
            RegistryException failure = failure(registry::announcements);

            assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE);
            assertThat(failure)
                    .hasMessageContaining(first + ": connection refused")
                    .hasMessageContaining(second + ": connection refused")
                    .hasMessageContaining(third + ": its host name cannot be resolved")
                    .hasMessageContaining("nothing was changed")
                    .hasMessageContaining("tried for 5000 ms");
            assertThat(failure.getCause()).isInstanceOf(IOException.class);
            assertThat(time.elapsed()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(5));
        }
    }

    @Test
    void operations_hostTakesNoConnection_areUnavailable() throws IOException {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<SocketChannel> waiting = fill(full);
            URI uri = URI.create("http://127.0.0.1:" + full.getLocalPort());
            try (EtcdV2Registry registry =
                    EtcdV2Registry.builder(uri).deadline(Duration.ofMillis(600)).build()) {
                RegistryException failure = failure(registry::announcements);

                assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE);
                assertThat(failure).hasMessageContaining(uri + ": took no connection within");
                Announcement web = new Announcement("web-1", "", Endpoint.of("10.0.0.5", 32768));
                for (ThrowingCallable call : List.<ThrowingCallable>of(
                        registry::localAddress, () -> registry.announce(web), () -> registry.withdraw(web))) {
                    assertThat(failure(call).reason()).isEqualTo(Reason.UNAVAILABLE);
                }
            } finally {
                for (SocketChannel channel : waiting) {
                    channel.close();
                }
            }
        }
    }

    /** Fills a backlog that nobody accepts from: further connections then hang while connecting. */
    private static List<SocketChannel> fill(ServerSocket server) throws IOException {
        List<SocketChannel> waiting = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
            waiting.add(channel);
        }
        return waiting;
    }

    @Test
    void read_oneDeadOneNoEtcd_isUnavailable() {
        try (ScriptedServer page = ScriptedServer.replying(Reply.text(404, "text/plain", "404 page not found"));
                EtcdV2Registry registry = registry(ScriptedServer.nobody(), page.uri())
                        .timeSource(new FakeTime())
                        .build()) {
            RegistryException failure = failure(registry::announcements);

            assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE);
            assertThat(failure).hasMessageContaining("connection refused").hasMessageContaining("v2 is not enabled");
        }
    }

    @Test
    void read_v2NotEnabled_saysHowToEnableIt() {
        try (ScriptedServer server = ScriptedServer.replying(Reply.text(404, "text/plain", "404 page not found"));
                EtcdV2Registry registry = registry(server.uri()).build()) {
            assertThat(failure(registry::announcements))
                    .hasMessageContaining("v2 is not enabled on this server (etcd 3.4 and 3.5 need --enable-v2;"
                            + " 3.6 has removed it)");
        }
    }

    @Test
    void read_redirect_isNotFollowed() {
        try (ScriptedServer target = ScriptedServer.replying(Reply.emptyDirectory());
                ScriptedServer server = ScriptedServer.replying(Reply.raw(
                        "HTTP/1.1 307 T\r\nLocation: " + target.uri() + "/v2/keys/\r\nContent-Length: 0\r\n\r\n"));
                EtcdV2Registry registry =
                        registry(server.uri()).credentials("root", "top-secret").build()) {
            assertThat(failure(registry::announcements)).hasMessageContaining("none is ever followed");
            assertThat(target.requests()).isEmpty();
        }
    }

    @Test
    void read_nobodyListens_pausesTwiceAsLongEachRound() {
        List<Duration> pauses = new ArrayList<>();
        try (EtcdV2Registry registry = registry(ScriptedServer.nobody(), ScriptedServer.nobody())
                .timeSource(recording(pauses))
                .build()) {
            assertThat(failure(registry::announcements).reason()).isEqualTo(Reason.UNAVAILABLE);
        }
        assertThat(pauses).hasSizeGreaterThanOrEqualTo(8);
        for (int i = 0; i < pauses.size(); i++) {
            Duration longest = Duration.ofMillis(Math.min(1000, 50L << i));
            assertThat(pauses.get(i)).isBetween(longest.dividedBy(2), longest);
        }
    }

    private static TimeSource recording(List<Duration> pauses) {
        FakeTime time = new FakeTime();
        return new TimeSource() {
            @Override
            public Instant now() {
                return time.now();
            }

            @Override
            public long nanoTime() {
                return time.nanoTime();
            }

            @Override
            public void sleep(Duration pause) throws InterruptedException {
                pauses.add(pause);
                time.sleep(pause);
            }
        };
    }

    @Test
    void read_serverComesUpDuringTheRetries_answers() {
        URI uri = ScriptedServer.nobody();
        CompletableFuture<ScriptedServer> late = new CompletableFuture<>();
        FakeTime time = new FakeTime();
        time.after(Duration.ofSeconds(1), () -> late.complete(ScriptedServer.at(uri, Reply.emptyDirectory())));
        try (EtcdV2Registry registry = registry(uri).timeSource(time).build()) {
            assertThat(registry.announcements()).isEmpty();
        } finally {
            late.join().close();
        }
    }

    /** How a call ended, and whether its thread was still marked as interrupted. */
    private record Ended(Reason reason, boolean interrupted) {}

    private static Ended ended(EtcdV2Registry registry) {
        Reason reason = failure(registry::announcements).reason();
        return new Ended(reason, Thread.currentThread().isInterrupted());
    }

    @Test
    void read_interruptedMeanwhile_endsSoonAndHangsUp() throws Exception {
        try (ScriptedServer mute = ScriptedServer.replying(Reply.hang());
                EtcdV2Registry registry = EtcdV2Registry.builder(mute.uri())
                        .deadline(Duration.ofMinutes(1))
                        .build()) {
            CompletableFuture<Ended> ended = new CompletableFuture<>();
            Thread caller = new Thread(() -> ended.complete(ended(registry)));
            caller.start();
            await().atMost(PATIENCE).until(() -> mute.requests().size() == 1);

            caller.interrupt();

            assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(new Ended(Reason.UNKNOWN_OUTCOME, true));
            await().atMost(PATIENCE).until(() -> mute.hungUp() == 1);
            caller.join();
        }
    }

    @Test
    void read_interruptedWhilePausing_endsSoon() throws Exception {
        FakeTime time = FakeTime.manual();
        try (EtcdV2Registry registry =
                registry(ScriptedServer.nobody()).timeSource(time).build()) {
            CompletableFuture<Ended> ended = new CompletableFuture<>();
            Thread caller = new Thread(() -> ended.complete(ended(registry)));
            caller.start();
            time.awaitSleepers(1);

            caller.interrupt();

            assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo(new Ended(Reason.UNKNOWN_OUTCOME, true));
            caller.join();
        }
    }

    @Test
    void read_closedMeanwhile_endsSoonHangsUpAndLeavesNoThread() throws Exception {
        try (ScriptedServer mute = ScriptedServer.replying(Reply.hang())) {
            EtcdV2Registry registry = EtcdV2Registry.builder(mute.uri())
                    .deadline(Duration.ofMinutes(1))
                    .build();
            CompletableFuture<RegistryException> failure =
                    CompletableFuture.supplyAsync(() -> failure(registry::announcements));
            await().atMost(PATIENCE).until(() -> mute.requests().size() == 1);

            registry.close();

            assertThat(failure.get(10, TimeUnit.SECONDS))
                    .hasMessageContaining("closed meanwhile")
                    .extracting(RegistryException::reason)
                    .isEqualTo(Reason.UNKNOWN_OUTCOME);
            await().atMost(PATIENCE).until(() -> mute.hungUp() == 1);
            await().atMost(PATIENCE)
                    .until(() -> Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().startsWith("forrest-etcd-")));
        }
    }

    @Test
    void localAddress_firstEndpointIsDead_isFoundByTheNext() {
        try (ScriptedServer good = ScriptedServer.replying(Reply.hang());
                EtcdV2Registry registry =
                        registry(ScriptedServer.nobody(), good.uri()).build()) {
            assertThat(registry.localAddress()).isEqualTo(InetAddress.getLoopbackAddress());
        }
    }
}
