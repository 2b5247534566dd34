package io.forrest.examples.cli;

import io.forrest.ForrestException;
import io.forrest.Instance;
import io.forrest.Launch;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Launches an instance and announces it. Not thread-safe; confine it to one thread. */
@Command(
        name = "launch",
        header = "Launches a container, waits until it answers, and announces it.",
        description = {
            "Prints the port and the name that it got. If it does not come to answer, or etcd does not take it, everything"
                    + " is undone, as it is on Ctrl-C. Where an HAProxy is named, it is the same with being served by it."
        })
final class LaunchCommand implements Callable<Integer> {

    private final ForrestCommand forrest;

    @Parameters(paramLabel = "IMAGE", description = "the image, pulled if it is missing")
    private String image = "";

    @Option(names = "--name", paramLabel = "NAME", description = "the instance's name (two words that are free)")
    private @Nullable String name;

    @Option(names = "--app", paramLabel = "NAME", description = "the name of its service (the image's last part)")
    private @Nullable String app;

    @Mixin
    private final TemplateOptions template = new TemplateOptions();

    @Mixin
    private final HaproxyOption haproxy = new HaproxyOption();

    LaunchCommand(ForrestCommand forrest) {
        this.forrest = forrest;
    }

    @Override
    public Integer call() throws InterruptedException {
        LaunchProgress progress = new LaunchProgress(forrest.screen());
        try (Connection connection = forrest.connect(haproxy, progress)) {
            Launch launch = forrest.checked(() -> describe(connection));
            forrest.screen().tell("Launching " + image + " on " + connection.address() + " ...");
            Beginning<Instance> beginning = new Beginning<>();
            forrest.whenInterrupted(() -> undo(connection, beginning));
            CompletableFuture<Instance> pending = beginning.begin(launch::announceAsync);
            Instance instance = progress.follow(pending, connection.etcd(), connection.haproxies());
            String running = image + " running on Port " + instance.endpoint().port() + " with name " + instance.name();
            forrest.screen().end(() -> {
                progress.served();
                forrest.screen().tell(running);
            });
            return ForrestCommand.OK;
        }
    }

    private Launch describe(Connection connection) {
        Launch launch = connection.scaler().launch(image);
        launch = name == null ? launch : launch.named(name);
        launch = app == null ? launch : launch.app(app);
        return template.apply(launch, forrest);
    }

    /** Closing the connection undoes what is not announced yet, or not served where that is waited for, and waits for that. */
    private static String undo(Connection connection, Beginning<Instance> beginning) {
        Optional<CompletableFuture<Instance>> begun = beginning.orPrevent();
        if (begun.isEmpty()) {
            return "interrupted: nothing was launched";
        }
        connection.close();
        CompletableFuture<Instance> pending = begun.get();
        if (!pending.isDone()) {
            return "interrupted, and the launch is not undone yet: see forrest list for what is left";
        }
        try {
            return "interrupted, but " + pending.join().name() + " is announced already: forrest stop takes it back";
        } catch (CompletionException e) {
            return e.getCause() instanceof ForrestException failure
                            && !failure.leftBehind().isEmpty()
                    ? "interrupted; may be left behind: " + failure.leftBehind()
                    : "interrupted, and the launch is undone";
        }
    }
}
