package io.forrest.examples.cli;

import io.forrest.ReconcileMode;
import io.forrest.Reconciliation;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Has what runs, what is announced and what was wanted meet again. Not thread-safe; confine it to one thread. */
@Command(
        name = "reconcile",
        header = "Repairs what a crash, a restart or a wiped etcd has left, on this engine.",
        description = {
            "Withdraws what does not run, announces what runs and is lost, ends launches and stops that were cut off. A line for"
                    + " each step, and what another put under a name is left alone. Exits with 1 if a step failed."
        })
final class ReconcileCommand implements Callable<Integer> {

    private final ForrestCommand forrest;

    @Option(names = "--dry-run", description = "tell what would be done, and change nothing")
    private boolean dryRun;

    ReconcileCommand(ForrestCommand forrest) {
        this.forrest = forrest;
    }

    @Override
    public Integer call() {
        try (Connection connection = forrest.connect(new HaproxyOption(), event -> {})) {
            Screen screen = forrest.screen();
            ReconcileMode mode = dryRun ? ReconcileMode.DRY_RUN : ReconcileMode.REPAIR;
            Reconciliation done = connection.scaler().reconcile(mode);
            done.repairs().forEach(repair -> screen.tell((dryRun ? "would " : "") + repair));
            done.foreign()
                    .forEach(name -> screen.error(List.of("forrest: what stands under " + connection.prefix() + "/"
                            + name + " was not put there by Forrest, and is left alone")));
            if (done.repairs().isEmpty()) {
                screen.tell("Nothing to repair.");
            }
            return done.failures().isEmpty() ? ForrestCommand.OK : ForrestCommand.FAILED;
        }
    }
}
