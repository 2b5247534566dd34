package io.forrest.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.examples.cli.Shell.Outcome;
import io.forrest.spi.Container;
import io.forrest.testkit.FakeImage;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScaleCommandTest {

    private static final String PAGE = "http://10.0.0.9:8404/haproxy?stats";

    private final Shell shell = new Shell();

    @BeforeEach
    void setUp() {
        shell.engine.addImage("demo/web", FakeImage.exposing(8080));
        shell.engine.addImage("demo/other", FakeImage.exposing(8080));
        shell.export("FORREST_DRAIN", "0s");
    }

    @AfterEach
    void tearDown() {
        shell.close();
    }

    @Test
    void scale_newFleetThenMoreThenFewer_tellsWhatWasLaunchedAndStopped() {
        Outcome made = shell.run("scale", "web", "2", "--image=demo/web", "--env", "MODE=a");

        assertThat(made.err()).isEmpty();
        assertThat(made.exit()).isZero();
        assertThat(made.out()).hasSize(4).startsWith("  Scaling web to 2 ...").endsWith("  Fleet web has 2 instances.");
        assertThat(shell.keys("/servers").keySet())
                .map(name -> "  Launched " + name)
                .containsExactlyInAnyOrderElementsOf(made.out().subList(1, 3));

        Outcome more = shell.run("scale", "web", "3");
        assertThat(more.out()).hasSize(3).endsWith("  Fleet web has 3 instances.");
        assertThat(shell.record("web")).contains("\"MODE\":\"a\"", "\"size\":3");

        Outcome fewer = shell.run("scale", "web", "1");
        assertThat(fewer.exit()).isZero();
        assertThat(fewer.out()).hasSize(4).endsWith("  Fleet web has 1 instance.");
        assertThat(fewer.out().subList(1, 3)).allMatch(line -> line.matches("  Stopped \\w+: Drained in \\d+\\.\\d s"));
        assertThat(shell.engine.containers()).map(Container::name).hasSize(1);
        assertThat(shell.run("scale", "web", "1").out())
                .containsExactly("  Scaling web to 1 ...", "  Fleet web has 1 instance.");
    }

    @Test
    void scale_noFleet_saysHowToMakeOne() {
        Outcome outcome = shell.run("scale", "web", "2");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .singleElement()
                .asString()
                .startsWith("forrest: there is no fleet web under /servers")
                .contains("forrest scale web 2 --image");
    }

    @Test
    void scale_imageForAFleetOfAnother_isRefusedAndSaysWhatChangesIt() {
        assertThat(shell.run("scale", "web", "1", "--image=demo/web").exit()).isZero();

        Outcome other = shell.run("scale", "web", "2", "--image=demo/other");

        assertThat(other.exit()).isEqualTo(1);
        assertThat(other.err())
                .singleElement()
                .asString()
                .startsWith("forrest: fleet web has another template, of demo/web")
                .contains("forrest rollout");
        assertThat(shell.engine.containers()).hasSize(1);
        assertThat(shell.run("scale", "web", "2", "--image=demo/web").exit())
                .as("the same again")
                .isZero();
    }

    @Test
    void scale_someThatDoNotAnswer_tellsWhatWasReached() {
        assertThat(shell.run("scale", "web", "1", "--image=demo/web").exit()).isZero();
        shell.engine.addImage(
                "demo/web", FakeImage.exposing(8080).exitsAtOnce(3).logs("no such file"));

        Outcome outcome = shell.run("scale", "web", "2");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.out()).containsExactly("  Scaling web to 2 ...");
        assertThat(outcome.err())
                .singleElement()
                .asString()
                .startsWith("forrest: fleet web was to have 2 members and has 1: ")
                .contains("--verbose");
        assertThat(shell.record("web")).contains("\"size\":1");
    }

    @Test
    void scale_interrupted_undoesWhatIsUnderWayAndSaysHowToGoOn() {
        shell.engine.addImage("demo/web", FakeImage.exposing(8080).neverListens());
        CompletableFuture<Outcome> scaling =
                CompletableFuture.supplyAsync(() -> shell.run("scale", "web", "2", "--image=demo/web"));
        await().until(() -> shell.engine.containers().size() == 2);

        shell.interrupt();

        assertThat(scaling.join().exit()).isEqualTo(ForrestCommand.INTERRUPTED);
        assertThat(Shell.lines(shell.err))
                .containsExactly(
                        "forrest: interrupted: fleet web is left with 0 instances, and forrest scale web 2 goes on"
                                + " from there");
        assertThat(shell.engine.containers()).isEmpty();
    }

    @Test
    void scale_interruptedBeforeItBegins_changesNothingAndSaysSo() {
        Outcome outcome = shell.interruptedEarly().run("scale", "web", "2", "--image=demo/web");

        assertThat(outcome.exit()).isEqualTo(ForrestCommand.INTERRUPTED);
        assertThat(outcome.err()).containsExactly("forrest: interrupted: nothing was changed");
        assertThat(shell.engine.containers()).isEmpty();
        assertThat(shell.record("web")).isEmpty();
    }

    @Test
    void scale_haproxy_waitsUntilItServes() {
        String[] scale = {"scale", "web", "2", "--image=demo/web", "--haproxy=" + PAGE};
        shell.balancing(balancer -> balancer.member(PAGE).unreachable("connection refused"));

        Outcome unserved = shell.run(scale);

        assertThat(unserved.exit()).isEqualTo(1);
        assertThat(unserved.err())
                .last()
                .asString()
                .startsWith("forrest: fleet web was to have 2 members and has 0: ")
                .contains(PAGE + ": connection refused");
        assertThat(shell.engine.containers()).isEmpty();

        shell.balancing(balancer -> {});
        Outcome served = shell.run(scale);

        assertThat(served.err()).isEmpty();
        assertThat(served.exit()).isZero();
        assertThat(shell.keys("/servers")).hasSize(2);
    }

    @Test
    void scale_templateLacksASecret_saysThatNoCommandCanGiveIt() {
        assertThat(shell.run("scale", "web", "1", "--image=demo/web").exit()).isZero();
        shell.rewrite("web", record -> record.replace("\"secrets\":[]", "\"secrets\":[\"TOKEN\"]"));

        Outcome outcome = shell.run("scale", "web", "2");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err())
                .containsExactly(
                        "forrest: the recorded template of fleet web lacks the secret TOKEN: no command can give"
                                + " it, but a program can that has it");
    }
}
