package io.forrest.etcd;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells changes to listeners, one at a time and in order, without a lock. A change that is noted while another is being told
 * is told by that thread, next. Thread-safe.
 */
final class FailoverChanges {

    private static final Logger LOG = LoggerFactory.getLogger(EtcdV2Registry.class);

    private final List<FailoverListener> listeners;
    private final Queue<Consumer<FailoverListener>> untold = new ConcurrentLinkedQueue<>();
    /** How many times it was asked to tell what is noted, by threads that do not wait for that. */
    private final AtomicInteger asked = new AtomicInteger();

    FailoverChanges(List<FailoverListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    /** Notes a change, to be told after those noted before. */
    void note(Consumer<FailoverListener> change) {
        untold.add(change);
    }

    /** Tells what is noted, unless another thread is at it, which then tells this too. */
    void tell() {
        if (untold.isEmpty() || asked.getAndIncrement() > 0) {
            return;
        }
        int answering = 1;
        while (answering > 0) {
            for (Consumer<FailoverListener> change = untold.poll(); change != null; change = untold.poll()) {
                tell(change);
            }
            answering = asked.addAndGet(-answering);
        }
    }

    private void tell(Consumer<FailoverListener> change) {
        for (FailoverListener listener : listeners) {
            try {
                change.accept(listener);
            } catch (Throwable e) {
                LOG.warn("a listener to the failover failed", e);
            }
        }
    }
}
