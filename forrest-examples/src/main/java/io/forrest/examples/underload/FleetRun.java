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
            description = "how many requests must be sent at least (" + LEAST_REQUESTS + ")")
    private @Nullable Integer requests;

    @Mixin
    private final GeneratorOption generator = new GeneratorOption();

    /** What is done with the fleet while there is load on it. */
    interface Change {
        void apply(Fleet fleet) throws InterruptedException;
    }

    /**
     * Makes a fleet, puts load on it, changes it, and tells what came of the requests; the last line is {@code sent N, failed M}.
     *
     * @param members how many members it begins with
     * @return the exit code: whether no request failed, and enough were sent to tell
     * @throws ParameterException if it cannot be told what was wanted
     */
    int run(UnderLoad underLoad, CommandLine command, int members, Change change)
            throws IOException, InterruptedException {
        int least = requests == null ? LEAST_REQUESTS : requests;
        if (least < 1) {
            throw new ParameterException(command, "there must be at least one request");
        }
        generator.check(command);
        Verdict verdict = run(underLoad.teardown(), underLoad.out(), members, change);
        underLoad.teardown().close(); // before the last line, which is the last then
        if (verdict.clients().sent() < least) {
            underLoad.out().println("  that is less than " + least + " requests, and proves too little");
        }
        verdict.lines().forEach(underLoad.out()::println);
        return verdict.failed() == 0 && verdict.clients().sent() >= least ? UnderLoad.OK : UnderLoad.FAILED;
    }

    private Verdict run(Teardown teardown, PrintStream out, int members, Change change)
            throws IOException, InterruptedException {
        out.println("  starting an etcd and two HAProxies");
        Ground ground = Ground.lay(teardown, event -> {});
        Fleet fleet = ground.scaler()
                .launch(ReplaceCommand.IMAGE)
                .drainFor(ReplaceCommand.DRAIN)
                .fleet();
        out.println("  scaling to " + members + " containers of " + ReplaceCommand.IMAGE);
        fleet.scaleTo(members);

        LoadGenerator load = generator.in(ground.directory());
        out.println("  load on " + ground.haproxies().frontends() + ", on each by " + load
                + " that keep their connections, and as many that do not");
        Watched watched = Watched.begin(teardown, load, ground.haproxies(), false);
        TimeSource.system().sleep(ReplaceCommand.BEFORE_AND_AFTER);
        change.apply(fleet);
        TimeSource.system().sleep(ReplaceCommand.BEFORE_AND_AFTER);
        return watched.end();
    }
}
