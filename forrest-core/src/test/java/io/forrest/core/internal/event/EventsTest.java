package io.forrest.core.internal.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.ForrestEvent;
import io.forrest.Step;
import io.forrest.Subscription;
import io.forrest.event.EventsLost;
import io.forrest.event.StepReached;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventsTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int MANY = 1_000_000;

    /** Its listeners have longer for their last words than any takes that is not held. */
    private Events events = new Events(Duration.ofSeconds(20));

    private final Queue<ForrestEvent> heard = new ConcurrentLinkedQueue<>();
    private final Semaphore permits = new Semaphore(0);
    private final Semaphore asking = new Semaphore(0);

    @AfterEach
    void noThreadIsLeft() {
        permits.release(MANY);
        events.close();
        await("the listeners' threads end").until(() -> threads().isEmpty());
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("forrest-events-"))
                .toList();
    }

    private static ForrestEvent event(int number) {
        return new StepReached(START.plusSeconds(number), "myapp", "brave_oak", Step.READY);
    }

    private static List<ForrestEvent> events(int from, int to) {
        return IntStream.range(from, to).mapToObj(EventsTest::event).toList();
    }

    private void publish(int from, int to) {
        events(from, to).forEach(events::publish);
    }

    private void awaitHeard(int count) {
        await().untilAsserted(() -> assertThat(heard).hasSize(count));
    }

    /** Hears one event for each permit, and says when it asks for one. */
    private void slowListener(ForrestEvent event) {
        asking.release();
        permits.acquireUninterruptibly();
        heard.add(event);
    }

    private Subscription subscribe(Consumer<? super ForrestEvent> listener) {
        return events.subscribe(listener);
    }

    @Test
    void publish_severalListeners_eachHearsAllInOrder() {
        Queue<ForrestEvent> other = new ConcurrentLinkedQueue<>();
        try (Subscription one = subscribe(heard::add);
                Subscription two = subscribe(other::add)) {
            assertThat(one).isNotSameAs(two);

            publish(0, 1_000);

            awaitHeard(1_000);
            assertThat(heard).containsExactlyElementsOf(events(0, 1_000));
            await().untilAsserted(() -> assertThat(other).containsExactlyElementsOf(events(0, 1_000)));
        }
    }

    @Test
    void publish_nobodyListens_isForgotten() {
        publish(0, 10);
        try (Subscription subscription = subscribe(heard::add)) {
            assertThat(subscription).isNotNull();
            publish(10, 11);

            awaitHeard(1);
            assertThat(heard).containsExactly(event(10));
        }
    }

    @Test
    void publish_listeners_areCalledOnDaemonsOfTheirOwn() {
        Set<Thread> callers = ConcurrentHashMap.newKeySet();
        try (Subscription one = subscribe(event -> callers.add(Thread.currentThread()));
                Subscription two = subscribe(event -> callers.add(Thread.currentThread()))) {
            assertThat(one).isNotSameAs(two);
            publish(0, 10);

            await().untilAsserted(() -> assertThat(callers).hasSize(2));
            assertThat(callers).allMatch(Thread::isDaemon);
            assertThat(callers.stream().map(Thread::getName).distinct())
                    .as("a thread dump tells them apart")
                    .hasSize(2)
                    .allMatch(name -> name.startsWith("forrest-events-"));
        }
    }

    /** Fills the queue of a listener that has one event in its hands, so that the next one is lost. */
    private void fillUp() throws InterruptedException {
        events.publish(event(0));
        assertThat(asking.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        publish(1, EventOutlet.CAPACITY + 1);
    }

    @Test
    void publish_listenerTooSlow_isToldOnceWhatItLost() throws InterruptedException {
        try (Subscription subscription = subscribe(this::slowListener)) {
            assertThat(subscription).isNotNull();
            fillUp();
            int lost = 10;
            publish(EventOutlet.CAPACITY + 1, EventOutlet.CAPACITY + 1 + lost);
            permits.release(MANY);

            awaitHeard(EventOutlet.CAPACITY + 2);
            List<ForrestEvent> expected = new ArrayList<>(events(0, EventOutlet.CAPACITY + 1));
            expected.add(new EventsLost(event(EventOutlet.CAPACITY + lost).at(), lost));
            assertThat(heard).containsExactlyElementsOf(expected);

            publish(0, 1);
            awaitHeard(EventOutlet.CAPACITY + 3);
            assertThat(heard).endsWith(event(0));
        }
    }

    @Test
    void publish_listenerCatchesUp_isToldInThePlaceOfTheLoss() throws InterruptedException {
        try (Subscription subscription = subscribe(this::slowListener)) {
            assertThat(subscription).isNotNull();
            fillUp();
            int first = EventOutlet.CAPACITY + 1;
            publish(first, first + 3);
            permits.release(5);
            awaitHeard(5);
            assertThat(asking.tryAcquire(5, 10, TimeUnit.SECONDS)).isTrue();

            publish(first + 3, first + 5);
            permits.release(MANY);

            List<ForrestEvent> expected = new ArrayList<>(events(0, first));
            expected.add(new EventsLost(event(first + 2).at(), 3));
            expected.addAll(events(first + 3, first + 5));
            awaitHeard(expected.size());
            assertThat(heard).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void publish_twoLosses_eachIsCountedAlone() throws InterruptedException {
        try (Subscription subscription = subscribe(this::slowListener)) {
            assertThat(subscription).isNotNull();
            fillUp();
            publish(0, 3);
            permits.release(EventOutlet.CAPACITY + 2);
            awaitHeard(EventOutlet.CAPACITY + 2);
            assertThat(asking.tryAcquire(EventOutlet.CAPACITY + 1, 10, TimeUnit.SECONDS))
                    .isTrue();
            heard.clear();

            fillUp();
            publish(0, 7);
            permits.release(MANY);

            awaitHeard(EventOutlet.CAPACITY + 2);
            assertThat(heard).last().isEqualTo(new EventsLost(event(6).at(), 7));
        }
    }

    @Test
    void publish_oneListenerHangs_neitherBlocksNorHoldsUpTheOther() throws InterruptedException {
        try (Subscription slow = subscribe(this::slowListener);
                Subscription quick = subscribe(event -> heard.add(event))) {
            assertThat(slow).isNotSameAs(quick);
            events.publish(event(0));
            assertThat(asking.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            awaitHeard(1);

            publish(1, EventOutlet.CAPACITY);
            awaitHeard(EventOutlet.CAPACITY);
            publish(0, 10 * EventOutlet.CAPACITY);

            heard.clear();
        }
    }

    @Test
    void publish_listenerThrows_isToldTheNext() {
        try (Subscription subscription = subscribe(event -> {
            heard.add(event);
            throw new IllegalStateException("the listener's own");
        })) {
            assertThat(subscription).isNotNull();
            publish(0, 3);

            awaitHeard(3);
            assertThat(heard).containsExactlyElementsOf(events(0, 3));
        }
    }

    @Test
    void publish_listenerThrowsAnError_isToldTheNext() {
        try (Subscription subscription = subscribe(event -> {
            heard.add(event);
            throw new AssertionError("the listener's own");
        })) {
            assertThat(subscription).isNotNull();
            publish(0, 3);

            awaitHeard(3);
            assertThat(heard).containsExactlyElementsOf(events(0, 3));
        }
    }

    @Test
    void publish_listenerLeavesItsThreadInterrupted_isToldTheNextWithoutThat() {
        Queue<Boolean> flags = new ConcurrentLinkedQueue<>();
        try (Subscription subscription = subscribe(event -> {
            flags.add(Thread.currentThread().isInterrupted());
            heard.add(event);
            Thread.currentThread().interrupt();
        })) {
            assertThat(subscription).isNotNull();
            publish(0, 1);
            awaitHeard(1);
            publish(1, 3);

            awaitHeard(3);
            assertThat(heard).containsExactlyElementsOf(events(0, 3));
            assertThat(flags).containsExactly(false, false, false);
        }
    }

    @Test
    void publish_listenerIsInterruptedWhileItWaits_isToldTheNext() {
        Queue<Thread> callers = new ConcurrentLinkedQueue<>();
        try (Subscription subscription = subscribe(event -> {
            callers.add(Thread.currentThread());
            heard.add(event);
        })) {
            assertThat(subscription).isNotNull();
            publish(0, 1);
            awaitHeard(1);
            Thread caller = callers.remove();
            await().until(() -> caller.getState() == Thread.State.WAITING);

            caller.interrupt();
            await().until(() -> !caller.isInterrupted());
            publish(1, 2);

            awaitHeard(2);
            assertThat(callers).containsExactly(caller);
        }
    }

    @Test
    void close_ofASubscriptionByItsListener_isTheLastItHears() {
        CompletableFuture<Subscription> own = new CompletableFuture<>();
        Subscription subscription = subscribe(event -> {
            heard.add(event);
            own.join().close();
        });

        publish(0, 10);
        own.complete(subscription);

        await().until(() -> threads().isEmpty());
        publish(10, 20);
        assertThat(heard).containsExactly(event(0));
    }

    @Test
    void close_ofASubscriptionThreeTimes_isAsOnce() {
        Subscription subscription = subscribe(heard::add);
        publish(0, 1);
        awaitHeard(1);

        subscription.close();
        subscription.close();
        subscription.close();
        publish(1, 10);

        await().until(() -> threads().isEmpty());
        assertThat(heard).containsExactly(event(0));
    }

    @Test
    void close_eventsWait_areHeardFirst() throws InterruptedException {
        Subscription subscription = subscribe(this::slowListener);
        assertThat(subscription).isNotNull();
        publish(0, 1_000);
        assertThat(asking.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        assertThat(heard).isEmpty();
        permits.release(MANY);

        events.close();

        assertThat(heard).containsExactlyElementsOf(events(0, 1_000));
    }

    @Test
    void close_eventsWereLost_isToldFirst() throws InterruptedException {
        Subscription subscription = subscribe(this::slowListener);
        assertThat(subscription).isNotNull();
        fillUp();
        publish(0, 3);
        permits.release(MANY);

        events.close();

        assertThat(heard).last().isEqualTo(new EventsLost(event(2).at(), 3));
    }

    @Test
    void close_threeTimes_isAsOnce() {
        Subscription subscription = subscribe(heard::add);
        assertThat(subscription).isNotNull();
        events.close();
        events.close();
        events.close();
        publish(0, 10);

        assertThat(threads()).isEmpty();
        assertThat(heard).isEmpty();
    }

    @Test
    void close_listenerHangs_waitsForAShortWhileOnly() throws InterruptedException {
        events = new Events();
        Subscription subscription = subscribe(this::slowListener);
        assertThat(subscription).isNotNull();
        publish(0, 10);
        assertThat(asking.tryAcquire(10, TimeUnit.SECONDS)).isTrue();

        long start = TimeSource.system().nanoTime();
        events.close();
        assertThat(Duration.ofNanos(TimeSource.system().nanoTime() - start)).isLessThan(Duration.ofSeconds(20));

        permits.release(MANY);
        await().until(() -> threads().isEmpty());
        assertThat(heard).as("what it had in its hands").containsExactly(event(0));
    }

    @Test
    void close_byAListener_doesNotWaitForItself() {
        Subscription subscription = subscribe(event -> {
            heard.add(event);
            events.close();
        });
        assertThat(subscription).isNotNull();
        publish(0, 1);

        await().until(() -> threads().isEmpty());
        assertThat(heard).containsExactly(event(0));
    }

    @Test
    void close_interrupted_letsListenersGoAndKeepsTheFlag() throws InterruptedException {
        Subscription one = subscribe(this::slowListener);
        Subscription two = subscribe(this::slowListener);
        assertThat(one).isNotSameAs(two);
        publish(0, 10);
        assertThat(asking.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();
        Thread.currentThread().interrupt();

        events.close();

        assertThat(Thread.interrupted()).isTrue();
        permits.release(MANY);
        await().until(() -> threads().isEmpty());
        assertThat(heard).containsExactly(event(0), event(0));
    }
}
