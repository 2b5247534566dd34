package io.forrest.examples.soak;

import io.forrest.examples.underload.Teardown;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command {@code soak}: seeded faults over a fleet of ten that is supervised. Exits with 0 if nothing was leaked, stale or lost
 * whenever it had settled, 1 if something was or it could not be told, and 2 if it could not tell what was wanted. Not
 * thread-safe; confine it to one thread.
 */
@Command(
        name = "soak",
        header = "Harms a fleet of ten again and again, and all that it stands on, and looks whether it comes through.",
        description = {
            "Has an engine and an etcd of its own, and a JVM that supervises by Supervision.replace; kills containers, freezes and"
                    + " kills etcd, kills the engine, kills the JVM. The last line is"
                    + " \"N faults, 0 leaked containers, 0 stale keys, 0 lost instances\" if all is well.",
            ""
        })
public final class Soak implements Callable<Integer> {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    /** How many faults follow one another before it may settle and is looked at. */
    private static final int FAULTS_AT_ONCE = 6;

    private static final Duration SETTLES_WITHIN = Duration.ofMinutes(4);

    private final Teardown teardown;
    private final PrintStream out;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help and exit")
    @SuppressWarnings("unused") // picocli reads it
    private boolean help;

    @Option(names = "--minutes", paramLabel = "N", required = true, description = "how long to go on harming it")
    private int minutes;

    @Option(names = "--seed", paramLabel = "S", description = "what the faults are chosen by (by chance, and told)")
    private @Nullable Long seed;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    private Soak(Teardown teardown, PrintStream out) {
        this.teardown = teardown;
        this.out = out;
    }

    /**
     * Runs the command and ends the process. Whatever it started is gone then, also if it is told to end before.
     *
     * @param args the arguments
     */
    public static void main(String[] args) {
        Teardown teardown = new Teardown("soak", System.err);
        Runtime.getRuntime().addShutdownHook(new Thread(teardown::interrupt, "forrest-teardown"));
        int status = run(teardown, System.out, System.err, args);
        if (!teardown.isInterrupted()) {
            System.exit(status);
        }
    }

    static int run(Teardown teardown, PrintStream out, PrintStream err, String... args) {
        try (teardown) {
            return new CommandLine(new Soak(teardown, out))
                    .setOut(new PrintWriter(out, true, Charset.defaultCharset()))
                    .setErr(new PrintWriter(err, true, Charset.defaultCharset()))
                    .setParameterExceptionHandler((problem, given) -> {
                        err.println("soak: " + problem.getMessage() + " (see soak --help)");
                        return USAGE;
                    })
                    .setExecutionExceptionHandler((failure, command, parsed) -> {
                        if (!teardown.isInterrupted()) {
                            err.println("soak: " + failure);
                        }
                        return FAILED;
                    })
                    .execute(args);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (minutes < 1) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--minutes must be at least 1, was " + minutes);
        }
        long chosen = seed == null ? ThreadLocalRandom.current().nextLong(1, Integer.MAX_VALUE) : seed;
        Path folder = Files.createTempDirectory("forrest-soak");
        out.println("  seed " + chosen + ", logs in " + folder);
        SoakGround ground = SoakGround.lay(teardown, folder);
        Faults faults = new Faults(chosen, ground, out);
        TimeSource time = TimeSource.system();
        long end = time.nanoTime() + Duration.ofMinutes(minutes).toNanos();
        Audit wrong = settled(ground);
        while (time.nanoTime() < end) {
            for (int i = 0; i < FAULTS_AT_ONCE && time.nanoTime() < end; i++) {
                faults.next();
            }
            wrong = wrong.plus(settled(ground));
            ground.supervisor().requireAlive();
        }
        ground.supervisor().close();
        ground.scaler().fleet(SoakGround.APP).stop();
        wrong = wrong.plus(Audit.ofNothing(ground));
        faults.counts().forEach((fault, count) -> out.println("  " + fault + " " + count));
        teardown.close(); // before the last line, which is the last then
        out.println(faults.count() + " faults, " + wrong);
        return wrong.isClean() ? OK : FAILED;
    }

    private Audit settled(SoakGround ground) throws InterruptedException {
        long start = TimeSource.system().nanoTime();
        Audit audit = Audit.settled(ground, SETTLES_WITHIN);
        out.println("  settled after "
                + Duration.ofNanos(TimeSource.system().nanoTime() - start).toSeconds() + " s: " + audit);
        return audit;
    }
}
