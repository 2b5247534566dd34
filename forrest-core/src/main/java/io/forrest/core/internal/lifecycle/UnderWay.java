package io.forrest.core.internal.lifecycle;

import io.forrest.core.internal.concurrent.Deadline;
import io.forrest.core.internal.concurrent.Operation;
import io.forrest.core.internal.concurrent.Stop;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Knows the operations that are under way and the instances that came of them. Thread-safe; its lock guards the end alone. */
public final class UnderWay {

    private final Set<Operation<?>> operations = ConcurrentHashMap.newKeySet();
    private final Map<String, String> launched = new ConcurrentHashMap<>();

    /** What each launch was told, so that it can be repeated. */
    private final Map<String, LaunchOptions> options = new ConcurrentHashMap<>();

    private volatile Consumer<String> onLaunched = name -> {};
    private boolean closed;

    /** Begins an operation on a thread of its own, and has it stopped when the scaler is closed. */
    public void begin(Operation<?> operation, Executor executor) {
        synchronized (this) {
            requireOpen();
            operations.add(operation);
        }
        try {
            executor.execute(() -> {
                try {
                    operation.run();
                } finally {
                    operations.remove(operation);
                }
            });
        } catch (RuntimeException | Error e) {
            operations.remove(operation);
            throw e;
        }
    }

    /** Has somebody told the name of each instance that is launched from now on. */
    public void onLaunched(Consumer<String> listener) {
        onLaunched = listener;
    }

    void launched(String name, String launch, LaunchOptions told) {
        options.put(launch, told);
        launched.put(name, launch);
        onLaunched.accept(name);
    }

    /** Returns the launch that a name stands for, as far as this scaler knows. */
    public @Nullable String launchOf(String name) {
        return launched.get(name);
    }

    @Nullable
    LaunchOptions optionsOf(String launch) {
        return options.get(launch);
    }

    /** Notes that a launch is not there any more. */
    public void retired(String name, String launch) {
        options.remove(launch);
        launched.remove(name, launch);
    }

    /** Returns the launches by their names that ended well and were not retired by this scaler. */
    public Map<String, String> launched() {
        return Map.copyOf(launched);
    }

    /** Returns whether the scaler is closed. */
    public synchronized boolean isClosed() {
        return closed;
    }

    /** Throws if the scaler is closed. */
    public synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the scaler is closed");
        }
    }

    /** Lets nothing begin any more; false if that was so already. */
    public synchronized boolean close() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    /**
     * Has everything that is under way undone, and waits for it for a while, whatever happens; an interrupt is kept for
     * afterwards. What could not be stopped any more is among {@link #launched()} once this returns, if it ended in time.
     *
     * @return how much had not ended by then
     */
    public int stopAll(Duration limit) {
        operations.forEach(operation -> operation.stop(Stop.CLOSED));
        Deadline deadline = Deadline.in(limit, TimeSource.system());
        boolean interrupted = false;
        int unfinished = 0;
        for (Operation<?> operation : operations) {
            while (true) {
                try {
                    if (operation.isDoneBy(Thread.currentThread())
                            || !operation.awaitFinished(deadline.remaining().toNanos())) {
                        unfinished++;
                    }
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return unfinished;
    }
}
