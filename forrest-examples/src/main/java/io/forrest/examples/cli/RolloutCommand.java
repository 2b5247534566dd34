package io.forrest.examples.cli;

import io.forrest.Failure;
import io.forrest.Fleet;
import io.forrest.FleetState;
import io.forrest.ForrestException;
import io.forrest.Judge;
import io.forrest.Launch;
import io.forrest.RegistryException;
import io.forrest.Rollout;
import io.forrest.RolloutException;
import io.forrest.RolloutPhase;
import io.forrest.RolloutReport;
import io.forrest.RolloutState;
import io.forrest.Wave;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives a fleet another image in waves. Not thread-safe; confine it to one thread. */
@Command(
        name = "rollout",
        header = "Gives the instances of an app another image, in waves that are observed and judged.",
        description = {
            "Each wave's new instances are launched and announced, and served where an HAProxy is named; they are observed, and"
                    + " judged; then as many old ones are taken back. Where a wave fails, all new ones are. Exits with 0 if all"
                    + " are new, or were taken back by --roll-back; with 1 if it was rolled back, or could not be ended.",
            "",
            "Ctrl-C leaves it as it is: --resume goes on with it, --roll-back takes it back.",
            ""
        })
final class RolloutCommand implements Callable<Integer> {

    /** From the moment on that closing has returned. */
    private static final Duration LAST_STEP = Duration.ofSeconds(5);

    private final ForrestCommand forrest;

    @Parameters(index = "0", paramLabel = "APP", description = "the name of the service")
    private String app = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "IMAGE",
            description = "the new image, pulled if it is missing")
    private @Nullable String image;

    @Option(
            names = "--waves",
            paramLabel = "WAVE",
            split = ",",
            description =
                    "how many are new after each wave, in numbers or percent; the last is always all (1,25%%,100%%)")
    private final List<String> waves = new ArrayList<>();

    @Option(names = "--observe", paramLabel = "TIME", description = "how long each wave is observed (30s)")
    private @Nullable Duration observe;

    @Option(
            names = "--judge",
            paramLabel = "alive|no-worse",
            description =
                    "whether new ones have to live, or also to answer not worse than the old, by what HAProxy says (alive)")
    private @Nullable String judge;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "an environment variable of the new ones, beside those of the old; may be repeated")
    private final Map<String, String> variables = new LinkedHashMap<>();

    @Option(names = "--resume", description = "go on with a rollout that was cut off")
    private boolean resume;

    @Option(names = "--roll-back", description = "take a rollout back that was cut off")
    private boolean rollBack;

    @Mixin
    private final HaproxyOption haproxy = new HaproxyOption();

    RolloutCommand(ForrestCommand forrest) {
        this.forrest = forrest;
    }

    @Override
    public Integer call() throws InterruptedException {
        check();
        RolloutProgress progress = new RolloutProgress(forrest.screen());
        try (Connection connection = forrest.connect(haproxy, progress)) {
            Fleet fleet = forrest.checked(() -> connection.scaler().fleet(app));
            CompletableFuture<RolloutReport> outcome = new CompletableFuture<>();
            Supplier<RolloutReport> work = resume || rollBack ? again(fleet) : anew(fleet, connection);
            forrest.whenInterrupted(() -> leave(connection, outcome));
            RolloutReport report = run(work, outcome, progress);
            forrest.screen().end(() -> forrest.screen().tell(words(report)));
            return report.state().phase() == RolloutPhase.PROMOTED || rollBack
                    ? ForrestCommand.OK
                    : ForrestCommand.FAILED;
        }
    }

    private void check() {
        forrest.require(!resume || !rollBack, "--resume and --roll-back exclude each other");
        boolean again = resume || rollBack;
        forrest.require(again || image != null, "the new image is missing");
        forrest.require(
                !again || (image == null && waves.isEmpty() && observe == null && variables.isEmpty()),
                "a rollout that was cut off has its image, waves, time and variables recorded");
        forrest.require(!rollBack || judge == null, "nothing is judged by --roll-back");
        forrest.checked(this::judge);
        forrest.require(
                !"no-worse".equals(judge)
                        || !forrest.checked(() -> forrest.haproxies(haproxy)).isEmpty(),
                "--judge no-worse compares what HAProxy says, and none is given, by --haproxy or FORREST_HAPROXY");
    }

    private Judge judge() {
        if (judge == null || judge.equals("alive")) {
            return Judge.alive();
        } else if (judge.equals("no-worse")) {
            return Judge.noWorseThanOld();
        }
        throw new IllegalArgumentException("--judge must be alive or no-worse, was " + judge);
    }

    private Supplier<RolloutReport> again(Fleet fleet) {
        Rollout begun = fleet.rollout()
                .orElseThrow(() -> failure("there is no rollout of fleet " + app + " that has not ended"));
        begun.state()
                .ifPresent(state -> forrest.screen()
                        .tell((resume ? "Going on with the rollout " : "Taking back the rollout ") + state.id() + " of "
                                + app + " from " + state.from() + " to " + state.to()
                                + (state.reason().isEmpty() ? "" : ", rolled back because " + state.reason())
                                + " ..."));
        return resume ? (judge == null ? begun : begun.judge(judge()))::resume : begun::rollBack;
    }

    private Supplier<RolloutReport> anew(Fleet fleet, Connection connection) {
        Rollout rollout = forrest.checked(() -> describe(fleet, String.valueOf(image)));
        FleetState state = fleet.state()
                .orElseThrow(() -> failure("there is no fleet " + app + " under " + connection.prefix()
                        + " (forrest scale " + app + " N --image IMAGE makes one)"));
        forrest.screen()
                .tell("Rolling out " + image + " to " + app + ", " + state.size() + " of " + state.image() + " ...");
        return rollout::run;
    }

    private Rollout describe(Fleet fleet, String to) {
        Rollout rollout = fleet.rollOut(to, this::changed).judge(judge());
        if (!waves.isEmpty()) {
            rollout = rollout.waves(waves.stream()
                    .map(wave -> wave.equals("all") ? Wave.all() : Wave.parse(wave))
                    .toArray(Wave[]::new));
        }
        return observe == null ? rollout : rollout.observe(observe);
    }

    private Launch changed(Launch template) {
        Launch launch = template;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            launch = launch.env(variable.getKey(), variable.getValue());
        }
        return launch;
    }

    private RolloutReport run(
            Supplier<RolloutReport> work, CompletableFuture<RolloutReport> outcome, RolloutProgress progress)
            throws InterruptedException {
        try {
            RolloutReport report = work.get();
            outcome.complete(report);
            progress.end(report.state());
            return report;
        } catch (RolloutException e) {
            outcome.completeExceptionally(e);
            RolloutReport report = e.report().orElseThrow();
            progress.end(report.state());
            throw new RolloutException(
                    FleetWords.of(app, e),
                    e.getCause(),
                    report,
                    Failure.unspecified().withLog(e.logTail()).leaving(e.leftBehind()));
        } catch (IllegalStateException e) {
            outcome.completeExceptionally(e);
            throw failure(FleetWords.of(app, e));
        } catch (RuntimeException e) {
            outcome.completeExceptionally(e);
            throw e;
        }
    }

    private static ForrestException failure(String words) {
        return new ForrestException(words, null, Failure.unspecified());
    }

    private String words(RolloutReport report) {
        RolloutState state = report.state();
        return state.phase() == RolloutPhase.PROMOTED
                ? "Promoted: all " + state.size() + " of " + app + " are of " + state.to() + "."
                : "Rolled back: all " + state.size() + " of " + app + " are of " + state.from() + " (" + report.reason()
                        + ").";
    }

    /** Closing the connection undoes launches that are under way, and waits for that; the rollout waits for another process. */
    private String leave(Connection connection, CompletableFuture<RolloutReport> outcome) {
        connection.close();
        String how = "interrupted: forrest rollout --resume " + app
                + " goes on with the rollout, forrest rollout --roll-back " + app + " takes it back";
        try {
            RolloutReport report = outcome.get(LAST_STEP.toMillis(), TimeUnit.MILLISECONDS);
            return "interrupted, but the rollout has ended: " + report.state().phase();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof RolloutException failure)) {
                return resume || rollBack ? how : unbegun(e.getCause());
            }
            boolean ended = failure.report()
                    .filter(report -> report.state().phase().isEnd())
                    .isPresent();
            return ended ? "interrupted, but " + failure.getMessage() : how;
        } catch (TimeoutException e) {
            return how;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return how;
        }
    }

    private String unbegun(@Nullable Throwable cause) {
        boolean isUnknown = cause instanceof RegistryException failure
                && failure.reason() == RegistryException.Reason.UNKNOWN_OUTCOME;
        return "interrupted: nothing was changed"
                + (isUnknown
                        ? ", or the rollout was just recorded: forrest rollout --roll-back " + app
                                + " takes it back then"
                        : "");
    }
}
