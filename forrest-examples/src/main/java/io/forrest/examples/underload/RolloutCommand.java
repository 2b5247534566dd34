package io.forrest.examples.underload;

import io.forrest.Fleet;
import io.forrest.ObservedTraffic;
import io.forrest.Retirement;
import io.forrest.RolloutReport;
import io.forrest.WaveFacts;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Rolls out under load. Not thread-safe; confine it to one thread. */
@Command(
        name = "rollout",
        header = "Gives ten containers behind two HAProxies another image, in waves, under load.",
        description = {
            "The waves are one, a quarter, all. The last line is \"sent N, failed M\". Exits with 0 if M is 0 and each run"
                    + " sent enough, and with 1 if not, or if it was rolled back.",
            "",
            "Half of the clients of each HAProxy keep their connections, half open one for each request.",
            ""
        })
final class RolloutCommand implements Callable<Integer> {

    private static final String NEXT_IMAGE = ReplaceCommand.IMAGE + ":v2";
    private static final int MEMBERS = 10;
    private static final Duration OBSERVED = Duration.ofSeconds(4);
    private static final double NANOS = 1e9;
    private static final double NANOS_OF_A_MILLISECOND = 1e6;

    private final UnderLoad underLoad;

    @Option(names = "--runs", paramLabel = "N", description = "how many rollouts, forth and back in turn (1)")
    private @Nullable Integer runs;

    @Option(names = "--observe", paramLabel = "TIME", description = "how long each wave is observed (4s)")
    private @Nullable Duration observe;

    @Mixin
    private final FleetRun run = new FleetRun();

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    RolloutCommand(UnderLoad underLoad) {
        this.underLoad = underLoad;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        return run.run(underLoad, spec.commandLine(), MEMBERS, runs == null ? 1 : runs, this::rollOut);
    }

    private void rollOut(Fleet fleet, int number) {
        long start = TimeSource.system().nanoTime();
        RolloutReport report = fleet.rollOut(number % 2 == 1 ? NEXT_IMAGE : ReplaceCommand.IMAGE)
                .observe(observe == null ? OBSERVED : observe)
                .run();
        report.facts().forEach(this::say);
        say(number, report, (TimeSource.system().nanoTime() - start) / NANOS);
    }

    private void say(WaveFacts wave) {
        underLoad
                .out()
                .printf(
                        Locale.ROOT,
                        "  wave %d of %d: %d new with %s; %d old with %s%n",
                        wave.wave(),
                        wave.waves(),
                        wave.fresh().size(),
                        words(wave.freshTraffic()),
                        wave.old().size(),
                        words(wave.oldTraffic()));
    }

    private static String words(ObservedTraffic traffic) {
        return String.format(
                Locale.ROOT,
                "%d requests, %d errors, %.1f ms",
                traffic.requests(),
                traffic.errors(),
                traffic.responseTime().toNanos() / NANOS_OF_A_MILLISECOND);
    }

    private void say(int number, RolloutReport report, double seconds) {
        int cut = report.retired().stream().mapToInt(Retirement::sessionsCut).sum();
        underLoad
                .out()
                .printf(
                        Locale.ROOT,
                        "  run %d: %s to %s %s in %.1f s, %d launched, %d taken back%s%n",
                        number,
                        report.state().from(),
                        report.state().to(),
                        report.state().phase(),
                        seconds,
                        report.launched().size(),
                        report.retired().size(),
                        cut == 0 ? "" : ", " + cut + " sessions cut");
    }
}
