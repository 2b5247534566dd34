package io.forrest.examples.cli;

import io.forrest.Failure;
import io.forrest.ForrestException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that Ctrl-C may come before: who would undo it is made known first, and either the work begins or it never does.
 * Thread-safe; the lock is held while the work begins, which does not block.
 */
final class Beginning<T> {

    private @Nullable CompletableFuture<T> begun;
    private boolean prevented;

    /** Begins, unless that was prevented, and returns what comes of it. */
    synchronized CompletableFuture<T> begin(Supplier<CompletableFuture<T>> work) {
        if (prevented) {
            return CompletableFuture.failedFuture(
                    new ForrestException("interrupted before it began", null, Failure.unspecified()));
        }
        CompletableFuture<T> pending = work.get();
        begun = pending;
        return pending;
    }

    /** Returns what was begun; if nothing was, it never is. */
    synchronized Optional<CompletableFuture<T>> orPrevent() {
        prevented = begun == null;
        return Optional.ofNullable(begun);
    }
}
