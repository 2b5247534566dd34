package io.forrest.core.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.forrest.Failure;
import io.forrest.LaunchException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JoiningTest {

    private final ExecutorService pool = Threads.pool("joining-test");
    private final CountDownLatch begun = new CountDownLatch(1);
    private final AtomicBoolean undone = new AtomicBoolean();

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        assertThat(Thread.interrupted()).as("the test's own interrupt").isFalse();
        pool.shutdownNow();
        assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Works until it is interrupted, undoes that in its own time, and fails. */
    private Operation<String> endless(CountDownLatch mayEndUndoing) {
        return new Operation<>(self -> {
            begun.countDown();
            try {
                return String.valueOf(new CountDownLatch(1).await(30, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                self.undo(() -> undone.set(awaited(mayEndUndoing)));
                throw new LaunchException("interrupted", e, Failure.unspecified());
            }
        });
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    private <T> Operation<T> begin(Operation<T> operation) {
        pool.execute(operation);
        return operation;
    }

    private static <T> Operation<T> failing(Throwable reason) {
        return new Operation<>(self -> {
            if (reason instanceof Error error) {
                throw error;
            }
            throw (Exception) reason;
        });
    }

    @Test
    void join_done_returnsTheValue() {
        String value = Joining.join(begin(new Operation<>(self -> "done")));

        assertThat(value).isEqualTo("done");
    }

    @Test
    void join_alreadyInterrupted_stopsAndUndoesBeforeItThrows() {
        CountDownLatch mayEndUndoing = new CountDownLatch(0);
        Operation<String> operation = endless(mayEndUndoing);
        Thread.currentThread().interrupt();

        Throwable thrown = catchThrowable(() -> Joining.join(begin(operation)));

        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        assertThat(thrown).isInstanceOf(LaunchException.class);
        assertThat(undone).isTrue();
        assertThat(operation.stopped()).contains(Stop.INTERRUPTED);
    }

    /** What came of a call, and how things stood when it came back. */
    private record Ending(Throwable thrown, boolean undone, boolean interrupted) {}

    @Test
    void join_interruptedTwiceWhileWaiting_isNotHurriedInUndoing() throws Exception {
        CountDownLatch mayEndUndoing = new CountDownLatch(1);
        Operation<String> operation = begin(endless(mayEndUndoing));
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Ending> ending = new CompletableFuture<>();
        Thread caller = Threads.named("caller").newThread(() -> {
            Throwable thrown = catchThrowable(() -> Joining.join(operation));
            ending.complete(
                    new Ending(thrown, undone.get(), Thread.currentThread().isInterrupted()));
        });
        caller.start();

        caller.interrupt();
        assertThat(await().until(operation::stopped, Optional::isPresent)).contains(Stop.INTERRUPTED);
        caller.interrupt();
        assertThat(ending).as("it waits for the undoing").isNotDone();
        mayEndUndoing.countDown();

        Ending seen = ending.get(10, TimeUnit.SECONDS);
        assertThat(seen.thrown()).isInstanceOf(LaunchException.class);
        assertThat(seen.undone()).isTrue();
        assertThat(seen.interrupted()).isTrue();
        caller.join(10_000);
    }

    @Test
    void join_interruptedButCommitted_returnsTheValueAndKeepsTheFlag() {
        Operation<String> operation = new Operation<>(self -> {
            assertThat(self.commit()).isTrue();
            return "done";
        });
        operation.run();
        Thread.currentThread().interrupt();

        String value = Joining.join(operation);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(value).isEqualTo("done");
    }

    @Test
    void join_failed_throwsTheVeryExceptionWithTheCallersTrace() {
        LaunchException reason = new LaunchException("no luck", null, Failure.unspecified());

        Throwable thrown = catchThrowable(() -> Joining.join(begin(failing(reason))));

        assertThat(thrown).isSameAs(reason);
        assertThat(thrown.getSuppressed()).singleElement().satisfies(called -> {
            assertThat(called).hasMessageContaining("called here");
            assertThat(Arrays.stream(called.getStackTrace()).map(StackTraceElement::getClassName))
                    .contains(JoiningTest.class.getName());
        });
    }

    @Test
    void join_error_throwsTheVeryError() {
        Error reason = new StackOverflowError();

        assertThat(catchThrowable(() -> Joining.join(begin(failing(reason))))).isSameAs(reason);
    }

    @Test
    void join_checkedException_throwsItWrapped() {
        IOException reason = new IOException("no luck");

        assertThat(catchThrowable(() -> Joining.join(begin(failing(reason)))))
                .isInstanceOf(CompletionException.class)
                .hasCause(reason);
    }

    @Test
    void join_cancelled_throwsOnceItIsUndone() {
        Operation<String> operation = begin(endless(new CountDownLatch(0)));
        assertThat(awaited(begun)).isTrue();
        assertThat(operation.cancel(true)).isTrue();

        assertThat(catchThrowable(() -> Joining.join(operation))).isInstanceOf(CancellationException.class);
        assertThat(undone).isTrue();
    }
}
