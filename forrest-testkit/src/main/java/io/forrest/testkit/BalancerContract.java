package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.forrest.Endpoint;
import io.forrest.Traffic;
import io.forrest.spi.Announcement;
import io.forrest.spi.Balancer;
import io.forrest.spi.Drained;
import io.forrest.spi.Registry;
import io.forrest.spi.Served;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Balancer} does, as tests. Extend it and give it balancers over a registry, and endpoints that answer; that
 * is all. It needs every balancer to be reachable, and one instance more than it tests is always announced, so that a balancer
 * that keeps its last one passes too. It takes the system's time. Not thread-safe; confine it to one thread.
 */
public abstract class BalancerContract {

    private static final String APP = "myapp";
    private static final Duration SHORT = Duration.ofMillis(600);
    private static final Duration SOON = Duration.ofSeconds(5);

    private final List<Balancer> opened = new ArrayList<>();
    private final List<Announcement> announced = new ArrayList<>();
    private Balancer balancer;

    /** For implementations to extend. */
    protected BalancerContract() {}

    /**
     * Returns a new balancer that serves what is announced in {@link #registry()}, and what is served already. The contract
     * closes it, and asks for another only once it has. It is asked for before the subclass's own {@code @BeforeEach} methods.
     *
     * @return the balancer
     */
    protected abstract Balancer newBalancer();

    /**
     * Returns the registry that says what to serve. The contract takes back what it announced there.
     *
     * @return the registry, the same for one test; stays the subclass's to close, though not in an {@code @AfterEach} method,
     *     for these run before those of the contract
     */
    protected abstract Registry registry();

    /**
     * Returns an endpoint that answers an HTTP request with 200, for as long as the test runs.
     *
     * @return another endpoint at each call
     */
    protected abstract Endpoint answering();

    /**
     * Returns how long a change in the registry may take until every balancer has followed. By default 10 seconds.
     *
     * @return the time
     */
    protected Duration patience() {
        return Duration.ofSeconds(10);
    }

    /**
     * Returns how long an instance that was withdrawn may take to drain. By default as long as {@link #patience()}. A balancer
     * that cannot see all of its sessions has each drain take it whole, and may shorten it.
     *
     * @return the time
     */
    protected Duration drainPatience() {
        return patience();
    }

    /**
     * Returns whether the balancer can see all of its sessions. One that cannot has whoever waits for an instance to drain
     * wait for the whole time, and says what it does not see. By default true.
     *
     * @return whether it can
     */
    protected boolean seesAllSessions() {
        return true;
    }

    @BeforeEach
    void openBalancer() {
        balancer = another();
        Announcement unused = announce("keeper");
    }

    private Balancer another() {
        Balancer created = newBalancer();
        opened.add(created);
        return created;
    }

    private static String unique(String name) {
        return name + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private Announcement announce(String name) {
        Announcement announcement = new Announcement(unique(name), APP, answering());
        announced.add(announcement);
        registry().announce(announcement);
        return announcement;
    }

    private Announcement served(String name) throws InterruptedException {
        Announcement announcement = announce(name);
        assertServed(balancer.awaitServing(announcement, patience()));
        return announcement;
    }

    private static void assertServed(Served served) {
        assertThat(served.serving()).as("serving, of %s", served).isTrue();
        assertThat(served.waitingFor()).isEmpty();
    }

    private static void assertNotServed(Served served) {
        assertThat(served.serving()).as("serving, of %s", served).isFalse();
        assertThat(served.waitingFor())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).isNotBlank().doesNotContain("\n"));
    }

    private void assertDrained(Drained drained) {
        if (seesAllSessions()) {
            assertThat(drained.drained()).as("drained, of %s", drained).isTrue();
            assertThat(drained.waitingFor()).isEmpty();
        } else {
            assertThat(drained.drained()).as("drained, of %s", drained).isFalse();
            assertThat(drained.blindSpots()).isNotEmpty();
        }
        assertThat(drained.sessions()).isZero();
    }

    /** Makes a call and returns how long it took. */
    private static Duration timed(Callable<?> call) throws Exception {
        TimeSource time = TimeSource.system();
        long start = time.nanoTime();
        Object unused = call.call();
        return Duration.ofNanos(time.nanoTime() - start);
    }

    @Test
    void awaitServing_announced_isServed() throws InterruptedException {
        Announcement fox = announce("fox");

        assertServed(balancer.awaitServing(fox, patience()));
        assertServed(balancer.awaitServing(fox, Duration.ZERO));
    }

    @Test
    void awaitServing_announcedMeanwhile_isServed() throws Exception {
        Announcement fox = new Announcement(unique("fox"), APP, answering());
        Waiting<Served> waiting = new Waiting<>(() -> balancer.awaitServing(fox, patience()));
        announced.add(fox);
        registry().announce(fox);

        assertServed(waiting.result(patience().plus(SOON)));
    }

    @Test
    void awaitServing_neverAnnounced_saysWhoDoesNotServeIt() throws InterruptedException {
        assertNotServed(balancer.awaitServing(new Announcement(unique("owl"), APP, answering()), SHORT));
    }

    @Test
    void awaitServing_neverAnnounced_takesItsTime() throws Exception {
        Announcement owl = new Announcement(unique("owl"), APP, answering());

        assertThat(timed(() -> balancer.awaitServing(owl, SHORT))).isBetween(SHORT, SHORT.plus(SOON));
    }

    @Test
    void awaitServing_withinZero_looksOnce() throws Exception {
        Announcement owl = new Announcement(unique("owl"), APP, answering());

        assertThat(timed(() -> balancer.awaitServing(owl, Duration.ZERO))).isLessThan(SOON);
        assertNotServed(balancer.awaitServing(owl, Duration.ZERO));
    }

    @Test
    void awaitServing_atAnotherEndpoint_isNotTakenForServed() throws InterruptedException {
        Announcement fox = served("fox");

        Served elsewhere = balancer.awaitServing(new Announcement(fox.name(), APP, answering()), SHORT);

        assertThat(elsewhere.serving() && elsewhere.blindSpots().isEmpty())
                .as("served for certain, of %s", elsewhere)
                .isFalse();
    }

    @Test
    void awaitServing_twoSideBySide_areBothServed() {
        Announcement fox = announce("fox");
        Announcement owl = announce("owl");

        SideBySide.run(List.<Callable<Served>>of(
                        () -> balancer.awaitServing(fox, patience()), () -> balancer.awaitServing(owl, patience())))
                .forEach(BalancerContract::assertServed);
    }

    @Test
    void awaitDrained_withdrawn_isDrained() throws InterruptedException {
        Announcement fox = served("fox");
        Announcement owl = served("owl");
        registry().withdraw(fox);

        assertDrained(balancer.awaitDrained(fox, drainPatience()));
        assertServed(balancer.awaitServing(owl, Duration.ZERO));
    }

    @Test
    void awaitDrained_withdrawnAndSeen_endsEarly() throws Exception {
        Announcement fox = served("fox");
        registry().withdraw(fox);

        Duration took = timed(() -> balancer.awaitDrained(fox, drainPatience()));

        assertThat(took.compareTo(drainPatience()) < 0)
                .as("early, after %s", took)
                .isEqualTo(seesAllSessions());
    }

    @Test
    void awaitDrained_twoSideBySide_areBothDrained() throws InterruptedException {
        Announcement fox = served("fox");
        Announcement owl = served("owl");
        registry().withdraw(fox);
        registry().withdraw(owl);

        SideBySide.run(List.<Callable<Drained>>of(
                        () -> balancer.awaitDrained(fox, drainPatience()),
                        () -> balancer.awaitDrained(owl, drainPatience())))
                .forEach(this::assertDrained);
    }

    @Test
    void awaitDrained_neverAnnounced_isDrained() throws InterruptedException {
        assertDrained(balancer.awaitDrained(new Announcement(unique("owl"), APP, answering()), drainPatience()));
    }

    @Test
    void awaitDrained_stillServed_saysWhoServesIt() throws InterruptedException {
        Drained drained = balancer.awaitDrained(served("fox"), SHORT);

        assertThat(drained.drained()).as("drained, of %s", drained).isFalse();
        assertThat(drained.waitingFor())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).isNotBlank().doesNotContain("\n"));
    }

    @Test
    void awaitDrained_stillServed_takesItsTime() throws Exception {
        Announcement fox = served("fox");

        assertThat(timed(() -> balancer.awaitDrained(fox, SHORT))).isBetween(SHORT, SHORT.plus(SOON));
    }

    @Test
    void awaitDrained_withinZero_looksOnce() throws Exception {
        Announcement fox = served("fox");

        assertThat(timed(() -> balancer.awaitDrained(fox, Duration.ZERO))).isLessThan(SOON);
    }

    @Test
    void awaiting_interruptedBefore_throws() {
        Announcement fox = announce("fox");

        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> balancer.awaitServing(fox, patience()), () -> balancer.awaitDrained(fox, drainPatience()))) {
            Thread.currentThread().interrupt();
            try {
                assertThatExceptionOfType(InterruptedException.class).isThrownBy(call);
            } finally {
                boolean unused = Thread.interrupted();
            }
        }
    }

    @Test
    void awaiting_interruptedMeanwhile_throwsSoon() throws Exception {
        Announcement owl = new Announcement(unique("owl"), APP, answering());
        Announcement fox = served("fox");
        for (Callable<Object> call : List.<Callable<Object>>of(
                () -> balancer.awaitServing(owl, SOON.multipliedBy(10)),
                () -> balancer.awaitDrained(fox, SOON.multipliedBy(10)))) {
            Waiting<Object> waiting = new Waiting<>(call);
            waiting.interrupt();

            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> waiting.result(SOON))
                    .withCauseInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void traffic_served_isServing() throws InterruptedException {
        Announcement fox = served("fox");

        Traffic traffic = balancer.traffic(fox.name()).orElseThrow();
        assertThat(traffic.serving()).as("serving, of %s", traffic).isTrue();
        assertThat(traffic.state()).isNotBlank();
        assertThat(balancer.traffic()).containsKey(fox.name());
    }

    @Test
    void traffic_withdrawn_isNotServing() throws InterruptedException {
        Announcement fox = served("fox");
        registry().withdraw(fox);
        assertDrained(balancer.awaitDrained(fox, drainPatience()));

        assertThat(balancer.traffic(fox.name()).filter(Traffic::serving)).isEmpty();
    }

    @Test
    void traffic_ofUnknownName_isEmpty() throws InterruptedException {
        String unknown = unique("owl");
        Announcement unused = served("fox");

        assertThat(balancer.traffic(unknown)).isEmpty();
        assertThat(balancer.traffic()).doesNotContainKey(unknown);
    }

    @Test
    void close_thrice_keepsWhatIsServed() throws InterruptedException {
        Announcement fox = served("fox");
        for (int i = 0; i < 3; i++) {
            assertThatCode(balancer::close).doesNotThrowAnyException();
        }

        assertServed(another().awaitServing(fox, patience()));
    }

    @Test
    void anyCall_afterClose_isAnIllegalState() {
        Announcement fox = announce("fox");
        balancer.close();

        List<ThrowingCallable> calls = List.of(
                () -> balancer.awaitServing(fox, Duration.ZERO),
                () -> balancer.awaitDrained(fox, Duration.ZERO),
                balancer::traffic,
                () -> balancer.traffic(fox.name()));
        calls.forEach(call -> assertThatIllegalStateException().isThrownBy(call));
    }

    @AfterEach
    void takeBack() {
        try {
            announced.forEach(announcement -> registry().withdraw(announcement));
        } finally {
            opened.forEach(Balancer::close);
        }
    }

    /** A call on a thread of its own. */
    private static final class Waiting<T> {

        private final FutureTask<T> task;
        private final Thread thread;

        Waiting(Callable<T> call) {
            task = new FutureTask<>(call);
            thread = new Thread(task, "waiting");
            thread.setDaemon(true);
            thread.start();
        }

        void interrupt() {
            thread.interrupt();
        }

        T result(Duration within) throws InterruptedException, ExecutionException, TimeoutException {
            return task.get(within.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
