package io.forrest.examples.cli;

import io.forrest.Failure;
import io.forrest.ForrestEvent;
import io.forrest.ForrestException;
import io.forrest.Instance;
import io.forrest.Names;
import io.forrest.Retirement;
import io.forrest.Scaler;
import io.forrest.Step;
import io.forrest.event.BalancersUnreachable;
import io.forrest.event.StepReached;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes an instance back. Not thread-safe; confine it to one thread. */
@Command(
        name = "stop",
        header = "Takes an instance back: withdrawn, drained, stopped, removed.",
        description = {
            "Whoever launched it. After a failure or Ctrl-C, the same command goes on where this one ended. Where an HAProxy"
                    + " is named, the drain time ends as soon as that is done with the instance."
        })
final class StopCommand implements Callable<Integer> {

    private final ForrestCommand forrest;

    @Parameters(paramLabel = "NAME", description = "the instance's name")
    private String name = "";

    @Option(names = "--drain", paramLabel = "TIME", description = "instead of FORREST_DRAIN (what its launch set)")
    private @Nullable Duration drain;

    @Mixin
    private final HaproxyOption haproxy = new HaproxyOption();

    StopCommand(ForrestCommand forrest) {
        this.forrest = forrest;
    }

    @Override
    public Integer call() {
        forrest.checked(() -> Names.require(name, "name"));
        Optional<Duration> drainFor = forrest.drain(drain);
        try (Connection connection = forrest.connect(haproxy, this::show)) {
            forrest.screen().tell("Stopping " + name + " ...");
            forrest.whenInterrupted(() -> "interrupted: forrest stop " + name + " goes on where this ended");
            Scaler scaler = connection.scaler();
            scaler.find(name).ifPresent(this::found);
            Retirement retirement = forrest.checked(
                    () -> drainFor.map(time -> scaler.stop(name, time)).orElseGet(() -> scaler.stop(name)));
            if (!retirement.found()) {
                throw new ForrestException(
                        "there is no instance " + name + " on this engine under " + connection.prefix()
                                + " (forrest list shows those that there are)",
                        null,
                        Failure.unspecified());
            }
            forrest.screen().end(() -> {
                if (connection.balancer().isPresent()) {
                    forrest.screen().tell(BalancerWords.of(retirement));
                }
                forrest.screen().tell("Stopped.");
            });
            return ForrestCommand.OK;
        }
    }

    private void found(Instance instance) {
        String id = instance.id();
        forrest.screen()
                .tell(
                        id.isEmpty()
                                ? "Found no container, only what is noted of it ..."
                                : "Found container " + ShortId.of(id) + " ...");
    }

    private void show(ForrestEvent event) {
        if (event instanceof StepReached reached) {
            if (reached.step() == Step.WITHDRAW) {
                forrest.screen().busy("withdrawn, and draining");
            } else if (reached.step() == Step.DRAIN) {
                forrest.screen().busy("drained, and stopping");
            }
        } else if (event instanceof BalancersUnreachable unreachable) {
            forrest.screen().error(BalancerWords.of(unreachable));
        }
    }
}
