package io.forrest.examples.cli;

import io.forrest.haproxy.HaproxyDriverBuilder;
import io.forrest.haproxy.HaproxyEvent;
import io.forrest.haproxy.HaproxyEvent.Connected;
import io.forrest.haproxy.HaproxyEvent.Disconnected;
import io.forrest.haproxy.HaproxyEvent.Drained;
import io.forrest.haproxy.HaproxyEvent.Opened;
import io.forrest.haproxy.HaproxyEvent.Refused;
import io.forrest.haproxy.HaproxyEvent.Removed;
import io.forrest.haproxy.HaproxyEvent.Restarted;
import io.forrest.haproxy.HaproxyInstance;
import io.forrest.spi.Balancer;
import io.forrest.spi.Registry;
import io.forrest.spi.TimeSource;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Drives HAProxy until told to end. Not thread-safe; confine it to one thread. */
@Command(
        name = "gateway",
        header = "Has HAProxy serve what is announced, until it is told to end.",
        description = {
            "Changes HAProxy at run time, by its socket and without a reload. Prints a line for each thing that it does or"
                    + " sees. What HAProxy serves stays as it is when this ends.",
            "",
            "After the URI of an HAProxy's socket, more can be said of it, with commas between:",
            "  master=URI     the socket of its master, by which a stop after a reload",
            "                 sees what the old workers still do",
            "  template=FILE  a part of its configuration with the sections of the backends,",
            "                 and the line \"# forrest: servers\" in each",
            "  file=FILE      where that is written with the servers in it, so that a",
            "                 reload of HAProxy begins with them",
            ""
        })
final class GatewayCommand implements Callable<Integer> {

    private final ForrestCommand forrest;

    @Mixin
    private final HaproxyOption haproxy = new HaproxyOption();

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            required = true,
            description = "a backend that gets a server for each instance; may be repeated")
    private final List<String> backends = new ArrayList<>();

    @Option(
            names = "--drain-within",
            paramLabel = "TIME",
            description = "how long a withdrawn instance may finish before it is cut (1m)")
    private @Nullable Duration drainWithin;

    @Option(names = "--allow-empty", description = "let the last servers go when nothing is announced any more")
    private boolean mayEmpty;

    GatewayCommand(ForrestCommand forrest) {
        this.forrest = forrest;
    }

    @Override
    public Integer call() throws InterruptedException {
        Driving driving = forrest.checked(this::driving);
        try (Registry registry = forrest.registry(haproxy)) {
            HaproxyDriverBuilder unused = forrest.checked(() -> driving.builder(registry)); // before anything is said
            forrest.screen().print("Driving " + driving + " ...");
            Balancer driver = forrest.drive(driving, registry, this::show);
            try (driver) {
                CountDownLatch end = new CountDownLatch(1);
                forrest.whenInterrupted(() -> {
                    end.countDown();
                    return "interrupted; HAProxy serves on what it has";
                });
                end.await();
                forrest.screen().end(() -> {}); // returns once that is said
                return ForrestCommand.INTERRUPTED;
            }
        }
    }

    private Driving driving() {
        List<HaproxyInstance> haproxies = forrest.haproxies(haproxy).stream()
                .map(HaproxyAddress::instance)
                .toList();
        if (haproxies.isEmpty()) {
            throw new IllegalArgumentException("no HAProxy is given, by --haproxy or FORREST_HAPROXY");
        }
        return new Driving(haproxies, backends, Optional.ofNullable(drainWithin), mayEmpty);
    }

    private void show(HaproxyEvent event) {
        String time = TimeSource.system().now().truncatedTo(ChronoUnit.MILLIS).toString();
        forrest.screen().print(time + " " + event.haproxy() + " " + words(event));
    }

    private static String words(HaproxyEvent event) {
        if (event instanceof Connected) {
            return "answers";
        } else if (event instanceof Disconnected gone) {
            return "does not answer: " + gone.why();
        } else if (event instanceof Restarted) {
            return "was reloaded or restarted";
        } else if (event instanceof Opened opened) {
            return "serves " + opened.backend() + "/" + opened.instance();
        } else if (event instanceof Drained drained) {
            return "drains " + drained.backend() + "/" + drained.instance();
        } else if (event instanceof Removed removed) {
            return "removed " + removed.backend() + "/" + removed.instance()
                    + (removed.cut() ? " and cut it off: its drain time was over" : "");
        } else {
            return event instanceof Refused refused ? refused.why() : event.toString();
        }
    }
}
