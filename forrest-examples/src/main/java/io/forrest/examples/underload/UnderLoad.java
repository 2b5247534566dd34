package io.forrest.examples.underload;

import io.forrest.ForrestException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The command {@code under-load}: counts the requests that fail while containers come and go. Exits with 0 if none did, 1 if
 * some did or it could not be told, and 2 if it could not tell what was wanted. Not thread-safe; confine it to one thread.
 */
@Command(
        name = "under-load",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        header = "Counts the requests that fail while containers come and go.")
public final class UnderLoad {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;

    private final Teardown teardown;
    private final PrintStream out;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "show this help and exit")
    @SuppressWarnings("unused") // picocli reads it
    private boolean help;

    private UnderLoad(Teardown teardown, PrintStream out) {
        this.teardown = teardown;
        this.out = out;
    }

    /**
     * Runs the command and ends the process. Whatever it started is gone then, also if it is told to end before.
     *
     * @param args the arguments
     */
    public static void main(String[] args) {
        Teardown teardown = new Teardown("under-load", System.err);
        Runtime.getRuntime().addShutdownHook(new Thread(teardown::interrupt, "forrest-teardown"));
        int status = run(teardown, System.out, System.err, args);
        if (!teardown.isInterrupted()) {
            System.exit(status);
        }
        // else the process ends with the status of its signal
    }

    static int run(Teardown teardown, PrintStream out, PrintStream err, String... args) {
        try (teardown) {
            UnderLoad underLoad = new UnderLoad(teardown, out);
            return new CommandLine(underLoad)
                    .addSubcommand(new ReplaceCommand(underLoad))
                    .addSubcommand(new RolloutCommand(underLoad))
                    .addSubcommand(new ScaleCommand(underLoad))
                    .registerConverter(Duration.class, new SecondsConverter())
                    .setCaseInsensitiveEnumValuesAllowed(true)
                    .setOut(new PrintWriter(out, true, Charset.defaultCharset()))
                    .setErr(new PrintWriter(err, true, Charset.defaultCharset()))
                    .setParameterExceptionHandler((problem, given) -> {
                        String command =
                                problem.getCommandLine().getCommandSpec().qualifiedName();
                        err.println("under-load: " + problem.getMessage() + " (see " + command + " --help)");
                        return USAGE;
                    })
                    .setExecutionExceptionHandler((failure, command, parsed) -> {
                        if (!teardown.isInterrupted()) {
                            err.println("under-load: " + words(failure));
                        }
                        return FAILED;
                    })
                    .execute(args);
        }
    }

    private static String words(Exception failure) {
        return failure instanceof ForrestException known ? String.valueOf(known.getMessage()) : failure.toString();
    }

    Teardown teardown() {
        return teardown;
    }

    PrintStream out() {
        return out;
    }
}
