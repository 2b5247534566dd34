package io.forrest.examples.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.forrest.ForrestEvent;
import io.forrest.Supervision;
import io.forrest.annotation.CanIgnoreReturnValue;
import io.forrest.haproxy.HaproxyEvent;
import io.forrest.spi.Balancer;
import io.forrest.spi.Registry;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/**
 * The command {@code forrest}: launches, stops, lists and watches instances, scales fleets and rolls out to them. Exits with 0 if all went well, 1 if the operation failed,
 * and 2 if it could not tell what was wanted. Not thread-safe; confine it to one thread.
 */
@Command(
        name = "forrest",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions, of every command:%n",
        header = "Launches containers, waits until they answer, and announces them in etcd.",
        footer = {
            "",
            "Environment, and what holds where it says nothing:",
            "  ETCD_HOST      etcd as host, host:port or URL, several with commas between;",
            "                 127.0.0.1:4001",
            "  ETCD_PREFIX    the folder of the keys; servers",
            "  FORREST_IP     the IP address to announce; the one that reaches etcd",
            "  FORREST_DRAIN  how long a withdrawn instance may finish its work (0s, 10s,",
            "                 1m); 15s",
            "  FORREST_HAPROXY",
            "                 HAProxy, whose word launch and stop then wait for, and which",
            "                 list shows: unix:///path or tcp://host:port of its socket,",
            "                 or the URL of its statistics page, several with commas",
            "                 between; none",
            "  DOCKER_HOST    the engine, as the docker command has it"
        })
public final class ForrestCommand {

    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    /** The process is told to end, and ends with the status of that. */
    static final int INTERRUPTED = 130;

    private final Surroundings surroundings;
    private final Screen screen;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "show this help and exit")
    @SuppressWarnings("unused") // picocli reads it
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "show the version and exit")
    @SuppressWarnings("unused") // picocli reads it
    private boolean version;

    @Option(
            names = "--etcd",
            paramLabel = "HOST[:PORT]",
            scope = ScopeType.INHERIT,
            description = "instead of ETCD_HOST")
    private @Nullable String etcd;

    @Option(names = "--prefix", paramLabel = "PATH", scope = ScopeType.INHERIT, description = "instead of ETCD_PREFIX")
    private @Nullable String prefix;

    @Option(names = "--ip", paramLabel = "ADDRESS", scope = ScopeType.INHERIT, description = "instead of FORREST_IP")
    private @Nullable String ip;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "tell what is done, and all that is known of a failure")
    private boolean verbose;

    @CommandLine.Spec
    private CommandSpec spec = CommandSpec.create();

    private ForrestCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.screen = new Screen(surroundings.out(), surroundings.err(), surroundings.rows());
    }

    /**
     * Runs the command and ends the process.
     *
     * @param args the arguments
     */
    public static void main(String[] args) {
        int status = run(Surroundings.ofThisProcess(), args);
        // After the last shutdown hook, and before the signal's own halt, an exit with any status but 0 halts with that
        if (status != INTERRUPTED) {
            System.exit(status);
        }
    }

    static int run(Surroundings surroundings, String... args) {
        ForrestCommand forrest = new ForrestCommand(surroundings);
        FailureReport report = new FailureReport(forrest.screen);
        return new CommandLine(forrest)
                .addSubcommand(new LaunchCommand(forrest))
                .addSubcommand(new StopCommand(forrest))
                .addSubcommand(new ListCommand(forrest))
                .addSubcommand(new ScaleCommand(forrest))
                .addSubcommand(new RolloutCommand(forrest))
                .addSubcommand(new WatchCommand(forrest))
                .addSubcommand(new ReconcileCommand(forrest))
                .addSubcommand(new GatewayCommand(forrest))
                .registerConverter(Duration.class, new DurationConverter())
                .setOut(new PrintWriter(surroundings.out(), true, Charset.defaultCharset()))
                .setErr(new PrintWriter(surroundings.err(), true, Charset.defaultCharset()))
                .setParameterExceptionHandler((problem, given) -> report.misuse(problem))
                .setExecutionExceptionHandler(
                        (failure, commandLine, parsed) -> report.failure(failure, forrest.verbose))
                .execute(args);
    }

    Screen screen() {
        return screen;
    }

    /**
     * Connects to what options and environment name, and supervises nothing: most commands are over before there is anything to
     * supervise.
     *
     * @param haproxy the command's own option
     * @param listener is told of what the scaler does
     * @throws ParameterException if they name what cannot be
     */
    Connection connect(HaproxyOption haproxy, Consumer<? super ForrestEvent> listener) {
        return connect(haproxy, Supervision.none(), listener);
    }

    /**
     * Connects to what options and environment name, and supervises all instances of the engine.
     *
     * @param haproxy the command's own option
     * @param supervision how
     * @param listener is told of what the scaler does
     * @throws ParameterException if they name what cannot be
     */
    Connection connect(HaproxyOption haproxy, Supervision supervision, Consumer<? super ForrestEvent> listener) {
        logIfVerbose();
        return checked(() -> Connection.open(surroundings.foundations(), settings(haproxy), supervision, listener));
    }

    /**
     * Connects to the registry that options and environment name.
     *
     * @throws ParameterException if they name what cannot be
     */
    Registry registry(HaproxyOption haproxy) {
        logIfVerbose();
        return checked(() -> surroundings.foundations().registry(settings(haproxy)));
    }

    /** Starts what drives HAProxies. */
    Balancer drive(Driving driving, Registry registry, Consumer<? super HaproxyEvent> listener) {
        return surroundings.foundations().drive(driving, registry, listener);
    }

    /**
     * Returns the HAProxies that option or environment name.
     *
     * @throws IllegalArgumentException if they name what cannot be
     */
    List<HaproxyAddress> haproxies(HaproxyOption haproxy) {
        return haproxy.text()
                .or(() -> surroundings.variable("FORREST_HAPROXY"))
                .map(HaproxyAddress::parse)
                .orElse(List.of());
    }

    private void logIfVerbose() {
        if (verbose && LoggerFactory.getLogger("io.forrest") instanceof Logger logger) {
            logger.setLevel(Level.INFO);
        }
    }

    /** Returns the drain time that was asked for, by option or environment. */
    Optional<Duration> drain(@Nullable Duration option) {
        return Optional.ofNullable(option)
                .or(() -> surroundings.variable("FORREST_DRAIN").map(text -> {
                    try {
                        return new DurationConverter().convert(text);
                    } catch (TypeConversionException e) {
                        throw new ParameterException(commandLine(), "FORREST_DRAIN: " + e.getMessage(), e);
                    }
                }));
    }

    /**
     * Has something done when the process is told to end, unless the command has come to its own end by then.
     *
     * @param lastWords undoes what is under way, and returns what came of that
     */
    void whenInterrupted(Supplier<String> lastWords) {
        surroundings.onShutdown().accept(() -> screen.end(() -> screen.error(List.of("forrest: " + lastWords.get()))));
    }

    /**
     * Does what may find fault with what the user gave.
     *
     * @throws ParameterException if it does
     */
    @CanIgnoreReturnValue
    <T> T checked(Supplier<T> action) {
        try {
            return action.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Finds fault with what the user gave.
     *
     * @throws ParameterException unless it is so
     */
    void require(boolean so, String otherwise) {
        if (!so) {
            throw new ParameterException(commandLine(), otherwise);
        }
    }

    private CommandLine commandLine() {
        return spec.commandLine();
    }

    private Settings settings(HaproxyOption haproxy) {
        return Settings.of(
                given(etcd, "ETCD_HOST").orElse(Settings.DEFAULT_ETCD),
                given(prefix, "ETCD_PREFIX").orElse(Settings.DEFAULT_PREFIX),
                given(ip, "FORREST_IP"),
                haproxies(haproxy));
    }

    /** Returns an option, or the environment's variable for it. */
    private Optional<String> given(@Nullable String option, String variable) {
        return Optional.ofNullable(option).or(() -> surroundings.variable(variable));
    }
}
