package io.forrest.examples.cli;

import io.forrest.ForrestEvent;
import io.forrest.ForrestException;
import io.forrest.Supervision;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Supervises the instances and shows them until told to end. Not thread-safe; confine it to one thread. */
@Command(
        name = "watch",
        header =
                "Supervises the instances on this engine, whoever launched them, and shows them, until it is told to end.",
        description = {
            "What does not run is withdrawn, and what was lost is announced again; with --replace a successor is launched for what"
                    + " died. On a terminal a table that is drawn anew, elsewhere a line for each change. What runs stays as it is"
                    + " when this ends."
        })
final class WatchCommand implements Callable<Integer> {

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Pattern BUDGET = Pattern.compile("(\\d{1,9})/(\\w+)");

    private final ForrestCommand forrest;

    @Option(
            names = "--replace",
            paramLabel = "N/TIME",
            description = "launch a successor for what died, at most N of an app within TIME, 10/10m say")
    private @Nullable String replace;

    @Option(names = "--no-supervision", description = "only look, and change nothing")
    private boolean noSupervision;

    @Option(names = "--for", paramLabel = "TIME", description = "end by itself after that time")
    private @Nullable Duration length;

    @Mixin
    private final HaproxyOption haproxy = new HaproxyOption();

    WatchCommand(ForrestCommand forrest) {
        this.forrest = forrest;
    }

    @Override
    public Integer call() throws InterruptedException {
        forrest.require(replace == null || !noSupervision, "--replace and --no-supervision exclude each other");
        Supervision supervision = forrest.checked(this::supervision);
        BlockingQueue<ForrestEvent> events = new LinkedBlockingQueue<>();
        try (Connection connection = forrest.connect(haproxy, supervision, events::add)) {
            WatchView view = new WatchView(forrest.screen(), connection.prefix(), supervision);
            AtomicBoolean ending = new AtomicBoolean();
            forrest.whenInterrupted(() -> leave(connection, ending));
            long begun = TimeSource.system().nanoTime();
            long left = length == null ? Long.MAX_VALUE : length.toNanos();
            while (!ending.get() && left > 0) {
                look(connection, view, ending);
                ForrestEvent event = events.poll(Math.min(left, LOOK.toNanos()), TimeUnit.NANOSECONDS);
                for (; event != null; event = events.poll()) {
                    view.see(event);
                }
                left = length == null
                        ? left
                        : length.toNanos() - (TimeSource.system().nanoTime() - begun);
            }
            view.end();
            return forrest.screen().end(() -> {}) ? ForrestCommand.OK : ForrestCommand.INTERRUPTED;
        }
    }

    private static void look(Connection connection, WatchView view, AtomicBoolean ending) {
        try {
            view.see(connection.scaler().instances());
        } catch (ForrestException e) {
            if (!ending.get()) {
                view.seeNothing(e);
            }
        } catch (IllegalStateException e) {
            if (!ending.get()) {
                throw e;
            }
        }
    }

    /** What is being repaired is waited for. */
    private static String leave(Connection connection, AtomicBoolean ending) {
        ending.set(true);
        connection.close();
        return "interrupted; what runs stays as it is";
    }

    private Supervision supervision() {
        if (replace == null) {
            return noSupervision ? Supervision.none() : Supervision.withdraw();
        }
        Matcher budget = BUDGET.matcher(replace);
        if (!budget.matches()) {
            throw new IllegalArgumentException("--replace needs a number, a slash and a time, 10/10m say");
        }
        try {
            return Supervision.replace(
                    Integer.parseInt(budget.group(1)), new DurationConverter().convert(budget.group(2)));
        } catch (TypeConversionException e) {
            throw new IllegalArgumentException("--replace: " + e.getMessage(), e);
        }
    }
}
