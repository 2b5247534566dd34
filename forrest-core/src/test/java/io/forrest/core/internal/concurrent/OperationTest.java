package io.forrest.core.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class OperationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ExecutorService pool = Threads.pool("operation-test");
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        assertThat(Thread.interrupted()).as("the test's own interrupt").isFalse();
        pool.shutdownNow();
        assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private static boolean await(CountDownLatch latch) throws InterruptedException {
        return latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private <T> Operation<T> begun(Operation<T> operation) throws InterruptedException {
        pool.execute(operation);
        assertThat(await(begun)).isTrue();
        return operation;
    }

    /** Works until it is interrupted. */
    private Operation<String> endless() {
        return new Operation<>(self -> {
            begun.countDown();
            assertThat(await(mayEnd)).isTrue();
            return "done";
        });
    }

    private static boolean finished(Operation<?> operation) throws InterruptedException {
        return operation.awaitFinished(PATIENCE.toNanos()) && operation.isDone();
    }

    @Test
    void run_work_completesWithItsValue() throws InterruptedException {
        Operation<String> operation = new Operation<>(self -> "done");

        operation.run();

        assertThat(operation).isCompletedWithValue("done");
        assertThat(operation.failure()).isEmpty();
        assertThat(operation.stopped()).isEmpty();
        operation.awaitFinished();
    }

    @Test
    void run_workFails_completesWithItsVeryException() {
        IOException reason = new IOException("no luck");
        Operation<String> operation = new Operation<>(self -> {
            throw reason;
        });

        operation.run();

        assertThat(operation).isCompletedExceptionally();
        assertThat(operation.failure()).containsSame(reason);
    }

    @Test
    void run_workThrowsAnError_completesWithIt() throws InterruptedException {
        Error reason = new StackOverflowError();
        Operation<String> operation = new Operation<>(self -> {
            throw reason;
        });

        operation.run();

        assertThat(operation.failure()).containsSame(reason);
        assertThat(finished(operation)).isTrue();
    }

    @Test
    void run_stoppedBefore_interruptsTheWork() {
        AtomicBoolean interrupted = new AtomicBoolean();
        Operation<String> operation = new Operation<>(self -> {
            interrupted.set(Thread.currentThread().isInterrupted());
            return "done";
        });

        assertThat(operation.stop(Stop.CLOSED)).isTrue();
        operation.run();

        assertThat(interrupted).isTrue();
        assertThat(operation.stopped()).contains(Stop.CLOSED);
        assertThat(Thread.currentThread().isInterrupted())
                .as("the flag of the thread that ran it")
                .isFalse();
    }

    @Test
    void stop_whileRunning_interruptsTheWork() throws InterruptedException {
        Operation<String> operation = begun(endless());

        assertThat(operation.stop(Stop.DEADLINE)).isTrue();

        assertThat(finished(operation)).isTrue();
        assertThat(operation.failure()).containsInstanceOf(InterruptedException.class);
    }

    @Test
    void stop_secondTime_keepsTheFirstReason() throws InterruptedException {
        Operation<String> operation = begun(endless());

        assertThat(operation.stop(Stop.GROUP_FAILED)).isTrue();
        assertThat(operation.stop(Stop.DEADLINE)).isFalse();

        assertThat(operation.stopped()).contains(Stop.GROUP_FAILED);
        assertThat(finished(operation)).isTrue();
    }

    @Test
    void stop_committed_isTooLate() throws InterruptedException {
        Operation<String> operation = begun(new Operation<>(self -> {
            assertThat(self.commit()).isTrue();
            begun.countDown();
            assertThat(await(mayEnd)).isTrue();
            return "done";
        }));

        assertThat(operation.stop(Stop.CLOSED)).isFalse();
        mayEnd.countDown();

        assertThat(finished(operation)).isTrue();
        assertThat(operation).isCompletedWithValue("done");
        assertThat(operation.stopped()).isEmpty();
    }

    @Test
    void commit_stopped_isRefused() throws InterruptedException {
        Operation<Boolean> operation = begun(new Operation<>(self -> {
            begun.countDown();
            try {
                assertThat(await(mayEnd)).isTrue();
            } catch (InterruptedException e) {
                return self.commit();
            }
            return self.commit();
        }));

        assertThat(operation.stop(Stop.CLOSED)).isTrue();

        assertThat(finished(operation)).isTrue();
        assertThat(operation.join()).isFalse();
    }

    @Test
    void acknowledge_stopped_isRefused() {
        Operation<String> operation = new Operation<>(self -> "done");

        assertThat(operation.stop(Stop.CANCELLED)).isTrue();

        assertThat(operation.acknowledge()).isFalse();
        assertThat(operation.commit()).isFalse();
    }

    @Test
    void acknowledge_committed_staysCommitted() {
        Operation<String> operation = new Operation<>(self -> "done");

        assertThat(operation.commit()).isTrue();
        assertThat(operation.acknowledge()).isTrue();

        assertThat(operation.stop(Stop.CLOSED)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(value = Stop.class, mode = EnumSource.Mode.EXCLUDE, names = "CANCELLED")
    void stop_acknowledged_interruptsTheWork(Stop why) throws InterruptedException {
        Operation<String> operation = begun(acknowledged());

        assertThat(operation.stop(why)).isTrue();

        assertThat(finished(operation)).isTrue();
        assertThat(operation.failure()).containsInstanceOf(InterruptedException.class);
        assertThat(operation.stopped()).contains(why);
    }

    /** Acknowledged, and then works until it is interrupted. */
    private Operation<String> acknowledged() {
        return new Operation<>(self -> {
            assertThat(self.acknowledge()).isTrue();
            begun.countDown();
            assertThat(await(mayEnd)).isTrue();
            assertThat(self.commit()).isTrue();
            return "done";
        });
    }

    @Test
    void cancel_acknowledged_isTooLateAndTheWorkGoesOn() throws InterruptedException {
        Operation<String> operation = begun(acknowledged());

        assertThat(operation.cancel(true)).isFalse();
        assertThat(operation.completeExceptionally(new IOException("no luck"))).isFalse();
        assertThat(operation.complete("mine")).isFalse();
        assertThat(operation.stopped()).isEmpty();
        assertThat(operation).isNotDone();
        mayEnd.countDown();

        assertThat(finished(operation)).isTrue();
        assertThat(operation).isCompletedWithValue("done");
    }

    @Test
    void undo_acknowledged_cannotBeStopped() throws InterruptedException {
        Operation<String> operation = begun(new Operation<>(self -> {
            assertThat(self.acknowledge()).isTrue();
            self.undo(() -> {
                begun.countDown();
                awaitUninterrupted(mayEnd);
            });
            throw new IOException("no luck");
        }));

        assertThat(operation.stop(Stop.CLOSED)).isFalse();
        assertThat(operation.commit()).as("committed what is being undone").isFalse();
        mayEnd.countDown();

        assertThat(finished(operation)).isTrue();
        assertThat(operation.failure()).containsInstanceOf(IOException.class);
    }

    @Test
    void cancel_committed_isTooLate() throws InterruptedException {
        Operation<String> operation = begun(new Operation<>(self -> {
            assertThat(self.commit()).isTrue();
            begun.countDown();
            assertThat(await(mayEnd)).isTrue();
            return "done";
        }));

        assertThat(operation.cancel(true)).isFalse();
        mayEnd.countDown();

        assertThat(finished(operation)).isTrue();
        assertThat(operation.join()).isEqualTo("done");
        assertThat(operation).isCompletedWithValue("done");
    }

    @Test
    void cancel_running_completesAtOnceAndUndoesInTheBackground() throws InterruptedException {
        Operation<String> operation = begun(new Operation<>(self -> {
            begun.countDown();
            try {
                assertThat(await(new CountDownLatch(1))).isTrue();
            } catch (InterruptedException e) {
                self.undo(() -> awaitUninterrupted(mayEnd));
                throw e;
            }
            return "done";
        }));

        assertThat(operation.cancel(false)).isTrue();

        assertThat(operation).isCancelled();
        assertThat(operation.stopped()).contains(Stop.CANCELLED);
        assertThat(operation.failure()).containsInstanceOf(CancellationException.class);
        assertThat(operation.awaitFinished(Duration.ofMillis(50).toNanos()))
                .as("ended before it was undone")
                .isFalse();
        mayEnd.countDown();
        assertThat(finished(operation)).isTrue();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            assertThat(await(latch)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while undoing", e);
        }
    }

    @Test
    void cancel_ended_changesNothing() {
        Operation<String> operation = new Operation<>(self -> "done");
        operation.run();

        assertThat(operation.cancel(true)).isFalse();
        assertThat(operation).isCompletedWithValue("done");
    }

    @Test
    void cancel_threeTimes_isAsOnce() throws InterruptedException {
        Operation<String> operation = begun(endless());

        assertThat(operation.cancel(true)).isTrue();
        assertThat(operation.cancel(true)).isTrue();
        assertThat(operation.cancel(true)).isTrue();
        assertThat(finished(operation)).isTrue();
    }

    /** The work that is interrupted may end before its canceller says that the future is cancelled. */
    @Test
    void cancel_workEndsAtOnce_isCancelledAllTheSame() throws InterruptedException {
        for (int round = 0; round < 5_000; round++) {
            CountDownLatch working = new CountDownLatch(1);
            Operation<String> operation = new Operation<>(self -> {
                working.countDown();
                return String.valueOf(await(mayEnd));
            });
            pool.execute(operation);
            assertThat(await(working)).isTrue();

            assertThat(operation.cancel(true)).as("round %s", round).isTrue();

            assertThat(finished(operation)).isTrue();
            assertThat(operation).isCancelled();
        }
    }

    @Test
    void undo_stopped_runsUninterrupted() throws InterruptedException {
        CountDownLatch undoing = new CountDownLatch(1);
        AtomicBoolean interruptedAtFirst = new AtomicBoolean(true);
        CompletableFuture<Boolean> undone = new CompletableFuture<>();
        Operation<String> operation = begun(new Operation<>(self -> {
            begun.countDown();
            try {
                return String.valueOf(await(new CountDownLatch(1)));
            } finally {
                Thread.currentThread().interrupt();
                self.undo(() -> {
                    interruptedAtFirst.set(Thread.currentThread().isInterrupted());
                    undoing.countDown();
                    awaitUninterrupted(mayEnd);
                    undone.complete(Thread.currentThread().isInterrupted());
                });
            }
        }));
        assertThat(operation.stop(Stop.INTERRUPTED)).isTrue();
        assertThat(await(undoing)).isTrue();

        assertThat(operation.stop(Stop.CLOSED)).isFalse();
        assertThat(operation.cancel(true)).as("nobody need wait for it").isTrue();
        mayEnd.countDown();

        assertThat(finished(operation)).isTrue();
        assertThat(interruptedAtFirst).isFalse();
        assertThat(undone).isCompletedWithValue(false);
        assertThat(operation.stopped()).contains(Stop.INTERRUPTED);
    }

    @Test
    void undo_afterAFailureOfItsOwn_cannotBeStopped() throws InterruptedException {
        Operation<String> operation = begun(new Operation<>(self -> {
            self.undo(() -> {
                begun.countDown();
                awaitUninterrupted(mayEnd);
            });
            throw new IOException("no luck");
        }));

        assertThat(operation.stop(Stop.CLOSED)).isFalse();
        assertThat(operation.stopped()).isEmpty();
        mayEnd.countDown();

        assertThat(finished(operation)).isTrue();
        assertThat(operation.failure()).containsInstanceOf(IOException.class);
    }

    @Test
    void run_workLeavesItsThreadInterrupted_nextTaskIsNot() throws Exception {
        ExecutorService single = Executors.newSingleThreadExecutor(Threads.named("single"));
        try {
            Operation<String> interrupting = new Operation<>(self -> {
                Thread.currentThread().interrupt();
                return "done";
            });
            Operation<String> stopped = endless();
            single.execute(interrupting);
            single.execute(stopped);
            assertThat(await(begun)).isTrue();
            assertThat(stopped.stop(Stop.CLOSED)).isTrue();
            Future<Boolean> next = single.submit(() -> Thread.currentThread().isInterrupted());

            assertThat(next.get(10, TimeUnit.SECONDS)).isFalse();
            assertThat(interrupting).isCompletedWithValue("done");
        } finally {
            single.shutdownNow();
            assertThat(single.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void stop_ended_doesNotInterruptTheThreadsNextTask() throws Exception {
        ExecutorService single = Executors.newSingleThreadExecutor(Threads.named("single"));
        try {
            Operation<String> ended = new Operation<>(self -> "done");
            single.execute(ended);
            assertThat(finished(ended)).isTrue();
            Future<Boolean> next = single.submit(() -> {
                begun.countDown();
                return await(mayEnd);
            });
            assertThat(await(begun)).isTrue();

            boolean told = ended.stop(Stop.CLOSED);
            mayEnd.countDown();

            assertThat(next.get(10, TimeUnit.SECONDS)).as("told: %s", told).isTrue();
            assertThat(ended).isCompletedWithValue("done");
        } finally {
            single.shutdownNow();
            assertThat(single.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void awaitFinished_running_waitsAndCanBeInterrupted() throws InterruptedException {
        Operation<String> operation = begun(endless());

        assertThat(operation.awaitFinished(1)).isFalse();
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(operation::awaitFinished);

        mayEnd.countDown();
        assertThat(finished(operation)).isTrue();
    }

    @Test
    void awaitFinished_returns_theFutureIsDone() throws InterruptedException {
        for (int round = 0; round < 2_000; round++) {
            Operation<String> operation = new Operation<>(self -> "done");
            pool.execute(operation);

            operation.awaitFinished();

            assertThat(operation).as("round %s", round).isDone();
        }
    }

    @Test
    void awaitFinished_ofADependent_doesNotWaitForItself() throws Exception {
        Operation<String> operation = endless();
        CompletableFuture<Boolean> dependent = operation.thenApply(value -> {
            try {
                return operation.awaitFinished(PATIENCE.toNanos());
            } catch (InterruptedException e) {
                return false;
            }
        });
        assertThat(begun(operation)).isNotDone();

        mayEnd.countDown();

        assertThat(dependent.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void get_timeIsUp_leavesTheOperationRunning() throws Exception {
        Operation<String> operation = begun(endless());

        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> operation.get(1, TimeUnit.NANOSECONDS));
        mayEnd.countDown();

        assertThat(operation.get(10, TimeUnit.SECONDS)).isEqualTo("done");
    }

    @Test
    void get_failed_wrapsTheReason() {
        IOException reason = new IOException("no luck");
        Operation<String> operation = new Operation<>(self -> {
            throw reason;
        });
        operation.run();

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(operation::get)
                .withCause(reason);
    }
}
