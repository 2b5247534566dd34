package io.forrest.core.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThreadsTest {

    @Test
    void named_threads_areNumberedDaemons() {
        ThreadFactory factory = Threads.named("walker");

        Thread first = factory.newThread(() -> {});
        Thread second = factory.newThread(() -> {});

        assertThat(first.getName()).isEqualTo("forrest-walker-1");
        assertThat(second.getName()).isEqualTo("forrest-walker-2");
        assertThat(first.isDaemon()).isTrue();
    }

    @Test
    void pool_tasks_runOnItsDaemons() throws Exception {
        ExecutorService pool = Threads.pool("walker");
        try {
            Future<Thread> thread = pool.submit(Thread::currentThread);

            assertThat(thread.get(10, TimeUnit.SECONDS).getName()).isEqualTo("forrest-walker-1");
            assertThat(thread.get().isDaemon()).isTrue();
        } finally {
            pool.shutdownNow();
            assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void timer_shutDown_dropsWhatIsStillToCome() throws Exception {
        ScheduledExecutorService timer = Threads.timer();
        Future<?> far = timer.schedule(() -> {}, 1, TimeUnit.DAYS);

        timer.shutdown();

        assertThat(timer.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(far.isCancelled()).isTrue();
    }

    /** An alarm that was taken back must not hold its launch in memory until it would have gone off. */
    @Test
    void timer_taskCancelled_isForgotten() throws Exception {
        ScheduledThreadPoolExecutor timer = Threads.timer();
        try {
            Future<?> far = timer.schedule(() -> {}, 1, TimeUnit.DAYS);

            assertThat(far.cancel(false)).isTrue();

            assertThat(timer.getQueue()).isEmpty();
        } finally {
            timer.shutdownNow();
            assertThat(timer.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
