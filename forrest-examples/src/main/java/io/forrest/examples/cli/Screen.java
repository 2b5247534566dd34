package io.forrest.examples.cli;

import io.forrest.annotation.CanIgnoreReturnValue;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a person or a script sees. Results go to standard output, all else to standard error; what is under way is a line
 * that the next one erases, or a picture that the next one replaces, and shown only on a terminal. Thread-safe.
 */
final class Screen {

    private static final String ERASE = "\r\033[2K";
    private static final String INDENT = "  ";

    /** What fits on any terminal: only one line can be erased. */
    private static final int WIDTH = 76;

    /** Has the terminal cut off what does not fit into a line, and not wrap it, so that lines can be counted. */
    private static final String CUT = "\033[?7l";

    private static final String WRAP = "\033[?7h";
    private static final String UP = "\033[%dA";
    private static final String ERASE_BELOW = "\r\033[J";

    private final PrintStream out;
    private final PrintStream err;
    private final int rows;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CountDownLatch said = new CountDownLatch(1);
    private boolean busy;
    private int drawn;

    Screen(PrintStream out, PrintStream err, int rows) {
        this.out = out;
        this.err = err;
        this.rows = rows;
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
        if (isTerminal() && !ended.get()) {
            erasePicture();
            err.print(ERASE + INDENT + text.substring(0, Math.min(text.length(), WIDTH)));
            err.flush();
            busy = true;
        }
    }

    /** Returns whether a person looks, and not a program. */
    boolean isTerminal() {
        return rows > 0;
    }

    /** Returns how many lines a picture may have. */
    int rows() {
        return Math.max(1, rows - 1);
    }

    /**
     * Draws several lines, in place of those drawn before. Only on a terminal. They stay where they are once the command has ended.
     *
     * @param lines the lines; those that do not fit below each other are left out
     */
    synchronized void draw(List<String> lines) {
        if (!isTerminal() || ended.get() || lines.isEmpty()) {
            return;
        }
        erase();
        List<String> shown = lines.subList(0, Math.min(lines.size(), rows()));
        err.print(CUT + String.join(System.lineSeparator(), shown) + System.lineSeparator() + WRAP);
        err.flush();
        drawn = shown.size();
    }

    /** Lets what was drawn last stay: nothing is drawn in its place. */
    synchronized void keep() {
        drawn = 0;
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
        erasePicture();
    }

    private void erasePicture() {
        if (drawn > 0) {
            err.print(UP.formatted(drawn) + ERASE_BELOW);
            err.flush();
            drawn = 0;
        }
    }
}
