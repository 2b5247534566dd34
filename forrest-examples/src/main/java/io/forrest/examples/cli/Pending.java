package io.forrest.examples.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waits for what is under way on another thread. */
final class Pending {

    private Pending() {}

    /** Waits and returns what came of it, or throws what it failed of. */
    static <T> T join(CompletableFuture<T> pending) {
        try {
            return pending.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
