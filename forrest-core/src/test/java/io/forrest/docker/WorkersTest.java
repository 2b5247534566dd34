package io.forrest.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkersTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(100);

    private final Workers workers = new Workers(TimeSource.system());

    @AfterEach
    void close() {
        boolean unused = Thread.interrupted();
        workers.close();
    }

    @Test
    void settle_interruptedBefore_runsTheTaskAndKeepsTheStatus() {
        Thread.currentThread().interrupt();

        assertThat(workers.settle(() -> Thread.currentThread().isInterrupted(), LONG, LONG))
                .isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void settle_interruptedMeanwhile_waitsThatMuchLongerOnly() {
        Thread caller = Thread.currentThread();
        CountDownLatch never = new CountDownLatch(1);

        assertThatThrownBy(() -> {
                    boolean unused = workers.settle(
                            () -> {
                                caller.interrupt();
                                never.await();
                                return true;
                            },
                            LONG,
                            SHORT);
                })
                .hasCauseInstanceOf(CallTimeoutException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void settle_closed_isAnIllegalStateAndKeepsTheStatus() {
        workers.close();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> {
                    boolean unused = workers.settle(() -> true, LONG, LONG);
                })
                .isInstanceOf(IllegalStateException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void submit_task_runsOnADaemonNamedAfterTheRuntime() throws Exception {
        Thread thread = workers.submit(Thread::currentThread).get();

        assertThat(thread.getName()).matches("forrest-docker-\\d+");
        assertThat(thread.isDaemon()).isTrue();
    }
}
