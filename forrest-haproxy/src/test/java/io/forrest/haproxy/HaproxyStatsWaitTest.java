package io.forrest.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.forrest.BalancerException;
import io.forrest.Endpoint;
import io.forrest.Traffic;
import io.forrest.haproxy.ScriptedSource.Line;
import io.forrest.haproxy.Tables.Server;
import io.forrest.spi.Announcement;
import io.forrest.spi.Drained;
import io.forrest.spi.Served;
import io.forrest.testkit.FakeTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What several HAProxies say together, and when it is asked, in a time of the test's own. */
class HaproxyStatsWaitTest {

    private static final String ADDRESS = "10.0.0.5:32768";
    private static final Announcement WEB = new Announcement("web-1", "web", Endpoint.parse(ADDRESS));
    private static final Server UP = Server.up("web-1").at(ADDRESS);
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final FakeTime time = new FakeTime();

    private HaproxyStats stats(StatsSource... sources) {
        return new HaproxyStats(List.of(sources), BackendScope.ALL, Duration.ofMillis(100), time);
    }

    private Line hang() {
        return () -> {
            time.advance(TIMEOUT);
            return Line.fail("no answer within 2 s").say();
        };
    }

    @Test
    void awaitServing_servedAtOnce_looksOnce() throws Exception {
        ScriptedSource one = new ScriptedSource("one", Line.table(UP));

        assertThat(stats(one).awaitServing(WEB, TEN_SECONDS))
                .isEqualTo(new Served(true, List.of(), List.of(), List.of()));
        assertThat(one.asked()).isEqualTo(1);
        assertThat(time.elapsed()).isZero();
    }

    @Test
    void awaitServing_servedLater_isSeenAtTheNextLook() throws Exception {
        ScriptedSource one = new ScriptedSource("one", Line.table(), Line.table(UP.is("DOWN")), Line.table(UP));

        assertThat(stats(one).awaitServing(WEB, TEN_SECONDS).serving()).isTrue();
        assertThat(time.elapsed()).isEqualTo(INTERVAL.multipliedBy(2));
    }

    @Test
    void awaitServing_never_saysWhoIsWaitedForWhenTheTimeIsOver() throws Exception {
        StatsSource one = new ScriptedSource("one", Line.table(UP));
        StatsSource two = new ScriptedSource("two", Line.table());

        assertThat(stats(one, two).awaitServing(WEB, TEN_SECONDS))
                .isEqualTo(new Served(false, List.of("two: web-1 is absent"), List.of(), List.of()));
        assertThat(time.elapsed()).isEqualTo(TEN_SECONDS);
    }

    @Test
    void awaitServing_withinZero_looksOnce() throws Exception {
        ScriptedSource one = new ScriptedSource("one", Line.table());

        assertThat(stats(one).awaitServing(WEB, Duration.ZERO).serving()).isFalse();
        assertThat(one.asked()).isEqualTo(1);
        assertThat(time.elapsed()).isZero();
    }

    @Test
    void awaitServing_oneCannotBeAsked_isServedByTheOther() throws Exception {
        StatsSource one = new ScriptedSource("one", Line.fail("Connection\nrefused"));
        StatsSource two = new ScriptedSource("two", Line.table(UP));

        assertThat(stats(one, two).awaitServing(WEB, TEN_SECONDS))
                .isEqualTo(new Served(true, List.of(), List.of("one: Connection refused"), List.of()));
    }

    @Test
    void awaitServing_noneCanBeAsked_isNotServed() throws Exception {
        StatsSource one = new ScriptedSource("one", Line.fail("Connection refused"));

        assertThat(stats(one).awaitServing(WEB, Duration.ofSeconds(1)))
                .isEqualTo(new Served(false, List.of(), List.of("one: Connection refused"), List.of()));
    }

    @Test
    void awaitServing_addressNotShown_isServedAndSaysSo() throws Exception {
        StatsSource one = new ScriptedSource("one", Line.table(UP.at("")));

        assertThat(stats(one).awaitServing(WEB, Duration.ZERO))
                .isEqualTo(
                        new Served(true, List.of(), List.of(), List.of("one: address unverified, `a word` shows it")));
    }

    @Test
    void awaitServing_oneHangs_costsItsTimeoutOnce() throws Exception {
        ScriptedSource hung = new ScriptedSource("hung", hang());
        StatsSource well =
                new ScriptedSource("well", Line.table(), Line.table(), Line.table(), Line.table(), Line.table(UP));
        HaproxyStats stats = stats(hung, well);

        Served served = stats.awaitServing(WEB, TEN_SECONDS);

        assertThat(served).isEqualTo(new Served(true, List.of(), List.of("hung: no answer within 2 s"), List.of()));
        assertThat(hung.asked()).isEqualTo(1);
        assertThat(time.elapsed()).isEqualTo(TIMEOUT.plus(INTERVAL.multipliedBy(4)));
    }

    @Test
    void awaitServing_oneThatHungGoesOn_isAskedAgainAfterAWhile() throws Exception {
        ScriptedSource hung = new ScriptedSource("hung", hang(), Line.table(UP));
        HaproxyStats stats = stats(hung, new ScriptedSource("well", Line.table(UP)));

        assertThat(stats.awaitServing(WEB, Duration.ZERO).unreachable()).hasSize(1);
        time.advance(Duration.ofSeconds(4));
        assertThat(stats.awaitServing(WEB, Duration.ZERO).unreachable()).hasSize(1);
        assertThat(hung.asked()).isEqualTo(1);
        time.advance(Duration.ofSeconds(1));
        assertThat(stats.awaitServing(WEB, Duration.ZERO).unreachable()).isEmpty();
    }

    @Test
    void awaitDrained_goneEverywhere_endsEarly() throws Exception {
        StatsSource one = new ScriptedSource("one", Line.table(UP.sessions(2)), Line.table(UP.is("MAINT")));
        StatsSource two = new ScriptedSource("two", Line.table());

        assertThat(stats(one, two).awaitDrained(WEB, TEN_SECONDS))
                .isEqualTo(new Drained(true, 0, List.of(), List.of(), List.of()));
        assertThat(time.elapsed()).isEqualTo(INTERVAL);
    }

    @Test
    void awaitDrained_sessionsRemain_areAddedUp() throws Exception {
        StatsSource one = new ScriptedSource("one", Line.table(UP.is("MAINT").sessions(2)));
        StatsSource two = new ScriptedSource("two", Line.table()).oldWorker("17", UP.sessions(3));

        assertThat(stats(one, two).awaitDrained(WEB, TEN_SECONDS))
                .isEqualTo(new Drained(
                        false,
                        5,
                        List.of(
                                "one: app/web-1 is MAINT, sessions: 2",
                                "two: in old worker 17, app/web-1 is UP, sessions: 3"),
                        List.of(),
                        List.of()));
        assertThat(time.elapsed()).isEqualTo(TEN_SECONDS);
    }

    @Test
    void awaitDrained_oldWorkerServesNoMore_isDrained() throws Exception {
        StatsSource one = new ScriptedSource("one", Line.table()).oldWorker("17", UP.is("MAINT"));

        assertThat(stats(one).awaitDrained(WEB, TEN_SECONDS).drained()).isTrue();
    }

    @Test
    void awaitDrained_oneCannotBeAsked_waitsTheWholeTime() throws Exception {
        StatsSource one = new ScriptedSource("one", Line.fail("Connection refused"));
        StatsSource two = new ScriptedSource("two", Line.table());

        assertThat(stats(one, two).awaitDrained(WEB, TEN_SECONDS))
                .isEqualTo(new Drained(false, 0, List.of(), List.of("one: Connection refused"), List.of()));
        assertThat(time.elapsed()).isEqualTo(TEN_SECONDS);
    }

    @Test
    void awaitDrained_blindSpot_waitsTheWholeTime() throws Exception {
        StatsSource one = new ScriptedSource("one", Line.table()).blind("cannot see");

        assertThat(stats(one).awaitDrained(WEB, TEN_SECONDS))
                .isEqualTo(new Drained(false, 0, List.of(), List.of(), List.of("one: cannot see")));
        assertThat(time.elapsed()).isEqualTo(TEN_SECONDS);
    }

    @Test
    void traffic_severalHaproxies_isAddedUp() {
        StatsSource one = new ScriptedSource(
                "one", Line.table(UP.counts(30, 1).responseTime(10).sessions(1), Server.up("web-2")));
        StatsSource two = new ScriptedSource(
                "two", Line.table(UP.is("DRAIN 1/2").counts(10, 2).responseTime(50)));

        assertThat(stats(one, two).traffic())
                .containsEntry("web-1", new Traffic(false, "UP/DRAIN", 1, 40, 3, Duration.ofMillis(20)))
                .containsEntry("web-2", new Traffic(false, "UP/absent", 0, 0, 0, Duration.ZERO))
                .hasSize(2);
    }

    @Test
    void traffic_oneCannotBeAskedAnyMore_countsWhatItSaidLast() {
        StatsSource one = new ScriptedSource("one", Line.table(UP.counts(30, 1)));
        StatsSource two = new ScriptedSource("two", Line.table(UP.counts(10, 2)), Line.fail("Connection refused"));
        HaproxyStats stats = stats(one, two);

        assertThat(stats.traffic("web-1").orElseThrow().requests()).isEqualTo(40);
        Traffic without = stats.traffic("web-1").orElseThrow();

        assertThat(without).isEqualTo(new Traffic(true, "UP", 0, 40, 3, Duration.ZERO));
    }

    @Test
    void traffic_noneCanBeAsked_namesEach() {
        HaproxyStats stats = stats(
                new ScriptedSource("one", Line.fail("Connection refused")),
                new ScriptedSource("two", Line.fail("answers 401: wrong user or password")));

        assertThatExceptionOfType(BalancerException.class)
                .isThrownBy(stats::traffic)
                .withMessage(
                        "no HAProxy can be asked: one: Connection refused; two: answers 401: wrong user or password");
    }

    @Test
    void verbs_interrupted_sayAndKeepIt() {
        HaproxyStats stats = stats(new ScriptedSource("one", Line.table()));

        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> stats.awaitServing(WEB, TEN_SECONDS));
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> stats.awaitDrained(WEB, TEN_SECONDS));
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(BalancerException.class).isThrownBy(stats::traffic);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void verbs_closed_areRefused() {
        HaproxyStats stats = stats(new ScriptedSource("one", Line.table(UP)));
        stats.close();
        stats.close();
        stats.close();

        assertThatIllegalStateException().isThrownBy(() -> stats.awaitServing(WEB, Duration.ZERO));
        assertThatIllegalStateException().isThrownBy(() -> stats.awaitDrained(WEB, Duration.ZERO));
        assertThatIllegalStateException().isThrownBy(stats::traffic);
    }

    @Test
    void awaitServing_closedMeanwhile_ends() {
        HaproxyStats stats = stats(new ScriptedSource("one", Line.table()));
        time.after(Duration.ofSeconds(1), stats::close);

        assertThatIllegalStateException().isThrownBy(() -> stats.awaitServing(WEB, TEN_SECONDS));
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void awaitServing_negativeTime_isRefused() {
        HaproxyStats stats = stats(new ScriptedSource("one", Line.table()));

        assertThatIllegalArgumentException().isThrownBy(() -> stats.awaitServing(WEB, Duration.ofMillis(-1)));
    }
}
