package io.forrest.core.internal.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forrest.spi.EngineInfo;
import io.forrest.spi.TimeSource;
import io.forrest.testkit.FakeContainerRuntime;
import io.forrest.testkit.FakeEngine;
import io.forrest.testkit.FakeTime;
import io.forrest.testkit.Faults;
import io.forrest.testkit.Operation;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The engine's clock is told by this process's own, and asked for now and then. */
class EngineClockTest {

    private static final Duration AHEAD = Duration.ofHours(1);

    private final FakeTime there = new FakeTime();
    private final FakeTime here = new FakeTime();
    private final Faults faults = new Faults();
    private final FakeEngine engine = new FakeEngine(there, 0);
    private final FakeContainerRuntime runtime = new FakeContainerRuntime(engine, faults);

    private EngineClock clock() {
        there.advance(AHEAD);
        EngineClock clock = new EngineClock(runtime, runtime.engine(), here);
        faults.forgetCalls();
        return clock;
    }

    private void pass(Duration time) {
        there.advance(time);
        here.advance(time);
    }

    @AfterEach
    void close() {
        runtime.close();
        engine.close();
    }

    @Test
    void now_isTheEngines() {
        EngineClock clock = clock();
        pass(Duration.ofMinutes(9));

        assertThat(clock.now()).isEqualTo(FakeTime.START.plus(AHEAD).plusSeconds(9 * 60));
        assertThat(faults.calls()).isEmpty();
    }

    @Test
    void now_afterAWhile_isAskedForOnceMore() {
        EngineClock clock = clock();
        pass(Duration.ofMinutes(11));
        there.advance(Duration.ofSeconds(3));

        assertThat(clock.now()).isEqualTo(there.now());
        assertThat(clock.now()).isEqualTo(there.now());
        assertThat(faults.calls()).extracting(Faults.Call::operation).containsExactly(Operation.ENGINE);
    }

    @Test
    void now_engineDoesNotAnswer_goesOnByTheOwnClock() {
        EngineClock clock = clock();
        pass(Duration.ofMinutes(11));
        faults.on(Operation.ENGINE).fail();

        assertThat(clock.now()).isEqualTo(there.now());
        pass(Duration.ofMinutes(1));
        assertThat(clock.now()).isEqualTo(there.now());
        assertThat(faults.calls()).hasSize(1);
    }

    @Test
    void now_ownClockIsSet_asksTheEngine() {
        Instant[] own = {FakeTime.START};
        there.advance(AHEAD);
        EngineClock clock = new EngineClock(runtime, runtime.engine(), new TimeSource() {
            @Override
            public Instant now() {
                return own[0];
            }

            @Override
            public long nanoTime() {
                return here.nanoTime();
            }

            @Override
            public void sleep(Duration time) throws InterruptedException {
                here.sleep(time);
            }
        });
        own[0] = FakeTime.START.minusSeconds(3600);
        there.advance(Duration.ofSeconds(5)); // as much as this process was suspended

        assertThat(clock.now()).isEqualTo(there.now());
    }

    @Test
    void now_engineThatDoesNotTell_isTheOwnTime() {
        EngineClock clock = new EngineClock(runtime, new EngineInfo("id", "host", "1", null, null), here);
        here.advance(Duration.ofMinutes(1));

        assertThat(clock.now()).isEqualTo(here.now());
    }
}
