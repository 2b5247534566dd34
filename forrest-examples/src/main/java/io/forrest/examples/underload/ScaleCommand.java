package io.forrest.examples.underload;

import io.forrest.Fleet;
import io.forrest.Retirement;
import io.forrest.Scaling;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Scales under load. Not thread-safe; confine it to one thread. */
@Command(
        name = "scale",
        header = "Scales three containers behind two HAProxies to ten and back, under load.",
        description = {
            "The last line is \"sent N, failed M\". Exits with 0 if M is 0 and each run sent enough, and with 1 if not, or if"
                    + " a size was not reached.",
            "",
            "Half of the clients of each HAProxy keep their connections, half open one for each request.",
            ""
        })
final class ScaleCommand implements Callable<Integer> {

    private static final int FEW = 3;
    private static final int MANY = 10;
    private static final Duration BETWEEN = Duration.ofSeconds(10);
    private static final double NANOS = 1e9;

    private final UnderLoad underLoad;

    @Option(names = "--runs", paramLabel = "N", description = "how often to scale up and down (1)")
    private @Nullable Integer runs;

    @Option(names = "--between", paramLabel = "TIME", description = "how long each size stays (10s)")
    private @Nullable Duration between;

    @Mixin
    private final FleetRun run = new FleetRun();

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    ScaleCommand(UnderLoad underLoad) {
        this.underLoad = underLoad;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        return run.run(underLoad, spec.commandLine(), FEW, runs == null ? 1 : runs, this::scale);
    }

    private void scale(Fleet fleet, int number) throws InterruptedException {
        for (int size : List.of(MANY, FEW)) {
            long start = TimeSource.system().nanoTime();
            Scaling done = fleet.scaleTo(size);
            say(done, (TimeSource.system().nanoTime() - start) / NANOS);
            TimeSource.system().sleep(between == null ? BETWEEN : between);
        }
    }

    private void say(Scaling done, double seconds) {
        int cut = done.retired().stream().mapToInt(Retirement::sessionsCut).sum();
        underLoad
                .out()
                .printf(
                        Locale.ROOT,
                        "  scaled to %d in %.1f s, %d launched, %d taken back%s%n",
                        done.size(),
                        seconds,
                        done.launched().size(),
                        done.retired().size(),
                        cut == 0 ? "" : ", " + cut + " sessions cut");
    }
}
