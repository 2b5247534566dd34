package io.forrest.examples.underload;

import io.forrest.Fleet;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Load on a fleet behind two HAProxies while it is changed; with the options of that. Not thread-safe; confine it to one thread. */
final class FleetRun {

    /** Less than that proves too little. */
    private static final int LEAST_REQUESTS = 10_000;

    @Option(
            names = "--requests",
            paramLabel = "N",
            description = "how many requests each run must send at least (" + LEAST_REQUESTS + ")")
    private @Nullable Integer requests;

    @Mixin
    private final GeneratorOption generator = new GeneratorOption();

    /** What is done with the fleet while there is load on it, once for each run, the first 1. */
    interface Change {
        void apply(Fleet fleet, int run) throws InterruptedException;
    }

    /**
     * Makes a fleet, puts load on it and changes it, so often, and tells what came of the requests of each run and of all; the last
     * line is {@code sent N, failed M}, of all.
     *
     * @param members how many members it begins with
     * @param runs how many runs there are, each with clients of its own
     * @return the exit code: whether no request failed, and each run sent enough to tell
     * @throws ParameterException if it cannot be told what was wanted
     */
    int run(UnderLoad underLoad, CommandLine command, int members, int runs, Change change)
            throws IOException, InterruptedException {
        if (runs < 1) {
            throw new ParameterException(command, "there must be at least one run");
        }
        int least = requests == null ? LEAST_REQUESTS : requests;
        if (least < 1) {
            throw new ParameterException(command, "there must be at least one request");
        }
        generator.check(command);
        PrintStream out = underLoad.out();
        out.println("  starting an etcd and two HAProxies");
        Ground ground = Ground.lay(underLoad.teardown(), event -> {});
        Fleet fleet = ground.scaler()
                .launch(ReplaceCommand.IMAGE)
                .drainFor(ReplaceCommand.DRAIN)
                .fleet();
        out.println("  scaling to " + members + " containers of " + ReplaceCommand.IMAGE);
        fleet.scaleTo(members);

        LoadGenerator load = generator.in(ground.directory());
        out.println("  load on " + ground.haproxies().frontends() + ", on each by " + load
                + " that keep their connections, and as many that do not");
        Verdict all = Verdict.NOTHING;
        boolean good = true;
        for (int number = 1; number <= runs; number++) {
            Watched watched = Watched.begin(underLoad.teardown(), load, ground.haproxies(), false);
            TimeSource.system().sleep(ReplaceCommand.BEFORE_AND_AFTER);
            change.apply(fleet, number);
            TimeSource.system().sleep(ReplaceCommand.BEFORE_AND_AFTER);
            Verdict own = watched.end().since(all);
            out.println("  run " + number + ": " + own.words()
                    + (own.clients().sent() < least
                            ? ", which is less than " + least + " requests, and proves too little"
                            : ""));
            all = all.plus(own);
            good &= own.isGood(least);
        }
        underLoad.teardown().close(); // before the last line, which is the last then
        all.lines().forEach(out::println);
        return good ? UnderLoad.OK : UnderLoad.FAILED;
    }
}
