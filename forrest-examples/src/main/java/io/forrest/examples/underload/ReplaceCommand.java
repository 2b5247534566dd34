package io.forrest.examples.underload;

import io.forrest.Instance;
import io.forrest.Launch;
import io.forrest.spi.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Replaces containers under load. Not thread-safe; confine it to one thread. */
@Command(
        name = "replace",
        header = "Replaces three containers behind two HAProxies, one after another, under load.",
        description = {
            "The last line is \"sent N, failed M\". Exits with 0 if M is 0, and with 1 if it is not, or not all could be"
                    + " replaced.",
            "",
            "Half of the clients of each HAProxy keep their connections, half open one for each request.",
            ""
        })
final class ReplaceCommand implements Callable<Integer> {

    static final String IMAGE = "demo/myapp";

    private static final int INSTANCES = 3;
    private static final int DEFAULT_REPLACEMENTS = 50;

    /** Longer than any answer takes, so that what ends the drain is the balancer's word. */
    static final Duration DRAIN = Duration.ofMinutes(1);

    static final Duration BEFORE_AND_AFTER = Duration.ofSeconds(1);

    private final UnderLoad underLoad;

    @Option(
            names = "--replacements",
            paramLabel = "N",
            description = "how many containers to replace (" + DEFAULT_REPLACEMENTS + ")")
    private @Nullable Integer replacements;

    @Option(names = "--seconds", paramLabel = "N", description = "replace as many as fit into N seconds instead")
    private @Nullable Integer seconds;

    @Option(names = "--reload", description = "reload each HAProxy every second meanwhile")
    private boolean reload;

    @Mixin
    private final GeneratorOption generator = new GeneratorOption();

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    ReplaceCommand(UnderLoad underLoad) {
        this.underLoad = underLoad;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        Verdict verdict = run();
        underLoad.teardown().close(); // before the last line, which is the last then
        verdict.lines().forEach(underLoad.out()::println);
        return verdict.failed() == 0 ? UnderLoad.OK : UnderLoad.FAILED;
    }

    private void check() {
        if (replacements != null && seconds != null) {
            throw misuse("--replacements and --seconds exclude each other");
        }
        if ((replacements != null && replacements < 1) || (seconds != null && seconds < 1)) {
            throw misuse("there must be at least one replacement, or one second for it");
        }
        generator.check(spec.commandLine());
    }

    private ParameterException misuse(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }

    private Verdict run() throws IOException, InterruptedException {
        Teardown teardown = underLoad.teardown();
        StepTimes times = new StepTimes();
        say("starting an etcd and two HAProxies");
        Ground ground = Ground.lay(teardown, times);
        Launch launch = ground.scaler().launch(IMAGE).drainFor(DRAIN);
        say("launching " + INSTANCES + " containers of " + IMAGE);
        List<Instance> instances = launch.announce(INSTANCES);

        LoadGenerator load = generator.in(ground.directory());
        say("load on " + ground.haproxies().frontends() + ", on each by " + load
                + " that keep their connections, and as many that do not");
        Watched watched = Watched.begin(teardown, load, ground.haproxies(), reload);
        TimeSource.system().sleep(BEFORE_AND_AFTER);
        Replacements work = new Replacements(ground.scaler(), launch, instances, times, underLoad.out());
        replace(work);
        TimeSource.system().sleep(BEFORE_AND_AFTER);
        say(work.done() + " replaced" + (reload ? ", each HAProxy reloaded " + watched.reloads() + " times" : ""));
        return watched.end();
    }

    private void replace(Replacements work) {
        TimeSource time = TimeSource.system();
        long start = time.nanoTime();
        if (seconds == null) {
            int count = replacements == null ? DEFAULT_REPLACEMENTS : replacements;
            while (work.done() < count) {
                work.replaceOldest();
            }
        } else {
            long end = start + Duration.ofSeconds(seconds).toNanos();
            do {
                work.replaceOldest();
            } while (time.nanoTime() < end);
        }
    }

    private void say(String what) {
        underLoad.out().println("  " + what);
    }
}
