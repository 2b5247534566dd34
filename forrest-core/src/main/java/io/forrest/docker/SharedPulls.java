package io.forrest.docker;

import io.forrest.spi.ImageReference;
import io.forrest.spi.PullProgress;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees that an image is pulled once at a time: whoever asks for one that is being pulled waits for that pull, and hears of
 * its progress. A pull ends when the last who waits for it is interrupted. Thread-safe.
 */
final class SharedPulls {

    private static final Logger LOG = LoggerFactory.getLogger(SharedPulls.class);

    private final ImagePull pull;
    private final Workers workers;
    private final Map<ImageReference, Running> running = new HashMap<>();

    SharedPulls(ImagePull pull, Workers workers) {
        this.pull = pull;
        this.workers = workers;
    }

    void pull(ImageReference image, Consumer<? super PullProgress> progress) {
        Running mine = join(image, progress);
        try {
            mine.future().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new CallInterruptedException());
        } catch (ExecutionException e) {
            throw Workers.rethrown(e);
        } finally {
            leave(image, mine, progress);
        }
    }

    private synchronized Running join(ImageReference image, Consumer<? super PullProgress> progress) {
        Running existing = running.get(image);
        if (existing == null || existing.future().isDone()) {
            existing = new Running();
            running.put(image, existing);
        }
        existing.listeners.add(progress);
        if (existing.future == null) {
            Running started = existing;
            existing.future = workers.submit(() -> {
                pull.run(image, started::tell);
                return image;
            });
        }
        return existing;
    }

    private synchronized void leave(ImageReference image, Running mine, Consumer<? super PullProgress> progress) {
        mine.listeners.remove(progress);
        if (mine.listeners.isEmpty()) {
            mine.future().cancel(true);
            running.remove(image, mine);
        }
    }

    /** One pull and those who wait for it; guarded by the enclosing object, save that anyone may tell. */
    private static final class Running {

        private final List<Consumer<? super PullProgress>> listeners = new CopyOnWriteArrayList<>();
        private final AtomicBoolean complained = new AtomicBoolean();
        private @Nullable Future<?> future;

        Future<?> future() {
            if (future == null) {
                throw new IllegalStateException("not started");
            }
            return future;
        }

        void tell(PullProgress progress) {
            for (Consumer<? super PullProgress> listener : listeners) {
                try {
                    listener.accept(progress);
                } catch (RuntimeException e) {
                    if (complained.compareAndSet(false, true)) {
                        LOG.warn("a listener to the progress of a pull failed; it is not logged again", e);
                    }
                }
            }
        }
    }
}
