package io.forrest.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deadlines, interrupts, and connections that went stale. */
class GuardedHttpClientTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Request GET =
            Request.builder().method("GET").path("/thing").build();
    private static final Request POST =
            Request.builder().method("POST").path("/thing").build();

    @TempDir
    private Path folder;

    private final StubEngine stub = new StubEngine();
    private final ShiftedTime time = new ShiftedTime();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        stub.close();
    }

    private GuardedHttpClient client(EngineAddress address, Deadlines deadlines) {
        Workers workers = new Workers(time);
        GuardedHttpClient client = new GuardedHttpClient(new ConnectionPool(address, time), workers, deadlines, time);
        opened.add(client);
        opened.add(workers);
        return client;
    }

    private GuardedHttpClient client() {
        return client(stub.address(), ShortDeadlines.all());
    }

    /** For what is answered: a machine that stands still may not end it. */
    private GuardedHttpClient patientClient() {
        return client(stub.address(), ShortDeadlines.ofSeconds(5));
    }

    private HungSocket hungSocket() throws IOException {
        HungSocket socket = new HungSocket(folder);
        opened.add(socket);
        return socket;
    }

    private static void assertTimesOut(GuardedHttpClient client) {
        long start = TimeSource.system().nanoTime();
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> client.execute(GET).close())
                .withCauseInstanceOf(CallTimeoutException.class);
        assertThat(Duration.ofNanos(TimeSource.system().nanoTime() - start))
                .isBetween(ShortDeadlines.SHORT, ShortDeadlines.SHORT.plus(SOON));
    }

    @Test
    void execute_hungEngineOnTcp_endsAtTheDeadline() {
        stub.on("GET /thing", stub.hang());

        assertTimesOut(client());
    }

    @Test
    void execute_hungEngineOnUnixSocket_endsAtTheDeadline() throws IOException {
        assertTimesOut(client(hungSocket().address(), ShortDeadlines.all()));
    }

    @Test
    void execute_engineThatHangsInTheBody_endsAtTheDeadline() {
        stub.on("GET /thing", stub.hangInBody());

        assertTimesOut(client());
    }

    @Test
    void execute_interruptedWhileEngineHangsOnUnixSocket_endsSoonAndKeepsTheStatus() throws Exception {
        assertEndsOnInterrupt(client(hungSocket().address(), Deadlines.DEFAULT));
    }

    @Test
    void execute_interruptedWhileEngineHangsOnTcp_endsSoonAndKeepsTheStatus() throws Exception {
        stub.on("GET /thing", stub.hang());
        assertEndsOnInterrupt(client(stub.address(), Deadlines.DEFAULT));
    }

    @Test
    void execute_interruptedWhileEngineHangsInTheBody_endsSoonAndKeepsTheStatus() throws Exception {
        stub.on("GET /thing", stub.hangInBody());
        assertEndsOnInterrupt(client(stub.address(), Deadlines.DEFAULT));
    }

    private static void assertEndsOnInterrupt(GuardedHttpClient client) throws Exception {
        FutureTask<Boolean> call = new FutureTask<>(() -> {
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> client.execute(GET).close())
                    .withCauseInstanceOf(CallInterruptedException.class);
            return Thread.currentThread().isInterrupted();
        });
        Thread caller = new Thread(call, "caller");
        caller.start();
        await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
        caller.interrupt();

        assertThat(call.get(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void exchange_streamWithPieces_outlivesTheIdleLimit() {
        stub.on("GET /thing", (exchange, n) -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                for (int i = 0; i < 8; i++) {
                    out.write('.');
                    out.flush();
                    TimeSource.system().sleep(IDLE.dividedBy(5));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        int length =
                patientClient().exchange(GET, Patience.idle(IDLE), (status, body, r) -> body.readAllBytes().length);

        assertThat(length).isEqualTo(8);
    }

    @Test
    void exchange_streamThatFallsSilent_endsAtTheIdleLimit() {
        stub.on("GET /thing", stub.hangInBody());

        assertThatThrownBy(() -> client().exchange(
                                GET, Patience.idle(ShortDeadlines.SHORT), (status, body, r) -> body.readAllBytes()))
                .hasCauseInstanceOf(CallTimeoutException.class);
    }

    @Test
    void execute_calmSequence_usesOneConnection() {
        stub.on("POST /thing", StubEngine.json(200, "{}"));
        GuardedHttpClient client = patientClient();

        for (int i = 0; i < 10; i++) {
            assertAnswered(client);
        }

        assertThat(stub.connections()).isEqualTo(1);
    }

    @Test
    void execute_postAfterIdleTime_takesAFreshConnection() {
        stub.on("POST /thing", StubEngine.json(200, "{}"));
        GuardedHttpClient client = patientClient();
        assertAnswered(client);

        time.advance(ConnectionPool.MAX_IDLE.dividedBy(2));
        assertAnswered(client);
        assertThat(stub.connections()).isEqualTo(1);

        time.advance(ConnectionPool.MAX_IDLE);
        assertAnswered(client);
        assertThat(stub.connections()).isEqualTo(2);
    }

    private static void assertAnswered(GuardedHttpClient client) {
        try (Response response = client.execute(POST)) {
            assertThat(response.getStatusCode()).isEqualTo(200);
        }
    }

    @Test
    void execute_besideManyStreams_isNotKeptWaiting() {
        stub.on("GET /events", stub.hangInBody()).on("POST /thing", StubEngine.json(200, "{}"));
        GuardedHttpClient client = patientClient();
        Request events = Request.builder().method("GET").path("/events").build();
        List<Thread> streams = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Thread stream = new Thread(() -> assertThatThrownBy(() -> client.exchange(
                    events, Patience.idle(Duration.ofMinutes(1)), (status, body, r) -> body.readAllBytes())));
            stream.start();
            streams.add(stream);
        }
        await().until(() -> stub.count("GET /events") == 20);

        // Within its deadline, that is; the streams last for longer
        assertAnswered(client);

        client.close();
        await().untilAsserted(() -> assertThat(streams).noneMatch(Thread::isAlive));
    }

    @Test
    void execute_afterClose_isAnIllegalState() {
        GuardedHttpClient client = client();
        client.close();
        client.close();

        assertThatThrownBy(() -> client.execute(GET).close()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void of_kindsOfRequests_haveTheirDeadlines() {
        Deadlines deadlines = Deadlines.DEFAULT;

        assertThat(deadlines.of(GET)).isEqualTo(deadlines.read());
        assertThat(deadlines.of(POST)).isEqualTo(deadlines.change());
        assertThat(deadlines.of(Request.builder()
                        .method("POST")
                        .path("/v1.41/containers/stop/start")
                        .build()))
                .isEqualTo(deadlines.change());
        assertThat(deadlines.of(Request.builder()
                        .method("POST")
                        .path("/v1.41/containers/abc/stop?t=300")
                        .build()))
                .isEqualTo(deadlines.stopSlack().plusSeconds(300));
    }
}
