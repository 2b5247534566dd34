package io.forrest.core.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is cancelled in the very moment of its success: one of both wins, each time. */
@Timeout(60)
class OperationRaceTest {

    private final ExecutorService pool = Threads.pool("operation-race-test");

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        pool.shutdownNow();
        assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Else an instance would be announced of which its caller is told that it was cancelled. */
    @Test
    void cancel_whileAcknowledging_onlyOneOfThemWins() throws Exception {
        assertOneWins(Operation::acknowledge);
    }

    /** Else an instance would be announced of which its caller is told that it was cancelled. */
    @Test
    void cancel_whileCommitting_onlyOneOfThemWins() throws Exception {
        assertOneWins(Operation::commit);
    }

    private void assertOneWins(Predicate<Operation<String>> pass) throws Exception {
        List<Operation<String>> operations = Stream.generate(() -> new Operation<String>(self -> "done"))
                .limit(20_000)
                .toList();
        AtomicInteger arrived = new AtomicInteger();
        Future<List<Boolean>> committed = pool.submit(() -> operations.stream()
                .map(operation -> side(arrived, () -> pass.test(operation)))
                .toList());

        List<Boolean> cancelled = operations.stream()
                .map(operation -> side(arrived, () -> operation.cancel(true)))
                .toList();

        List<Boolean> other = committed.get(30, TimeUnit.SECONDS);
        assertThat(IntStream.range(0, operations.size())
                        .filter(at -> other.get(at).equals(cancelled.get(at))))
                .as("both or neither")
                .isEmpty();
    }

    /** Does its side once the other side is about to do its own. */
    private static boolean side(AtomicInteger arrived, BooleanSupplier action) {
        int both = arrived.getAndIncrement() / 2 * 2 + 2;
        for (int spins = 0; arrived.get() < both && !Thread.currentThread().isInterrupted(); spins++) {
            if (spins < 1_000) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(1_000); // the other side may have no core to run on
            }
        }
        return action.getAsBoolean();
    }
}
