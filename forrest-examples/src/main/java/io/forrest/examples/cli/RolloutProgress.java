package io.forrest.examples.cli;

import io.forrest.ForrestEvent;
import io.forrest.RolloutState;
import io.forrest.event.BalancersUnreachable;
import io.forrest.event.RolloutProgressed;
import io.forrest.event.StepReached;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells of a rollout as it goes on: on a terminal by a table that is drawn anew, elsewhere by a line for each thing that happens.
 * Thread-safe.
 */
final class RolloutProgress implements Consumer<ForrestEvent> {

    /** What is told last may be told a moment after the rollout has ended. */
    private static final Duration LAST_EVENT = Duration.ofSeconds(5);

    private final Screen screen;
    private final RolloutTable table = new RolloutTable();
    private final CountDownLatch ended = new CountDownLatch(1);

    RolloutProgress(Screen screen) {
        this.screen = screen;
    }

    @Override
    public synchronized void accept(ForrestEvent event) {
        if (event instanceof RolloutProgressed progressed) {
            show(progressed);
        } else if (event instanceof StepReached reached) {
            StepWords.of(reached).ifPresent(words -> {
                table.see(words);
                screen.draw(table.lines());
            });
        } else if (event instanceof BalancersUnreachable unreachable) {
            screen.error(BalancerWords.of(unreachable));
        }
    }

    private void show(RolloutProgressed progressed) {
        String words = WaveWords.of(progressed);
        if (screen.isTerminal()) {
            table.see(progressed);
            screen.draw(table.lines());
        } else if (!words.isEmpty()) {
            screen.tell(words);
        }
        if (progressed.state().phase().isEnd()) {
            ended.countDown();
        }
    }

    /** Returns once all is told of a rollout that is not under way any more. */
    void end(RolloutState state) throws InterruptedException {
        if (state.phase().isEnd()) {
            boolean unused = ended.await(LAST_EVENT.toMillis(), TimeUnit.MILLISECONDS);
        }
        screen.keep();
    }
}
