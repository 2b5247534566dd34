package io.forrest.examples.cli;

import io.forrest.Failure;
import io.forrest.Fleet;
import io.forrest.ForrestEvent;
import io.forrest.ForrestException;
import io.forrest.ScaleException;
import io.forrest.Scaler;
import io.forrest.Scaling;
import io.forrest.event.BalancersUnreachable;
import io.forrest.event.StepReached;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings a fleet to a size. Not thread-safe; confine it to one thread. */
@Command(
        name = "scale",
        header = "Brings an app to a number of instances: launches and announces what is missing,"
                + " takes back what is too many.",
        description = {
            "How many there shall be, and what they are launched from, stands in etcd; --image and the options of launch make"
                    + " a fleet that does not stand there yet. After a failure or Ctrl-C what was launched stays, what was"
                    + " under way is undone, and the same command goes on."
        })
final class ScaleCommand implements Callable<Integer> {

    private final ForrestCommand forrest;

    @Parameters(index = "0", paramLabel = "APP", description = "the name of the service")
    private String app = "";

    @Parameters(index = "1", paramLabel = "N", description = "how many instances there shall be")
    private int size;

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            description = "what a fleet that does not exist yet is launched from, pulled if it is missing")
    private @Nullable String image;

    @Mixin
    private final TemplateOptions template = new TemplateOptions();

    @Mixin
    private final HaproxyOption haproxy = new HaproxyOption();

    ScaleCommand(ForrestCommand forrest) {
        this.forrest = forrest;
    }

    @Override
    public Integer call() {
        forrest.require(
                image != null || !template.isGiven(),
                "how instances are launched is said together with --image, for a new fleet; forrest rollout changes what one is"
                        + " launched from");
        try (Connection connection = forrest.connect(haproxy, this::show)) {
            Fleet fleet = forrest.checked(() -> fleet(connection.scaler()));
            if (image == null && fleet.state().isEmpty()) {
                throw new ForrestException(
                        "there is no fleet " + app + " under " + connection.prefix() + " (forrest scale " + app + " "
                                + size + " --image IMAGE makes one)",
                        null,
                        Failure.unspecified());
            }
            Beginning<Scaling> beginning = new Beginning<>();
            forrest.whenInterrupted(() -> leave(connection, beginning));
            CompletableFuture<Scaling> pending = forrest.checked(() -> beginning.begin(() -> fleet.scaleToAsync(size)));
            forrest.screen().tell("Scaling " + app + " to " + size + " ...");
            Scaling done = scaled(pending);
            forrest.screen().end(() -> {
                tell(done);
                forrest.screen().tell("Fleet " + app + " has " + instances(done.size()) + ".");
            });
            return ForrestCommand.OK;
        }
    }

    private Fleet fleet(Scaler scaler) {
        return image == null
                ? scaler.fleet(app)
                : template.apply(scaler.launch(image).app(app), forrest).fleet();
    }

    private Scaling scaled(CompletableFuture<Scaling> pending) {
        try {
            return Pending.join(pending);
        } catch (ScaleException e) {
            e.reached().ifPresent(this::tell);
            throw e;
        } catch (IllegalStateException e) {
            String hint = image == null
                    ? ""
                    : " (by forrest rollout, or by forrest scale without --image where there is a fleet already)";
            throw new ForrestException(FleetWords.of(app, e) + hint, e, Failure.unspecified());
        }
    }

    private void tell(Scaling scaling) {
        scaling.launched().forEach(name -> forrest.screen().tell("Launched " + name));
        scaling.retired()
                .forEach(retirement ->
                        forrest.screen().tell("Stopped " + retirement.name() + ": " + BalancerWords.of(retirement)));
    }

    private static String instances(int count) {
        return count == 1 ? "1 instance" : count + " instances";
    }

    /** Closing the connection undoes what is not announced yet, and waits for that. */
    private String leave(Connection connection, Beginning<Scaling> beginning) {
        Optional<CompletableFuture<Scaling>> begun = beginning.orPrevent();
        if (begun.isEmpty()) {
            return "interrupted: nothing was changed";
        }
        connection.close();
        CompletableFuture<Scaling> pending = begun.get();
        if (!pending.isDone()) {
            return "interrupted, and what is under way is not undone yet: see forrest list for what is left";
        }
        try {
            return "interrupted, but fleet " + app + " has "
                    + instances(pending.join().size()) + " already";
        } catch (CompletionException e) {
            return e.getCause() instanceof ScaleException failure
                            && failure.reached().isPresent()
                    ? "interrupted: fleet " + app + " is left with "
                            + instances(failure.reached().get().size())
                            + ", and forrest scale " + app + " " + size + " goes on from there"
                    : "interrupted: forrest scale " + app + " " + size + " goes on where this ended";
        }
    }

    private void show(ForrestEvent event) {
        if (event instanceof StepReached reached) {
            StepWords.of(reached).ifPresent(forrest.screen()::busy);
        } else if (event instanceof BalancersUnreachable unreachable) {
            forrest.screen().error(BalancerWords.of(unreachable));
        }
    }
}
