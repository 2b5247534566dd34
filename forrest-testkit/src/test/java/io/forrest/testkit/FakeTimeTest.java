package io.forrest.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FakeTimeTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void now_whenNew_isTheStart() {
        assertThat(new FakeTime().now()).isEqualTo(FakeTime.START);
        assertThat(FakeTime.manual().elapsed()).isZero();
    }

    @Test
    void sleep_automatic_passesItsOwnTimeAtOnce() throws InterruptedException {
        FakeTime time = new FakeTime();
        long start = time.nanoTime();
        time.sleep(Duration.ofDays(1));

        assertThat(time.nanoTime() - start).isEqualTo(Duration.ofDays(1).toNanos());
        assertThat(time.now()).isEqualTo(FakeTime.START.plus(Duration.ofDays(1)));
    }

    @Test
    void sleep_zeroOrLess_doesNothing() throws InterruptedException {
        FakeTime time = FakeTime.manual();
        time.sleep(Duration.ZERO);
        time.sleep(SECOND.negated());

        assertThat(time.elapsed()).isZero();
    }

    @Test
    void sleep_interruptedBefore_throwsAndPassesNoTime() {
        for (FakeTime time : List.of(new FakeTime(), FakeTime.manual())) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> time.sleep(SECOND));
            assertThat(Thread.interrupted()).isFalse();
            assertThat(time.elapsed()).isZero();
        }
    }

    @Test
    void sleep_manual_endsOnceTimeHasPassed() throws Exception {
        FakeTime time = FakeTime.manual();
        FutureTask<Duration> sleep = run(() -> {
            time.sleep(SECOND.multipliedBy(2));
            return time.elapsed();
        });
        time.awaitSleepers(1);
        time.advance(SECOND);
        assertThat(sleep.isDone()).isFalse();

        time.advance(SECOND);
        assertThat(sleep.get(10, TimeUnit.SECONDS)).isEqualTo(SECOND.multipliedBy(2));
    }

    @Test
    void sleep_manualAndInterrupted_throws() throws Exception {
        FakeTime time = FakeTime.manual();
        FutureTask<Boolean> sleep = new FutureTask<>(() -> {
            try {
                time.sleep(SECOND);
                return false;
            } catch (InterruptedException e) {
                return true;
            }
        });
        Thread sleeper = new Thread(sleep, "sleeper");
        sleeper.start();
        time.awaitSleepers(1);
        sleeper.interrupt();

        assertThat(sleep.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(time.elapsed()).isZero();
    }

    @Test
    void sleep_automaticByManyAtOnce_losesNoTime() {
        FakeTime time = new FakeTime();
        Callable<Boolean> sleeper = () -> {
            for (int i = 0; i < 1000; i++) {
                time.sleep(Duration.ofMillis(1));
            }
            return true;
        };
        assertThat(SideBySide.run(List.of(sleeper, sleeper, sleeper, sleeper))).containsOnly(true);

        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void after_severalDue_runInTheirOrderAtTheirTimes() {
        FakeTime time = new FakeTime();
        List<String> seen = new ArrayList<>();
        time.after(Duration.ofSeconds(3), () -> seen.add("c at " + time.elapsed()));
        time.after(Duration.ofSeconds(1), () -> {
            seen.add("a at " + time.elapsed());
            time.after(Duration.ofSeconds(1), () -> seen.add("b at " + time.elapsed()));
        });
        time.after(Duration.ofSeconds(3), () -> seen.add("d at " + time.elapsed()));
        time.after(Duration.ofSeconds(9), () -> seen.add("never"));
        time.advance(Duration.ofSeconds(5));

        assertThat(seen).containsExactly("a at PT1S", "b at PT2S", "c at PT3S", "d at PT3S");
        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void after_noDelay_runsAtOnce() {
        List<String> seen = new ArrayList<>();
        FakeTime.manual().after(Duration.ZERO, () -> seen.add("now"));

        assertThat(seen).containsExactly("now");
    }

    @Test
    void advance_backwards_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new FakeTime().advance(SECOND.negated()));
    }

    private static <T> FutureTask<T> run(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "sleeper");
        thread.setDaemon(true);
        thread.start();
        return task;
    }
}
