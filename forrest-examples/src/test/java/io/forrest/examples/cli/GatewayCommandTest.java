package io.forrest.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.examples.cli.Shell.Outcome;
import io.forrest.haproxy.HaproxyEvent;
import io.forrest.haproxy.HaproxyEvent.Connected;
import io.forrest.haproxy.HaproxyEvent.Disconnected;
import io.forrest.haproxy.HaproxyEvent.Drained;
import io.forrest.haproxy.HaproxyEvent.Opened;
import io.forrest.haproxy.HaproxyEvent.Refused;
import io.forrest.haproxy.HaproxyEvent.Removed;
import io.forrest.haproxy.HaproxyEvent.Restarted;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewayCommandTest {

    private static final String SOCKET = "unix:///run/haproxy/admin.sock";

    private final Shell shell = new Shell();

    @AfterEach
    void tearDown() {
        shell.close();
    }

    @Test
    void gateway_untilToldToEnd_printsALineForEachEvent() {
        CompletableFuture<Outcome> running = CompletableFuture.supplyAsync(
                () -> shell.run("gateway", "--backend=app", "--backend=api", "--haproxy=" + SOCKET));
        Consumer<? super HaproxyEvent> listener = shell.driven();

        List.<HaproxyEvent>of(
                        new Connected(SOCKET),
                        new Opened(SOCKET, "app", "web-1"),
                        new Drained(SOCKET, "app", "web-1"),
                        new Removed(SOCKET, "app", "web-1", false),
                        new Removed(SOCKET, "app", "web-2", true),
                        new Restarted(SOCKET),
                        new Refused(SOCKET, "says no"),
                        new Disconnected(SOCKET, "no answer within 2 s"))
                .forEach(listener);
        end(running);

        Outcome outcome = running.join();
        assertThat(outcome.exit()).isEqualTo(ForrestCommand.INTERRUPTED);
        assertThat(outcome.out()).first().isEqualTo("Driving app, api of " + SOCKET + " ...");
        assertThat(outcome.out().stream().skip(1))
                .allMatch(line -> line.matches("20\\d\\d-\\d\\d-\\d\\dT[0-9:.]+Z " + SOCKET + " .*"))
                .extracting(line -> line.substring(line.indexOf(SOCKET) + SOCKET.length() + 1))
                .containsExactly(
                        "answers",
                        "serves app/web-1",
                        "drains app/web-1",
                        "removed app/web-1",
                        "removed app/web-2 and cut it off: its drain time was over",
                        "was reloaded or restarted",
                        "says no",
                        "does not answer: no answer within 2 s");
        assertThat(outcome.err()).containsExactly("forrest: interrupted; HAProxy serves on what it has");
    }

    @Test
    void gateway_haproxyOfTheEnvironment_isDriven() {
        shell.export("FORREST_HAPROXY", SOCKET + ",master=unix:///run/haproxy/master.sock");
        CompletableFuture<Outcome> running =
                CompletableFuture.supplyAsync(() -> shell.run("gateway", "--backend=app", "--allow-empty"));

        shell.driven().accept(new Connected(SOCKET));
        end(running);

        assertThat(running.join().out()).hasSize(2);
    }

    @Test
    void gateway_withoutHaproxy_saysHowToGiveOne() {
        assertThat(shell.run("gateway", "--backend=app").err())
                .singleElement()
                .asString()
                .contains("--haproxy", "FORREST_HAPROXY");
    }

    /** The driver tells before the command has said what to do at its end. */
    private void end(CompletableFuture<Outcome> running) {
        await().until(() -> {
            shell.interrupt();
            return running.isDone();
        });
    }
}
