package io.forrest.examples.cli;

import io.forrest.Failure;
import io.forrest.ForrestException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that Ctrl-C may come before: who would undo it is made known first, and either the work begins or it never does.
 * Thread-safe.
 */
final class Beginning<T> {

    /** How long what has been undone may take to be heard of. */
    private static final Duration ECHO = Duration.ofSeconds(5);

    private final AtomicBoolean isDecided = new AtomicBoolean();
    private final CompletableFuture<T> outcome = new CompletableFuture<>();

    /** Begins, unless that was prevented, and returns what comes of it. */
    CompletableFuture<T> begin(Supplier<CompletableFuture<T>> work) {
        if (!isDecided.compareAndSet(false, true)) {
            outcome.completeExceptionally(
                    new ForrestException("interrupted before it began", null, Failure.unspecified()));
            return outcome;
        }
        try {
            var unused = work.get().whenComplete(this::end);
        } catch (RuntimeException e) {
            outcome.completeExceptionally(e);
            throw e;
        }
        return outcome;
    }

    private void end(T result, @Nullable Throwable failure) {
        if (failure == null) {
            outcome.complete(result);
        } else {
            outcome.completeExceptionally(failure);
        }
    }

    /** Has it never begin, and returns whether it had not. */
    boolean prevent() {
        return isDecided.compareAndSet(false, true);
    }

    /** Returns what comes of it once whatever it needs was closed, and whether that has come is asked of it. */
    CompletableFuture<T> afterClose() {
        try {
            T unused = outcome.get(ECHO.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return outcome; // which tells as much
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return outcome;
    }
}
