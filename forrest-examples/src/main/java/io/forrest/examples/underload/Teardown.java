package io.forrest.examples.underload;

import io.forrest.annotation.CanIgnoreReturnValue;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * What was started and has to be ended again, the last first; by whoever comes first, the command's own end or the process's.
 * Thread-safe.
 */
public final class Teardown implements AutoCloseable {

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final String command;
    private final PrintStream err;
    private boolean closed;
    private volatile boolean interrupted;

    /**
     * Creates it, with nothing to end yet.
     *
     * @param command who speaks, in what it writes
     * @param err where it writes what could not be ended
     */
    public Teardown(String command, PrintStream err) {
        this.command = command;
        this.err = err;
    }

    /**
     * Starts something and takes charge of it, as one step: there is no moment between in which the process could be told to
     * end. It shall not take long.
     *
     * @throws IllegalStateException if all is ended already; nothing is started then
     */
    @CanIgnoreReturnValue
    public synchronized <T extends AutoCloseable> T start(Supplier<T> start) {
        if (closed) {
            throw new IllegalStateException("told to end");
        }
        T what = start.get();
        started.push(what);
        return what;
    }

    /** Has something done in the end, in its turn. */
    public void atLast(AutoCloseable step) {
        start(() -> step);
    }

    /** Ends everything, because the process is told to end. Does nothing if that was done. */
    public synchronized void interrupt() {
        if (!closed) {
            interrupted = true;
            err.println(command + ": interrupted, cleaning up");
            close();
        }
    }

    public boolean isInterrupted() {
        return interrupted;
    }

    /** Ends everything, each whatever became of the other. A second caller waits for the first. */
    @Override
    public synchronized void close() {
        closed = true;
        while (!started.isEmpty()) {
            end(started.pop());
        }
    }

    private void end(AutoCloseable what) {
        try {
            what.close();
        } catch (Exception | Error e) {
            err.println(command + ": could not clean up: " + e);
        }
    }
}
