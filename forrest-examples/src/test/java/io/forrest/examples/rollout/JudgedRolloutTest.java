package io.forrest.examples.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.Judge;
import io.forrest.Launch;
import io.forrest.ObservedMember;
import io.forrest.Rollout;
import io.forrest.RolloutReport;
import io.forrest.WaveFacts;
import io.forrest.examples.rollout.ServedFleet.Answer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A bad version is rolled back, whatever it does, and costs no request but those that it answered itself, or died of. */
class JudgedRolloutTest {

    /**
     * A client has one request under way, so each may lose one that the dead member was answering. Until the engine has closed
     * the port, its proxy takes connections that come to nothing, which may cost each a second and a third. Then they are
     * refused, and HAProxy asks another member. Of eleven deaths the worst cost three in all.
     */
    private static final int MOST_DIED_OF = 3 * ServedFleet.CLIENTS;

    private final ServedFleet served = new ServedFleet();

    @AfterEach
    void end() {
        served.close();
    }

    private Rollout compared(UnaryOperator<Launch> change) {
        return served.fleet
                .rollOut(change)
                .observe(Duration.ofSeconds(6))
                .judge(Judge.noWorseThanOld().minRequests(150));
    }

    private Rollout program(String script) {
        return served.fleet.rollOut(launch -> launch.command("sh", "-c", script).readyWithin(Duration.ofSeconds(2)));
    }

    private static WaveFacts last(RolloutReport report) {
        return report.facts().get(report.facts().size() - 1);
    }

    private static String newOne(RolloutReport report) {
        assertThat(last(report).fresh()).hasSize(1);
        return last(report).fresh().get(0).name();
    }

    @Test
    void newVersionFailsATenth_isRolledBackWithTheEvidence() throws Exception {
        RolloutReport report = served.rolledBack(compared(launch -> launch.env("FAIL", "1")));

        assertThat(report.reason()).contains("the new members fail more often");
        assertThat(last(report).freshTraffic().errors()).isPositive();
        assertThat(last(report).oldTraffic().errors()).isZero();
        assertThat(served.failures())
                .as("no answer but the new version's own")
                .containsOnly(new Answer("500", newOne(report)));
        served.assertOldAlone();
    }

    @Test
    void newVersionIsThreeTimesAsSlow_isRolledBackWithoutAFailedRequest() throws Exception {
        RolloutReport report = served.rolledBack(compared(launch -> launch.env("WAIT", "0.1")));

        assertThat(report.reason()).contains("the new members are slower");
        assertThat(last(report).freshTraffic().responseTime())
                .isGreaterThan(last(report).oldTraffic().responseTime());
        served.assertNothingFailed();
        served.assertOldAlone();
    }

    @Test
    void newVersionDiesWhileItIsObserved_isRolledBackAndFailsOnlyWhatItWasSent() throws Exception {
        CompletableFuture<Void> killing = CompletableFuture.runAsync(served::killTheNew);
        RolloutReport report = served.rolledBack(served.fleet
                .rollOut(launch -> launch.env("VERSION", "2"))
                .observe(Duration.ofMinutes(1))
                .judge(Judge.alive()));
        killing.join();

        assertThat(report.reason()).contains("is dead");
        assertThat(report.logTail()).anyMatch(line -> line.contains("worn out"));
        assertThat(last(report).fresh()).singleElement().matches(ObservedMember::died);
        assertThat(served.failures())
                .as("HAProxy's answers for the dead one")
                .allMatch(new Answer("502", newOne(report))::equals)
                .hasSizeLessThanOrEqualTo(MOST_DIED_OF);
        served.assertOldAlone();
    }

    @Test
    void newVersionExitsAtStart_isRolledBackWithoutAFailedRequest() throws Exception {
        RolloutReport report = served.rolledBack(program("echo giving up >&2; exit 3"));

        assertThat(report.reason()).contains("could not be launched").contains("code 3");
        assertThat(report.logTail()).anyMatch(line -> line.contains("giving up"));
        assertThat(report.facts()).isEmpty();
        served.assertNothingFailed();
        served.assertOldAlone();
    }

    @Test
    void newVersionNeverGetsReady_isRolledBackWithoutAFailedRequest() throws Exception {
        RolloutReport report = served.rolledBack(program("echo not today; exec sleep 100000"));

        assertThat(report.reason()).contains("could not be launched").contains("not ready");
        assertThat(report.logTail()).anyMatch(line -> line.contains("not today"));
        assertThat(report.facts()).isEmpty();
        served.assertNothingFailed();
        served.assertOldAlone();
    }
}
