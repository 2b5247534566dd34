package io.forrest.examples.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.examples.cli.Shell.Outcome;
import io.forrest.spi.Container;
import io.forrest.spi.RecordKey;
import io.forrest.testkit.FakeImage;
import io.forrest.testkit.Faults;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RolloutCommandTest {

    private static final String PAGE = "http://10.0.0.9:8404/haproxy?stats";
    private static final String RESUME_OR_ROLL_BACK =
            "forrest rollout --resume web goes on with the rollout, forrest rollout" + " --roll-back web takes it back";

    private final Shell shell = new Shell();

    @BeforeEach
    void setUp() {
        shell.engine.addImage("demo/web:v1", FakeImage.exposing(8080));
        shell.engine.addImage("demo/web:v2", FakeImage.exposing(8080));
        shell.export("FORREST_DRAIN", "0s");
        assertThat(shell.run("scale", "web", "4", "--image=demo/web:v1").exit()).isZero();
    }

    @AfterEach
    void tearDown() {
        shell.close();
    }

    @Test
    void rollout_anotherImage_printsALineForEachStepOfEachWave() {
        Outcome outcome =
                shell.run("rollout", "web", "demo/web:v2", "--waves=1,50%,all", "--observe=0s", "--env", "MODE=b");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exit()).isZero();
        assertThat(outcome.out())
                .containsExactly(
                        "  Rolling out demo/web:v2 to web, 4 of demo/web:v1 ...",
                        "  Wave 1 of 3: launching until 1 of 4 are new",
                        "  Wave 1 of 3: observing for 0s",
                        "  Wave 1 of 3: PROMOTE",
                        "  Wave 1 of 3: taking as many old ones back",
                        "  Wave 2 of 3: launching until 2 of 4 are new",
                        "  Wave 2 of 3: observing for 0s",
                        "  Wave 2 of 3: PROMOTE",
                        "  Wave 2 of 3: taking as many old ones back",
                        "  Wave 3 of 3: launching until 4 of 4 are new",
                        "  Wave 3 of 3: observing for 0s",
                        "  Wave 3 of 3: PROMOTE",
                        "  Wave 3 of 3: taking as many old ones back",
                        "  Promoted: all 4 of web are of demo/web:v2.");
        assertThat(images()).hasSize(4).containsOnly("demo/web:v2");
        assertThat(shell.record("web")).contains("\"MODE\":\"b\"").doesNotContain("rollout");
    }

    @Test
    void rollout_applicationThatExits_isRolledBackWithTheReasonAndTheLog() {
        shell.engine.addImage(
                "demo/web:v2", FakeImage.exposing(8080).exitsAtOnce(3).logs("no such file: app.conf"));

        Outcome outcome = shell.run("rollout", "web", "demo/web:v2", "--observe=0s");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.out())
                .hasSize(3)
                .last()
                .asString()
                .startsWith("  Rolling back: a member of demo/web:v2 could not be launched: ");
        assertThat(outcome.err())
                .first()
                .asString()
                .startsWith("forrest: the rollout ")
                .contains("was rolled back: a member of demo/web:v2 could not be launched");
        assertThat(outcome.err()).contains("    no such file: app.conf").noneMatch(line -> line.contains("\tat "));
        assertThat(images()).hasSize(4).containsOnly("demo/web:v1");
    }

    @Test
    void rollout_onATerminal_drawsTheWaves() {
        shell.onTerminal();

        Outcome outcome = shell.run("rollout", "web", "demo/web:v2", "--waves=1,all", "--observe=0s");

        assertThat(outcome.exit()).isZero();
        assertThat(outcome.out())
                .containsExactly(
                        "  Rolling out demo/web:v2 to web, 4 of demo/web:v1 ...",
                        "  Promoted: all 4 of web are of demo/web:v2.");
        String seen = shell.err.toString(UTF_8);
        String last = seen.substring(seen.lastIndexOf("WAVE"));
        assertThat(seen).contains("observing").contains("\033[?7l", "\033[5A\r\033[J");
        assertThat(last.lines().limit(3))
                .containsExactly(
                        "WAVE  NEW     STATE  VERDICT",
                        "  1     1 of 4  done   PROMOTE",
                        "  2     4 of 4  done   PROMOTE");
    }

    @Test
    void rollout_haproxy_tellsTheFiguresOfNewAndOld() {
        Outcome outcome =
                shell.run("rollout", "web", "demo/web:v2", "--waves=all", "--observe=0s", "--haproxy=" + PAGE);

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .contains(
                        "  Wave 1 of 1: PROMOTE; new: 0 requests, 0 errors, 0.0 ms; old: 0 requests, 0 errors, 0.0 ms");
    }

    /**
     * Has the HAProxy count requests while a wave is observed, unlike ones of new and old. They are not there yet at the first two
     * looks of a wave, which tell who its members are and what their counts begin with.
     */
    private void letTrafficCome() {
        Map<String, Integer> looks = new ConcurrentHashMap<>(); // by what is recorded, which is another for each wave
        shell.balancing(balancer -> shell.faults
                .on(Operation.TRAFFIC)
                .during(() -> shell.record("web").contains("\"phase\":\"OBSERVING\""))
                .before(() -> {
                    if (looks.merge(shell.record("web"), 1, Integer::sum) <= 2) {
                        return;
                    }
                    int wave = looks.size();
                    for (Container one : shell.engine.containers()) {
                        boolean fresh = one.image().equals("demo/web:v2");
                        balancer.member(PAGE)
                                .count(
                                        one.name(),
                                        wave * (fresh ? 40L : 100L),
                                        wave * (fresh ? 7L : 3L),
                                        Duration.ofMillis(fresh ? 16 : 8));
                    }
                }));
    }

    @Test
    void rollout_haproxyWithTraffic_tellsNewAndOldApart() {
        letTrafficCome();

        Outcome outcome =
                shell.run("rollout", "web", "demo/web:v2", "--waves=1,all", "--observe=0s", "--haproxy=" + PAGE);

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .contains(
                        "  Wave 1 of 2: PROMOTE; new: 40 requests, 7 errors, 16.0 ms; old: 400 requests, 12 errors, 8.0 ms",
                        "  Wave 2 of 2: PROMOTE; new: 280 requests, 49 errors, 16.0 ms; old: 300 requests, 9 errors, 8.0 ms");
    }

    @Test
    void rollout_haproxyWithTrafficOnATerminal_drawsNewAndOldInColumns() {
        shell.onTerminal();
        letTrafficCome();

        Outcome outcome =
                shell.run("rollout", "web", "demo/web:v2", "--waves=1,all", "--observe=0s", "--haproxy=" + PAGE);

        assertThat(outcome.exit()).isZero();
        String seen = shell.err.toString(UTF_8);
        assertThat(seen.substring(seen.lastIndexOf("WAVE")).lines().limit(3))
                .containsExactly(
                        "WAVE  NEW     STATE  VERDICT  NEW REQUESTS  ERRORS  RESPONSE  OLD REQUESTS  ERRORS  RESPONSE",
                        "  1     1 of 4  done   PROMOTE  40            7       16.0 ms   400           12      8.0 ms",
                        "  2     4 of 4  done   PROMOTE  280           49      16.0 ms   300           9       8.0 ms");
        assertThat(seen.lines())
                .as("a wave that is not judged yet beside one that is")
                .anyMatch(line -> line.matches("  2     4 of 4( +-){8}"));
    }

    @Test
    void rollout_tooFewRequestsToJudge_isExtendedAndRolledBack() {
        shell.export("FORREST_HAPROXY", PAGE);

        Outcome outcome = shell.run("rollout", "web", "demo/web:v2", "--observe=0s", "--judge=no-worse");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.out())
                .anyMatch(line -> line.startsWith("  Wave 1 of 2: EXTEND: the new members were sent 0"));
        assertThat(outcome.err()).singleElement().asString().contains("could not be judged after 5 extensions");
        assertThat(images()).hasSize(4).containsOnly("demo/web:v1");
    }

    @Test
    void rollout_interrupted_isLeftAndResumed() {
        CompletableFuture<Outcome> rolling = interruptedWhileLaunching();

        assertThat(rolling.join().exit()).isEqualTo(ForrestCommand.INTERRUPTED);
        assertThat(Shell.lines(shell.err)).containsExactly("forrest: interrupted: " + RESUME_OR_ROLL_BACK);
        assertThat(images()).containsExactly("demo/web:v1", "demo/web:v1", "demo/web:v1", "demo/web:v1");

        shell.engine.addImage("demo/web:v2", FakeImage.exposing(8080));
        Outcome scale = shell.run("scale", "web", "5");
        assertThat(scale.exit()).isEqualTo(1);
        assertThat(scale.err()).singleElement().asString().contains("a rollout of fleet web has not ended");

        Outcome resumed = shell.run("rollout", "--resume", "web");
        assertThat(resumed.err()).isEmpty();
        assertThat(resumed.exit()).isZero();
        assertThat(resumed.out())
                .first()
                .asString()
                .matches("  Going on with the rollout \\w+ of web from demo/web:v1 to demo/web:v2 ...");
        assertThat(resumed.out()).last().isEqualTo("  Promoted: all 4 of web are of demo/web:v2.");
        assertThat(images()).hasSize(4).containsOnly("demo/web:v2");
    }

    @Test
    void rollout_interrupted_isLeftAndRolledBack() {
        assertThat(interruptedWhileLaunching().join().exit()).isEqualTo(ForrestCommand.INTERRUPTED);

        Outcome back = shell.run("rollout", "--roll-back", "web");

        assertThat(back.err()).isEmpty();
        assertThat(back.exit()).isZero();
        assertThat(back.out())
                .contains("  Rolling back: it was asked for")
                .last()
                .asString()
                .startsWith("  Rolled back: all 4");
        assertThat(shell.run("rollout", "--roll-back", "web").err())
                .containsExactly("forrest: there is no rollout of fleet web that has not ended");
    }

    private CompletableFuture<Outcome> rolling() {
        return CompletableFuture.supplyAsync(() -> shell.run("rollout", "web", "demo/web:v2", "--observe=0s"));
    }

    @Test
    void rollout_interruptedWhileAnotherHoldsTheLease_saysThatNothingWasChanged() {
        String before = shell.record("web");
        boolean isHeld = shell.records()
                .compareAndSet(new RecordKey("leases", "web"), null, "{\"holder\":\"process 7 at 10.0.0.7\"}");
        assertThat(isHeld).isTrue();
        shell.faults.forgetCalls();
        CompletableFuture<Outcome> rolling = rolling();
        await().until(() -> shell.faults.calls().stream()
                        .filter(new Faults.Call(Operation.RECORD_GET, "web")::equals)
                        .count()
                > 2);

        shell.interrupt();

        assertThat(rolling.join().exit()).isEqualTo(ForrestCommand.INTERRUPTED);
        assertThat(Shell.lines(shell.err)).containsExactly("forrest: interrupted: nothing was changed");
        assertThat(shell.record("web")).isEqualTo(before);
        assertThat(images()).hasSize(4).containsOnly("demo/web:v1");
    }

    @Test
    void rollout_interruptedWhileItIsRecorded_saysHowToTakeBackWhatMayStand() throws Exception {
        shell.faults.on(Operation.RECORD_SET).about("web").skipping(1).once().hang();
        CompletableFuture<Outcome> rolling = rolling();
        shell.faults.awaitHanging(1);

        shell.interrupt();

        assertThat(rolling.join().exit()).isEqualTo(ForrestCommand.INTERRUPTED);
        assertThat(Shell.lines(shell.err))
                .containsExactly("forrest: interrupted: nothing was changed, or the rollout was just recorded: forrest"
                        + " rollout --roll-back web takes it back then");
        assertThat(images()).hasSize(4).containsOnly("demo/web:v1");
    }

    @Test
    void rollout_resumeInterruptedBeforeItBegins_saysHowToGoOn() throws Exception {
        assertThat(interruptedWhileLaunching().join().exit()).isEqualTo(ForrestCommand.INTERRUPTED);
        shell.faults.on(Operation.RECORD_SET).about("web").once().hang();
        CompletableFuture<Outcome> resuming =
                CompletableFuture.supplyAsync(() -> shell.run("rollout", "--resume", "web"));
        shell.faults.awaitHanging(1);

        shell.interrupt();

        assertThat(resuming.join().exit()).isEqualTo(ForrestCommand.INTERRUPTED);
        assertThat(Shell.lines(shell.err)).containsExactly("forrest: interrupted: " + RESUME_OR_ROLL_BACK);
    }

    @Test
    void rollout_resumeWithoutTheHaproxyThatJudges_saysByWhichOptionItIsNamed() {
        shell.rewrite("web", RolloutCommandTest::rollingOut);

        Outcome outcome = shell.run("rollout", "--resume", "web");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err())
                .singleElement()
                .asString()
                .endsWith("this scaler was given none: name one by --haproxy or FORREST_HAPROXY");
    }

    @Test
    void rollout_resumeOfOneThatAFunctionJudges_saysByWhichOptionOneIsGiven() {
        shell.rewrite("web", record -> rollingOut(record).replace("noWorseThanOld 0.01 0.5 100", ""));

        Outcome outcome = shell.run("rollout", "--resume", "web");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err()).singleElement().asString().endsWith("recorded nowhere: give one by --judge");
    }

    /** Returns the record of a fleet with a rollout of the same template that was cut off as it began. */
    private static String rollingOut(String record) {
        String template = record.replaceFirst("^.*\"template\":(\\{.*\\}),\"image\".*$", "$1");
        return record.replaceFirst(
                "\\}$",
                Matcher.quoteReplacement(",\"rollout\":{\"id\":\"r1\",\"template\":" + template
                        + ",\"image\":\"demo/web:v1\",\"generation\":2,\"size\":4,\"waves\":[\"100%\"],\"wave\":1,"
                        + "\"phase\":\"LAUNCHING\",\"observe\":\"PT0S\",\"judge\":\"noWorseThanOld 0.01 0.5 100\","
                        + "\"extendAtMost\":5,\"verdicts\":[],\"reason\":\"\",\"begun\":\"2026-01-01T00:00:00Z\"}}"));
    }

    @Test
    void rollout_recordChangedByAnother_saysByWhichCommandItIsEnded() {
        shell.faults
                .on(Operation.PREPARE)
                .once()
                .before(() -> shell.rewrite("web", record -> record.replaceFirst("\\{", "{\"zone\":\"a\",")));

        Outcome outcome = shell.run("rollout", "web", "demo/web:v2", "--observe=0s");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err())
                .first()
                .asString()
                .contains("was changed by another while its rollout was under way")
                .endsWith(
                        "; forrest rollout --resume web goes on with it, forrest rollout --roll-back web takes it back");
        assertThat(shell.run("rollout", "--roll-back", "web").exit()).isZero();
        assertThat(images()).hasSize(4).containsOnly("demo/web:v1");
    }

    private CompletableFuture<Outcome> interruptedWhileLaunching() {
        shell.engine.addImage("demo/web:v2", FakeImage.exposing(8080).neverListens());
        CompletableFuture<Outcome> rolling = rolling();
        await().until(() -> images().contains("demo/web:v2"));
        shell.interrupt();
        return rolling;
    }

    @Test
    void rollout_noFleet_saysHowToMakeOne() {
        Outcome outcome = shell.run("rollout", "shop", "demo/web:v2");

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).singleElement().asString().contains("no fleet shop", "forrest scale shop N --image");
    }

    private List<String> images() {
        return shell.engine.containers().stream().map(Container::image).sorted().toList();
    }
}
