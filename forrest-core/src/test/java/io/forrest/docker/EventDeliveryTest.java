package io.forrest.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forrest.spi.TimeSource;
import io.forrest.testkit.ContainerRecorder;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a listener hears that cannot keep up, that throws, and of streams that were given up. */
class EventDeliveryTest {

    private final Workers workers = new Workers(TimeSource.system());
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger throwing = new AtomicInteger();
    private final ContainerRecorder recorder = new ContainerRecorder(line -> {
        if (line.startsWith("started blocking")) {
            hold(release);
        }
        if (throwing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("thrown by a test's listener");
        }
    });
    private final EventDelivery delivery = new EventDelivery(recorder, workers);
    private final Object stream = new Object();

    private static void hold(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void stand(Object standing) {
        delivery.begin(standing);
        boolean unused = delivery.stands(standing);
    }

    private void breakOff() {
        boolean unused = delivery.broke("gone");
    }

    private void started(Object by, String name) {
        delivery.tell(by, listener -> listener.started("id", name));
    }

    private void block() {
        delivery.start();
        stand(stream);
        started(stream, "blocking");
        recorder.awaitCall("started blocking");
    }

    @AfterEach
    void close() {
        release.countDown();
        delivery.close();
        workers.close();
        recorder.assertSound();
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("forrest-docker-")));
    }

    @Test
    void tell_asManyAsAreKept_losesNone() {
        block();
        for (int i = 0; i < EventDelivery.MAX_KEPT; i++) {
            started(stream, "event-" + i);
        }
        release.countDown();
        recorder.awaitCall("started event-" + (EventDelivery.MAX_KEPT - 1));

        assertThat(recorder.calls()).hasSize(EventDelivery.MAX_KEPT + 2).containsOnlyOnce("gap");
    }

    @Test
    void tell_moreThanAreKept_becomesAGapAndWhatComesAfter() {
        block();
        for (int i = 0; i <= EventDelivery.MAX_KEPT; i++) {
            started(stream, "event-" + i);
        }
        started(stream, "after");
        release.countDown();
        recorder.awaitCall("started after");

        assertThat(recorder.calls()).containsExactly("gap", "started blocking", "gap", "started after");
    }

    @Test
    void tell_moreThanAreKeptBeforeAnOutage_tellsTheOutageToo() {
        block();
        for (int i = 0; i < EventDelivery.MAX_KEPT; i++) {
            started(stream, "event-" + i);
        }
        breakOff();
        release.countDown();
        recorder.awaitCall("disconnected");
        Object next = new Object();
        stand(next);
        recorder.awaitCalls(2, "gap");

        assertThat(recorder.calls())
                .containsExactly("gap", "started blocking", "disconnected gone", "reconnected", "gap");
    }

    @Test
    void tell_byAStreamThatWasGivenUp_isDropped() {
        delivery.start();
        stand(stream);
        Object next = new Object();
        delivery.begin(next);
        started(stream, "old");
        assertThat(delivery.stands(stream)).isFalse();
        assertThat(delivery.stands(next)).isFalse();
        started(stream, "old");
        started(next, "new");
        recorder.awaitCall("started new");
        breakOff();
        started(next, "late");
        recorder.awaitCall("disconnected");

        assertThat(recorder.calls()).containsExactly("gap", "gap", "started new", "disconnected gone");
    }

    @Test
    void broke_twice_isOneOutage() {
        assertThat(delivery.broke("gone")).isTrue();
        assertThat(delivery.broke("gone again")).isFalse();
        delivery.begin(stream);
        assertThat(delivery.stands(stream)).isTrue();
        delivery.start();
        recorder.awaitCall("gap");

        assertThat(recorder.calls()).containsExactly("disconnected gone", "reconnected", "gap");
    }

    @Test
    void throwing_inAnOutage_hearsTheGapOnceThatIsOver() {
        throwing.set(1);
        delivery.start();
        breakOff();
        recorder.awaitCall("disconnected");
        stand(stream);
        recorder.awaitCall("gap");

        assertThat(recorder.calls()).containsExactly("disconnected gone", "reconnected", "gap");
    }

    @Test
    void throwing_always_isCalledAfterPausesThatGrow() {
        throwing.set(5);
        delivery.start();
        long start = TimeSource.system().nanoTime();
        stand(stream);
        recorder.awaitCalls(6, "gap");

        // at least half of 100, 200, 400, 800 and 1600 ms
        assertThat(TimeSource.system().nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1550));
    }
}
