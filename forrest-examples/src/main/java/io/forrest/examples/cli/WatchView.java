package io.forrest.examples.cli;

import io.forrest.Endpoint;
import io.forrest.ForrestEvent;
import io.forrest.ForrestException;
import io.forrest.Instance;
import io.forrest.Supervision;
import io.forrest.event.BalancersUnreachable;
import io.forrest.event.EventsLost;
import io.forrest.event.InstanceDied;
import io.forrest.event.InstanceReplaced;
import io.forrest.event.InstanceRestarted;
import io.forrest.event.Repaired;
import io.forrest.event.ReplacingSuspended;
import io.forrest.spi.TimeSource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code watch} shows: on a terminal a table and the last news, elsewhere the news alone. Not thread-safe; confine it to one
 * thread.
 */
final class WatchView {

    private static final int NEWS = 10;

    /** What stands around the table: two lines above, and one between it and the news. */
    private static final int FRAME = 3;

    private final Screen screen;
    private final String prefix;
    private final Supervision supervision;
    private final Deque<String> news = new ArrayDeque<>();
    private Map<String, Row> rows = Map.of();
    private boolean looked;
    private String outage = "";

    WatchView(Screen screen, String prefix, Supervision supervision) {
        this.screen = screen;
        this.prefix = prefix;
        this.supervision = supervision;
    }

    /** An instance as it was seen. */
    private record Row(String name, String app, String endpoint, String stage, String image, String container) {

        static Row of(Instance instance) {
            return new Row(
                    instance.name(),
                    instance.app(),
                    instance.state().endpoint().map(Endpoint::toString).orElse(""),
                    instance.state().stage().toString(),
                    instance.image(),
                    ShortId.of(instance.id()));
        }

        String words() {
            return name + " of " + app + " is " + stage + (endpoint.isEmpty() ? "" : " at " + endpoint);
        }
    }

    /** Takes what there is now. */
    void see(List<Instance> instances) {
        if (!outage.isEmpty()) {
            outage = "";
            tell(now(), "the engine answers again");
        }
        Map<String, Row> seen = new LinkedHashMap<>();
        instances.stream().map(Row::of).forEach(row -> seen.put(row.name(), row));
        if (looked || !screen.isTerminal()) {
            tellChanges(seen);
        }
        looked = true;
        rows = seen;
        draw();
    }

    private void tellChanges(Map<String, Row> seen) {
        seen.values().stream()
                .filter(row -> !row.equals(rows.get(row.name())))
                .forEach(row -> tell(now(), row.words()));
        rows.values().stream()
                .filter(row -> !seen.containsKey(row.name()))
                .forEach(row -> tell(now(), row.name() + " of " + row.app() + " is no more"));
    }

    /** Takes that it could not be told what there is. What was seen before is shown on. */
    void seeNothing(ForrestException why) {
        if (outage.isEmpty()) {
            outage = String.valueOf(why.getMessage());
            tell(now(), outage);
        }
        draw();
    }

    /** Takes what the supervision has seen or done. */
    void see(ForrestEvent event) {
        if (event instanceof Repaired repaired) {
            tell(event.at(), repaired.repair().toString());
        } else if (event instanceof InstanceDied died) {
            tell(event.at(), words(died));
        } else if (event instanceof InstanceRestarted restarted) {
            tell(event.at(), "RESTARTED " + restarted.instance() + " of " + restarted.app());
        } else if (event instanceof InstanceReplaced replaced) {
            tell(
                    event.at(),
                    "REPLACE of " + replaced.app() + ": " + replaced.instance() + " is launched for one that died");
        } else if (event instanceof ReplacingSuspended suspended) {
            tell(event.at(), words(suspended));
        } else if (event instanceof BalancersUnreachable unreachable) {
            unreachable.balancers().forEach(balancer -> tell(event.at(), "could not be asked: " + balancer));
        } else if (event instanceof EventsLost lost) {
            tell(event.at(), lost.count() + " events were lost");
        }
    }

    private static String words(InstanceDied died) {
        return "DIED " + died.instance() + " of " + died.app()
                + (died.exitCode() == null ? "" : ", exit code " + died.exitCode())
                + (died.outOfMemory() ? ", memory ran out in it" : "");
    }

    private static String words(ReplacingSuspended suspended) {
        return "nothing more is launched for " + suspended.app() + " now: " + suspended.replaced() + " within "
                + suspended.per() + " were, and " + suspended.missing() + " are missing"
                + (suspended.lastFailure().isEmpty() ? "" : "; the last failed: " + suspended.lastFailure());
    }

    private static Instant now() {
        return TimeSource.system().now();
    }

    private void tell(Instant at, String words) {
        String line = at.truncatedTo(ChronoUnit.MILLIS) + " " + words.replaceAll("[\\s\\p{Cntrl}]+", " ");
        if (!screen.isTerminal()) {
            screen.print(line);
        } else {
            news.addLast(line);
            if (news.size() > NEWS) {
                news.removeFirst();
            }
        }
    }

    private void draw() {
        if (screen.isTerminal()) {
            screen.draw(picture());
        }
    }

    private List<String> picture() {
        Table table = new Table("NAME", "APP", "ENDPOINT", "STAGE", "IMAGE", "CONTAINER");
        rows.values()
                .forEach(row ->
                        table.row(row.name(), row.app(), row.endpoint(), row.stage(), row.image(), row.container()));
        List<String> lines = new ArrayList<>();
        lines.add(rows.size() + " under " + prefix + ", supervision: " + supervision + ", "
                + now().truncatedTo(ChronoUnit.SECONDS));
        lines.add(outage);
        List<String> all = table.lines();
        int room = Math.max(2, screen.rows() - FRAME - news.size());
        if (all.size() <= room) {
            lines.addAll(all);
        } else {
            lines.addAll(all.subList(0, room - 1));
            lines.add("... and " + (all.size() - room + 1) + " more");
        }
        lines.add("");
        lines.addAll(news);
        return lines;
    }

    /** Lets what was shown last stay. */
    void end() {
        draw();
        screen.keep();
    }
}
