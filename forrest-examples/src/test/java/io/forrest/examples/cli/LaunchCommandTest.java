package io.forrest.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.examples.cli.Shell.Outcome;
import io.forrest.spi.Container;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LaunchCommandTest {

    private static final String PAGE = "http://10.0.0.9:8404/haproxy?stats";
    private static final String SOCKET = "unix:///run/haproxy/admin.sock";

    private final Shell shell = new Shell();

    @BeforeEach
    void setUp() {
        shell.engine.addImage("demo/myapp", FakeImage.exposing(8080));
        shell.export("ETCD_HOST", "10.10.10.20:4001");
        shell.export("FORREST_DRAIN", "0s");
    }

    @AfterEach
    void tearDown() {
        shell.close();
    }

    @Test
    void launch_image_printsTheTranscriptOf2014() {
        shell.export("FORREST_IP", "127.0.0.2");

        Outcome outcome = shell.run("launch", "demo/myapp");

        Container container = onlyContainer();
        int port = container.ports().get(0).hostPort();
        assertThat(outcome.out())
                .containsExactly(
                        "  Launching demo/myapp on 127.0.0.2 ...",
                        "  Announcing to 10.10.10.20:4001 ...",
                        "  demo/myapp running on Port " + port + " with name " + container.name());
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exit()).isZero();
        assertThat(shell.keys("/servers")).containsOnly(Map.entry(container.name(), "127.0.0.2:" + port));
    }

    @Test
    void launch_options_overrideTheEnvironment() {
        shell.export("ETCD_PREFIX", "elsewhere").export("FORREST_IP", "127.0.0.2");

        Outcome outcome = shell.run(
                "launch",
                "--etcd=http://10.10.10.21:2379",
                "--prefix=/app/servers/",
                "--ip=127.0.0.3",
                "--name=web-1",
                "--app=shop",
                "--port=8080",
                "--env",
                "GREETING=a=b c",
                "--ready-within=30s",
                "demo/myapp");

        assertThat(outcome.out())
                .startsWith("  Launching demo/myapp on 127.0.0.3 ...", "  Announcing to 10.10.10.21:2379 ...")
                .last()
                .asString()
                .endsWith(" with name web-1");
        assertThat(shell.keys("/app/servers")).containsOnlyKeys("web-1");
        assertThat(onlyContainer().labels()).containsValue("shop");
    }

    @Test
    void launch_applicationThatExits_saysSoInOneLineAndLeavesNothing() {
        shell.engine.addImage(
                "demo/broken", FakeImage.exposing(8080).exitsAtOnce(3).logs("first words", "no such file: app.conf"));

        Outcome outcome = shell.run("launch", "demo/broken");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.out()).containsExactly("  Launching demo/broken on 127.0.0.1 ...");
        assertThat(outcome.err())
                .singleElement()
                .asString()
                .startsWith("forrest: ")
                .contains("--verbose");
        assertThat(shell.engine.containers()).isEmpty();
        assertThat(shell.keys("/servers")).isEmpty();
    }

    @Test
    void launch_applicationThatExitsVerbose_showsItsLastWords() {
        shell.engine.addImage(
                "demo/broken", FakeImage.exposing(8080).exitsAtOnce(3).logs("no such file: app.conf"));

        Outcome outcome = shell.run("launch", "--verbose", "demo/broken");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err()).contains("    no such file: app.conf").anyMatch(line -> line.contains("\tat "));
    }

    @Test
    void launch_etcdThatTakesNothing_isToldAfterAnnouncingAndUndone() {
        shell.faults.on(Operation.ANNOUNCE).refuse();

        Outcome outcome = shell.run("launch", "demo/myapp");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.out())
                .containsExactly("  Launching demo/myapp on 127.0.0.1 ...", "  Announcing to 10.10.10.20:4001 ...");
        assertThat(outcome.err()).singleElement().asString().startsWith("forrest: ");
        assertThat(shell.engine.containers()).isEmpty();
    }

    @Test
    void launch_engineThatIsGone_failsBeforeItSaysAnything() {
        shell.faults.on(Operation.ENGINE).fail();

        Outcome outcome = shell.run("launch", "demo/myapp");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).singleElement().asString().startsWith("forrest: ");
    }

    @Test
    void launch_missingImage_namesIt() {
        Outcome outcome = shell.run("launch", "demo/none");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err()).singleElement().asString().contains("demo/none");
    }

    @Test
    void launch_pullOnATerminal_showsProgressAndErasesIt() {
        // Progress is told on a thread of its own: without the second the launch could be over before it.
        shell.engine.addRemoteImage("demo/far", FakeImage.exposing(8080).listensAfter(Duration.ofSeconds(1)));
        shell.onTerminal();

        Outcome outcome = shell.run("launch", "demo/far");

        String seen = shell.err.toString(UTF_8);
        assertThat(outcome.exit()).isZero();
        assertThat(seen).contains("\r\033[2K  pulling demo/far").endsWith("\r\033[2K");
        assertThat(outcome.out()).hasSize(3);
    }

    @Test
    void launch_pullElsewhere_isSilent() {
        shell.engine.addRemoteImage("demo/far", FakeImage.exposing(8080));

        assertThat(shell.run("launch", "demo/far").err()).isEmpty();
    }

    @Test
    void launch_interruptedBeforeItAnswers_isUndoneAndSaysSoOnce() {
        shell.engine.addImage("demo/silent", FakeImage.exposing(8080).neverListens());
        CompletableFuture<Outcome> launching = CompletableFuture.supplyAsync(() -> shell.run("launch", "demo/silent"));
        await().until(() -> !shell.engine.containers().isEmpty());

        shell.interrupt();

        assertThat(launching.join().exit()).isEqualTo(ForrestCommand.INTERRUPTED);
        assertThat(Shell.lines(shell.err)).containsExactly("forrest: interrupted, and the launch is undone");
        assertThat(shell.engine.containers()).isEmpty();
        assertThat(shell.run("list", "--json").out()).containsExactly("[ ]");
    }

    @Test
    void launch_interruptedBeforeItBegins_launchesNothingAndSaysSo() {
        Outcome outcome = shell.interruptedEarly().run("launch", "demo/myapp");

        assertThat(outcome.exit()).isEqualTo(ForrestCommand.INTERRUPTED);
        assertThat(outcome.err()).containsExactly("forrest: interrupted: nothing was launched");
        assertThat(shell.engine.containers()).isEmpty();
    }

    @Test
    void launch_interruptedAfterItsEnd_staysAsItIs() {
        Outcome outcome = shell.run("launch", "demo/myapp");

        shell.interrupt();

        assertThat(outcome.exit()).isZero();
        assertThat(Shell.lines(shell.err)).isEmpty();
        assertThat(shell.engine.containers()).hasSize(1);
    }

    @Test
    @Timeout(10) // the default would take 15 s
    void launch_drainOfTheLaunch_isWhatAStopWaitsFor() {
        shell.export("FORREST_DRAIN", "");
        assertThat(shell.run("launch", "--name=web-1", "--drain=1ms", "demo/myapp")
                        .exit())
                .isZero();

        assertThat(shell.run("stop", "web-1").exit()).isZero();
    }

    @Test
    void launch_haproxy_waitsUntilItServesAndSaysSo() {
        shell.export("FORREST_HAPROXY", PAGE);

        Outcome outcome = shell.run("launch", "--name=web-1", "demo/myapp");

        assertThat(outcome.out())
                .hasSize(4)
                .contains("  Served by HAProxy")
                .last()
                .asString()
                .startsWith("  demo/myapp running on Port ");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exit()).isZero();
    }

    @Test
    void launch_haproxyThatDoesNotServe_isUndoneWithItsWords() {
        shell.balancing(balancer -> balancer.member(PAGE).refuse("web-1", "DOWN (L4CON)"));

        Outcome outcome = shell.run("launch", "--name=web-1", "--haproxy=" + PAGE, "demo/myapp");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err()).singleElement().asString().contains("web-1", PAGE, "DOWN (L4CON)");
        assertThat(shell.engine.containers()).isEmpty();
        assertThat(shell.keys("/servers")).isEmpty();
    }

    @Test
    void launch_oneOfTwoHaproxiesAway_isServedByTheOtherAndSaysSo() {
        shell.balancing(balancer -> balancer.member(SOCKET).unreachable("connection refused"));

        Outcome outcome = shell.run("launch", "--name=web-1", "--haproxy=" + PAGE, "--haproxy=" + SOCKET, "demo/myapp");

        assertThat(outcome.exit()).isZero();
        assertThat(outcome.out()).contains("  Served by HAProxy");
        assertThat(Shell.lines(shell.err))
                .singleElement()
                .asString()
                .startsWith("forrest: ")
                .contains("web-1", SOCKET, "connection refused");
    }

    @Test
    void launch_interruptedBeforeItIsServed_isUndoneAndSaysSo() {
        shell.standingStill().balancing(balancer -> balancer.member(PAGE).refuse("web-1", "DOWN (L4CON)"));
        CompletableFuture<Outcome> launching = CompletableFuture.supplyAsync(
                () -> shell.run("launch", "--name=web-1", "--haproxy=" + PAGE, "demo/myapp"));
        await().until(() -> !shell.keys("/servers").isEmpty());

        shell.interrupt();

        assertThat(launching.join().exit()).isEqualTo(ForrestCommand.INTERRUPTED);
        assertThat(Shell.lines(shell.err)).containsExactly("forrest: interrupted, and the launch is undone");
        assertThat(shell.keys("/servers")).isEmpty();
        assertThat(shell.engine.containers()).isEmpty();
    }

    private Container onlyContainer() {
        List<Container> containers = shell.engine.containers();
        assertThat(containers).hasSize(1);
        return containers.get(0);
    }
}
