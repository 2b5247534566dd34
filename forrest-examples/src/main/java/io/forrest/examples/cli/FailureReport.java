package io.forrest.examples.cli;

import io.forrest.ForrestException;
import io.forrest.RolloutException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ParameterException;

/** Says on standard error what went wrong: in one line, or in all of it. Thread-safe. */
final class FailureReport {

    private static final String NAME = "forrest: ";

    private final Screen screen;

    FailureReport(Screen screen) {
        this.screen = screen;
    }

    /** Reports that nothing was done, because what was wanted could not be told. */
    int misuse(ParameterException problem) {
        String command = problem.getCommandLine().getCommandSpec().qualifiedName();
        screen.error(List.of(oneLine(problem.getMessage() + " (see " + command + " --help)")));
        return ForrestCommand.USAGE;
    }

    /** Reports that the operation failed, unless it was interrupted: then that is told. */
    int failure(Exception failure, boolean verbose) {
        List<String> lines = new ArrayList<>();
        if (failure instanceof ForrestException known) {
            boolean showsLog = verbose || known instanceof RolloutException; // the log is why
            boolean hidesLog = !showsLog && !known.logTail().isEmpty();
            lines.add(oneLine(known.getMessage() + (hidesLog ? " (--verbose shows its last log lines)" : "")));
            if (verbose) {
                section(lines, "may be left behind", known.leftBehind());
            }
            if (showsLog) {
                section(lines, "last log lines of the container", known.logTail());
            }
        } else {
            lines.add(oneLine(failure + (verbose ? "" : " (--verbose shows where)")));
        }
        if (verbose) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace, true));
            section(lines, "stack trace", trace.toString().lines().toList());
        }
        return screen.end(() -> screen.error(lines)) ? ForrestCommand.FAILED : ForrestCommand.INTERRUPTED;
    }

    private static void section(List<String> lines, String title, List<String> content) {
        if (!content.isEmpty()) {
            lines.add("  " + title + ":");
            content.forEach(line -> lines.add("    " + line));
        }
    }

    private static String oneLine(String text) {
        return NAME + text.strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
    }
}
