package io.forrest.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.examples.cli.Shell.Outcome;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.Operation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StopCommandTest {

    private static final String PAGE = "http://10.0.0.9:8404/haproxy?stats";

    private final Shell shell = new Shell();

    @BeforeEach
    void setUp() {
        shell.engine.addImage("demo/myapp", FakeImage.exposing(8080));
        shell.export("FORREST_DRAIN", "0s");
    }

    @AfterEach
    void tearDown() {
        shell.close();
    }

    @Test
    void stop_instance_printsTheTranscriptOf2014() {
        launch("sharp_mccarthy");
        String id = shell.engine.containers().get(0).id();

        Outcome outcome = shell.run("stop", "sharp_mccarthy");

        assertThat(outcome.out())
                .containsExactly(
                        "  Stopping sharp_mccarthy ...",
                        "  Found container " + id.substring(0, 12) + " ...",
                        "  Stopped.");
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exit()).isZero();
        assertThat(shell.engine.containers()).isEmpty();
        assertThat(shell.keys("/servers")).isEmpty();
    }

    @Test
    void stop_sameNameAgain_saysThatThereIsNone() {
        launch("web-1");
        assertThat(shell.run("stop", "web-1").exit()).isZero();

        Outcome outcome = shell.run("stop", "web-1");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.out()).containsExactly("  Stopping web-1 ...");
        assertThat(outcome.err())
                .singleElement()
                .asString()
                .startsWith("forrest: there is no instance web-1 on this engine under /servers");
    }

    @Test
    void stop_drainOption_overridesTheLaunch() {
        assertThat(shell.run("launch", "--drain=1h", "--name=web-1", "demo/myapp")
                        .exit())
                .isZero();

        assertThat(shell.run("stop", "--drain=0s", "web-1").exit()).isZero();
    }

    @Test
    void stop_etcdThatIsGone_leavesTheContainerAndWorksLater() {
        launch("web-1");
        shell.faults.on(Operation.WITHDRAW).fail();

        Outcome outcome = shell.run("stop", "web-1");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err())
                .singleElement()
                .asString()
                .startsWith("forrest: ")
                .contains("web-1");
        assertThat(shell.engine.containers()).hasSize(1);
        shell.faults.heal();
        assertThat(shell.run("stop", "web-1").exit()).isZero();
    }

    @Test
    void stop_onATerminal_showsWhatItWaitsForAndErasesIt() {
        launch("web-1");

        Outcome outcome = shell.onTerminal().run("stop", "--drain=2s", "web-1");

        assertThat(outcome.out()).last().isEqualTo("  Stopped.");
        assertThat(shell.err.toString(UTF_8)).contains("draining").endsWith("\r\033[2K");
    }

    @Test
    void stop_nameThatCannotBeOne_isMisuse() {
        for (String name : new String[] {"../../x", "a\nb", "_hidden"}) {
            Outcome outcome = shell.run("stop", name);

            assertThat(outcome.exit()).isEqualTo(2);
            assertThat(outcome.out()).isEmpty();
            assertThat(outcome.err()).singleElement().asString().startsWith("forrest: not a valid name");
        }
        assertThat(shell.faults.calls()).isEmpty();
    }

    @Test
    void stop_haproxy_saysHowItWasDrained() {
        launch("web-1");

        Outcome outcome = shell.run("stop", "--drain=1h", "--haproxy=" + PAGE, "web-1");

        assertThat(outcome.out())
                .hasSize(4)
                .endsWith("  Stopped.")
                .element(2)
                .asString()
                .matches("  Drained in \\d+\\.\\d s");
        assertThat(outcome.exit()).isZero();
    }

    @Test
    void stop_haproxyWithSessionsAtTheEnd_saysHowManyWereCut() {
        launch("web-1");
        shell.export("FORREST_HAPROXY", PAGE)
                .balancing(balancer -> balancer.member(PAGE).keep("web-1", 3));

        Outcome outcome = shell.run("stop", "--drain=1s", "web-1");

        assertThat(outcome.out()).anyMatch(line -> line.startsWith("  Cut 3 sessions after "));
        assertThat(outcome.exit()).isZero();
        assertThat(shell.engine.containers()).isEmpty();
    }

    @Test
    void stop_haproxyThatDoesNotSeeAll_saysWhatItDoesNotSee() {
        launch("web-1");
        shell.export("FORREST_HAPROXY", PAGE)
                .balancing(balancer -> balancer.member(PAGE).blindTo("old workers"));

        assertThat(shell.run("stop", "--drain=1s", "web-1").out())
                .anyMatch(line -> line.startsWith("  Drained in ") && line.contains("old workers"));
    }

    private void launch(String name) {
        assertThat(shell.run("launch", "--name", name, "demo/myapp").exit()).isZero();
    }
}
