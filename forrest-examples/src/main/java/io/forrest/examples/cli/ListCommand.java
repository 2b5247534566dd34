package io.forrest.examples.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forrest.BalancerException;
import io.forrest.Endpoint;
import io.forrest.Instance;
import io.forrest.InstanceState;
import io.forrest.Traffic;
import io.forrest.spi.Balancer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the instances. Not thread-safe; confine it to one thread. */
@Command(
        name = "list",
        header = "Shows the instances on this engine, whoever launched them. Changes nothing.",
        description = {
            "Where an HAProxy is named, also what it says of each and has sent to it: requests, those of them that failed,"
                    + " sessions now, and the mean time of an answer."
        })
final class ListCommand implements Callable<Integer> {

    private static final double NANOS_OF_A_MILLISECOND = 1e6;
    private static final String[] COLUMNS = {"NAME", "APP", "IMAGE", "ENDPOINT", "STAGE", "CONTAINER"};
    private static final String[] TRAFFIC_COLUMNS = {"REQUESTS", "ERRORS", "SESSIONS", "RESPONSE", "BALANCER"};

    private final ForrestCommand forrest;

    @Mixin
    private final HaproxyOption haproxy = new HaproxyOption();

    @Option(names = "--json", description = "print one JSON array, for a program")
    private boolean json;

    ListCommand(ForrestCommand forrest) {
        this.forrest = forrest;
    }

    @Override
    public Integer call() {
        try (Connection connection = forrest.connect(haproxy, event -> {})) {
            List<Instance> instances = connection.scaler().instances();
            Optional<Balancer> balancer = connection.balancer();
            try {
                show(instances, balancer.map(Balancer::traffic));
            } catch (BalancerException e) {
                show(instances, Optional.of(Map.of())); // the rest is known all the same
                throw e;
            }
            return ForrestCommand.OK;
        }
    }

    private void show(List<Instance> instances, Optional<Map<String, Traffic>> traffic) {
        if (json) {
            forrest.screen().print(json(instances, traffic.orElse(Map.of())));
        } else {
            table(instances, traffic).lines().forEach(forrest.screen()::print);
        }
    }

    /** Returns a table, with columns for the traffic only where anybody was asked for it. */
    private static Table table(List<Instance> instances, Optional<Map<String, Traffic>> traffic) {
        Table table = new Table(
                traffic.isEmpty()
                        ? COLUMNS
                        : Stream.concat(Arrays.stream(COLUMNS), Arrays.stream(TRAFFIC_COLUMNS))
                                .toArray(String[]::new));
        for (Instance instance : instances) {
            InstanceState state = instance.state();
            List<String> cells = new ArrayList<>(List.of(
                    instance.name(),
                    instance.app(),
                    instance.image(),
                    state.endpoint().map(Endpoint::toString).orElse(""),
                    state.stage().toString(),
                    ShortId.of(instance.id())));
            traffic.ifPresent(all -> cells.addAll(cells(Optional.ofNullable(all.get(instance.name())))));
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }

    private static List<String> cells(Optional<Traffic> traffic) {
        return traffic.map(sent -> List.of(
                        Long.toString(sent.requests()),
                        Long.toString(sent.errors()),
                        Integer.toString(sent.sessions()),
                        String.format(Locale.ROOT, "%.0fms", milliseconds(sent)),
                        sent.state())) // the last one: there are spaces in it
                .orElse(List.of("", "", "", "", ""));
    }

    private static double milliseconds(Traffic traffic) {
        return traffic.responseTime().toNanos() / NANOS_OF_A_MILLISECOND;
    }

    private static String json(List<Instance> instances, Map<String, Traffic> traffic) {
        ArrayNode array = new ObjectMapper().createArrayNode();
        for (Instance instance : instances) {
            InstanceState state = instance.state();
            ObjectNode node = array.addObject()
                    .put("name", instance.name())
                    .put("app", instance.app())
                    .put("image", instance.image())
                    .put("stage", state.stage().toString());
            state.endpoint().ifPresent(endpoint -> node.put("endpoint", endpoint.toString()));
            if (!instance.id().isEmpty()) {
                node.put("container", instance.id());
            }
            state.exitCode().ifPresent(code -> node.put("exitCode", code));
            Optional.ofNullable(traffic.get(instance.name()))
                    .ifPresent(sent -> node.putObject("traffic")
                            .put("balancer", sent.state())
                            .put("serving", sent.serving())
                            .put("requests", sent.requests())
                            .put("errors", sent.errors())
                            .put("sessions", sent.sessions())
                            .put("responseMilliseconds", milliseconds(sent)));
        }
        return array.toPrettyString();
    }
}
