package io.forrest.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.examples.cli.Shell.Outcome;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.Operation;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchCommandTest {

    private static final String TIME = "20\\d\\d-\\d\\d-\\d\\dT[0-9:.]+Z ";

    private final Shell shell = new Shell();

    @BeforeEach
    void launch() {
        shell.engine.addImage("demo/myapp", FakeImage.exposing(8080));
        assertThat(shell.run("launch", "--name=web-1", "demo/myapp").exit()).isZero();
        shell.out.reset();
    }

    @AfterEach
    void tearDown() {
        shell.close();
    }

    @Test
    void watch_containerThatDies_isWithdrawnAndTold() {
        CompletableFuture<Outcome> watching = start("watch");
        awaitOut("web-1 of myapp is ANNOUNCED at 127.0.0.1:\\d+");

        shell.engine.kill("web-1", 1);

        awaitOut("DIED web-1 of myapp, exit code 1");
        awaitOut("WITHDRAW web-1 of myapp: its container does not run");
        awaitOut("web-1 of myapp is EXITED.*");
        assertThat(shell.keys("/servers")).isEmpty();
        Outcome outcome = end(watching);
        assertThat(outcome.exit()).isEqualTo(ForrestCommand.INTERRUPTED);
        assertThat(outcome.out()).allMatch(line -> line.matches(TIME + ".*"));
        assertThat(outcome.err()).containsExactly("forrest: interrupted; what runs stays as it is");
    }

    @Test
    void watch_containerThatIsStartedAgain_isToldAndAnnounced() {
        CompletableFuture<Outcome> watching = start("watch");
        awaitOut("web-1 of myapp is ANNOUNCED .*");
        shell.engine.exhaustMemory("web-1");
        awaitOut("DIED web-1 of myapp, exit code 137, memory ran out in it");

        shell.engine.restart("web-1");

        awaitOut("RESTARTED web-1 of myapp");
        await().until(() -> shell.keys("/servers").containsKey("web-1"));
        end(watching);
    }

    @Test
    void watch_memberOfAFleetThatDies_isReplacedAndTold() {
        assertThat(shell.run("scale", "web", "2", "--image=demo/myapp").exit()).isZero();
        String victim = shell.keys("/servers").keySet().stream()
                .filter(name -> !name.equals("web-1"))
                .findFirst()
                .orElseThrow();
        CompletableFuture<Outcome> watching = start("watch", "--replace=10/10m");
        awaitOut(victim + " of web is ANNOUNCED .*");

        shell.engine.kill(victim, 1);

        awaitOut("REPLACE of web: \\w+ is launched for one that died");
        awaitOut(victim + " of web is no more");
        await().until(() -> shell.keys("/servers").size() == 3);
        end(watching);
    }

    @Test
    void watch_withoutSupervision_onlyLooks() {
        CompletableFuture<Outcome> watching = start("watch", "--no-supervision");
        awaitOut("web-1 of myapp is ANNOUNCED .*");

        shell.engine.kill("web-1", 1);

        awaitOut("web-1 of myapp is EXITED.*");
        assertThat(shell.keys("/servers")).containsKey("web-1");
        assertThat(end(watching).out()).hasSize(2);
    }

    @Test
    void watch_engineThatDoesNotAnswer_isToldOnceAndAtItsEnd() {
        CompletableFuture<Outcome> watching = start("watch", "--no-supervision");
        awaitOut("web-1 of myapp is ANNOUNCED .*");

        shell.faults.on(Operation.LIST).fail();
        awaitOut("(?!the engine answers again|web-1).*");
        shell.faults.heal();

        awaitOut("the engine answers again");
        assertThat(end(watching).out()).hasSize(3);
    }

    @Test
    void watch_forATime_endsByItself() {
        Outcome outcome = shell.run("watch", "--for=1ms", "--replace=10/10m");

        assertThat(outcome.exit()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).anyMatch(line -> line.matches(TIME + "web-1 of myapp is ANNOUNCED .*"));
    }

    @Test
    void watch_onATerminal_drawsATableWithTheLastNews() {
        shell.onTerminal();
        CompletableFuture<Outcome> watching = start("watch");
        await().until(() -> shell.err.toString(UTF_8).contains("web-1"));

        shell.engine.kill("web-1", 1);

        await().until(() -> shell.err.toString(UTF_8).contains("WITHDRAW web-1 of myapp"));
        assertThat(end(watching).out()).isEmpty();
        String seen = shell.err.toString(UTF_8);
        assertThat(seen)
                .contains("1 under /servers, supervision: withdraw, ", "NAME   APP    ENDPOINT", "\033[?7l")
                .endsWith("forrest: interrupted; what runs stays as it is\n");
    }

    @Test
    void watch_moreThanTheTerminalHolds_isCut() {
        assertThat(shell.run("scale", "web", Integer.toString(Shell.ROWS), "--image=demo/myapp")
                        .exit())
                .isZero();
        shell.onTerminal();

        shell.run("watch", "--for=1ms", "--no-supervision");

        String seen = shell.err.toString(UTF_8);
        assertThat(seen.substring(seen.lastIndexOf("\033[?7l")).lines())
                .hasSize(Shell.ROWS)
                .anyMatch(line -> line.matches("\\.\\.\\. and \\d+ more"));
    }

    private CompletableFuture<Outcome> start(String... args) {
        return CompletableFuture.supplyAsync(() -> shell.run(args));
    }

    private void awaitOut(String line) {
        await().until(() -> Shell.lines(shell.out).stream().anyMatch(seen -> seen.matches(TIME + line)));
    }

    /** It looks before it has said what to do at its end. */
    private Outcome end(CompletableFuture<Outcome> watching) {
        await().until(() -> {
            shell.interrupt();
            return watching.isDone();
        });
        return watching.join();
    }
}
