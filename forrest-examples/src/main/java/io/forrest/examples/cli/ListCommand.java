package io.forrest.examples.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forrest.Endpoint;
import io.forrest.Instance;
import io.forrest.InstanceState;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the instances. Not thread-safe; confine it to one thread. */
@Command(name = "list", header = "Shows the instances on this engine, whoever launched them. Changes nothing.")
final class ListCommand implements Callable<Integer> {

    private final ForrestCommand forrest;

    @Option(names = "--json", description = "print one JSON array, for a program")
    private boolean json;

    ListCommand(ForrestCommand forrest) {
        this.forrest = forrest;
    }

    @Override
    public Integer call() {
        try (Connection connection = forrest.connect(event -> {})) {
            List<Instance> instances = connection.scaler().instances();
            if (json) {
                forrest.screen().print(json(instances));
            } else {
                table(instances).lines().forEach(forrest.screen()::print);
            }
            return ForrestCommand.OK;
        }
    }

    private static Table table(List<Instance> instances) {
        Table table = new Table("NAME", "APP", "IMAGE", "ENDPOINT", "STAGE", "CONTAINER");
        for (Instance instance : instances) {
            InstanceState state = instance.state();
            table.row(
                    instance.name(),
                    instance.app(),
                    instance.image(),
                    state.endpoint().map(Endpoint::toString).orElse(""),
                    state.stage().toString(),
                    ShortId.of(instance.id()));
        }
        return table;
    }

    private static String json(List<Instance> instances) {
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
        }
        return array.toPrettyString();
    }
}
