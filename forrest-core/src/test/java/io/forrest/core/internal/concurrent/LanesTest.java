package io.forrest.core.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LanesTest {

    private final ExecutorService pool = Threads.pool("lanes-test");
    private final Queue<Integer> done = new ConcurrentLinkedQueue<>();

    /** What failed on the pool's threads, where nobody hears of it. */
    private final Queue<Exception> lost = new ConcurrentLinkedQueue<>();

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        assertThat(Thread.interrupted()).as("the test's own interrupt").isFalse();
        pool.shutdownNow();
        assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(lost).isEmpty();
    }

    private static List<Integer> items(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private void meet(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            lost.add(e);
            throw new AssertionError(e);
        }
    }

    private void pass(CountDownLatch gate) {
        try {
            if (!gate.await(10, TimeUnit.SECONDS)) {
                throw new TimeoutException(gate.toString());
            }
        } catch (InterruptedException | TimeoutException e) {
            lost.add(e);
            throw new AssertionError(e);
        }
    }

    @Test
    void await_manyItems_eachWasWorkedOnOnce() throws InterruptedException {
        Lanes.begin(items(1_000), pool, done::add).await();

        assertThat(done).containsExactlyInAnyOrderElementsOf(items(1_000));
    }

    @Test
    void await_noItems_returnsAtOnce() throws InterruptedException {
        Lanes.begin(items(0), pool, done::add).await();

        assertThat(done).isEmpty();
    }

    @Test
    void begin_manyItems_sideBySideUpToTheBound() throws InterruptedException {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier together = new CyclicBarrier(Lanes.COUNT);

        Lanes.begin(items(Lanes.COUNT * 4), pool, item -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    meet(together);
                    now.decrementAndGet();
                })
                .await();

        assertThat(most).hasValue(Lanes.COUNT);
    }

    @Test
    void skipRest_someAreUnderWay_onlyTheseAreDone() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(Lanes.COUNT);
        CountDownLatch gate = new CountDownLatch(1);
        Lanes<Integer> lanes = Lanes.begin(items(1_000), pool, item -> {
            begun.countDown();
            pass(gate);
            done.add(item);
        });
        pass(begun);

        lanes.skipRest();
        gate.countDown();
        lanes.await();

        assertThat(done).hasSize(Lanes.COUNT);
    }

    @Test
    void await_interrupted_throwsAndTheWorkGoesOn() {
        CountDownLatch gate = new CountDownLatch(1);
        Lanes<Integer> lanes = Lanes.begin(items(40), pool, item -> {
            pass(gate);
            done.add(item);
        });
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(InterruptedException.class).isThrownBy(lanes::await);
        gate.countDown();
        lanes.awaitRegardless();

        assertThat(done).hasSize(40);
    }

    @Test
    void awaitRegardless_interrupted_waitsAndKeepsTheFlag() {
        CyclicBarrier together = new CyclicBarrier(2);
        Thread waiting = Thread.currentThread();
        Lanes<Integer> lanes = Lanes.begin(items(2), pool, item -> {
            meet(together);
            waiting.interrupt();
            done.add(item);
        });

        lanes.awaitRegardless();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(done).hasSize(2);
    }

    @Test
    void awaitRegardless_deadlineOfWorkThatHangs_isFalseAndKeepsTheFlag() {
        CountDownLatch gate = new CountDownLatch(1);
        Lanes<Integer> lanes = Lanes.begin(items(2), pool, item -> pass(gate));
        Thread.currentThread().interrupt();

        assertThat(lanes.awaitRegardless(Deadline.in(Duration.ofMillis(50), TimeSource.system())))
                .isFalse();
        assertThat(Thread.interrupted()).isTrue();
        gate.countDown();
        assertThat(lanes.awaitRegardless(Deadline.in(Duration.ofSeconds(30), TimeSource.system())))
                .isTrue();
    }

    @Test
    void begin_itemsChangedAfterwards_worksOnThoseThatThereWere() throws InterruptedException {
        List<Integer> items = new ArrayList<>(items(10));
        Lanes<Integer> lanes = Lanes.begin(items, pool, done::add);
        items.clear();
        lanes.await();

        assertThat(done).hasSize(10);
    }
}
