package io.forrest.examples.cli;

import io.forrest.annotation.CanIgnoreReturnValue;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a person or a script sees. Results go to standard output, all else to standard error; what is under way is a line
 * that the next one erases, and shown only on a terminal. Thread-safe.
 */
final class Screen {

    private static final String ERASE = "\r\033[2K";
    private static final String INDENT = "  ";

    /** What fits on any terminal: only one line can be erased. */
    private static final int WIDTH = 76;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CountDownLatch said = new CountDownLatch(1);
    private boolean busy;

    Screen(PrintStream out, PrintStream err, boolean terminal) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    /** Prints a line of the transcript that a launch or a stop is. */
    void tell(String line) {
        print(INDENT + line);
    }

    synchronized void print(String line) {
        erase();
        out.println(line);
        out.flush();
    }

    /** Shows what is under way, in place of what was. */
    synchronized void busy(String text) {
        if (terminal && !ended.get()) {
            err.print(ERASE + INDENT + text.substring(0, Math.min(text.length(), WIDTH)));
            err.flush();
            busy = true;
        }
    }

    synchronized void error(List<String> lines) {
        erase();
        lines.forEach(err::println);
        err.flush();
    }

    /**
     * Has the last word said: how a command came out is told by the command itself or by whoever interrupted it, never by
     * both. Returns once it is said, by whichever of them.
     *
     * @param words says it, and may block; not run if the other was first
     * @return whether they were said, and not the other's
     */
    @CanIgnoreReturnValue
    boolean end(Runnable words) {
        if (ended.compareAndSet(false, true)) {
            try {
                words.run();
            } finally {
                said.countDown();
            }
            return true;
        }
        awaitLastWord();
        return false;
    }

    private void awaitLastWord() {
        try {
            said.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void erase() {
        if (busy) {
            err.print(ERASE);
            err.flush();
            busy = false;
        }
    }
}
